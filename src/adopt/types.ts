/** What adoption speaks of. Plain data: `kubesynth adopt --report` prints it as it is. */
import type { Finding } from '../diagnostic.ts';
import type { Intent } from '../intent/types.ts';
import type { KubeObject } from '../kubernetes.ts';
import type { FieldChange } from '../plan/types.ts';

/** `take`: it is live and becomes the intent's; `own`: it is the intent's already; `create`: it is not live yet. */
export type Action = 'take' | 'own' | 'create';

export interface AdoptedObject {
  /** `Kind/name`. */
  object: string;
  apiVersion: string;
  action: Action;
  /** What the API server says gets another value. */
  fields: FieldChange[];
  /** Field managers that let go of it. */
  from: string[];
}

/** Pods that a new template would replace, and the fields of the template that differ. */
export interface Restart { workload: string; pods: number; fields: FieldChange[] }

/** A live object that stays as it is, outside the intent. */
export interface Left { object: string; because: string }

/** How many patches and extra objects of the completed intent there are, by what they are for. */
export interface OverrideCount {
  /** Names, selectors, labels of pods and claims, which cannot change. */
  identity: number;
  /** Only there so that no pod restarts. */
  restart: number;
  /** Keep other live objects as they are. */
  objects: number;
}

export interface Adoption {
  /** As it is to be kept: what was given, completed by overrides. */
  intent: Intent;
  verdict: 'accepted' | 'review' | 'refused';
  /** The graph that comes into force: what the intent says, or, held, what is live. */
  graph: KubeObject[];
  /** Uid and generation of the live workload that the plan is about. */
  seen?: string;
  objects: AdoptedObject[];
  restarts: Restart[];
  left: Left[];
  overrides: OverrideCount;
  /** The overrides that only avoid a restart, as `spec.overrides.patches[i]`. */
  avoiding: string[];
  findings: Finding[];
}
