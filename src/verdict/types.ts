/** What the checker takes and gives. */
import type { Finding, Severity } from '../diagnostic.ts';
import type { Intent } from '../intent/types.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import type { Snapshot } from '../snapshot/types.ts';
import type { Envelope, Reader } from './envelopes.ts';
import type { Conventions } from '../context/conventions.ts';
import type { Memo, Values } from './memo.ts';
import type { Openings } from './openings.ts';
import type { Policy } from './policy.ts';

/** Everything the platform team owns of the checker, loaded and compiled from one folder. */
export interface Guardrails {
  /** sha256 of the files, in hexadecimal. */
  digest: string;
  policies: Policy[];
  readers: Map<string, Reader>;
  envelopes: Envelope[];
  /** What a team's conventions may choose where the intent leaves it open. */
  openings: Openings;
}

export interface Subject {
  graph: readonly KubeObject[];
  /** The graph before the intent's overrides were applied, where that is known: it must conform by itself. */
  synthesised?: readonly KubeObject[];
  /** Defaulted. Absent when manifests are checked on their own. */
  intent?: Intent;
  snapshot: Snapshot;
  guardrails: Guardrails;
  /** Of the team whose intent this is; absent where none apply. */
  conventions?: Conventions;
  /** The API server itself is asked about the objects as well, so its own policies are left to it. */
  serverAsked?: boolean;
  /** Of earlier checks; absent: everything is looked at anew. */
  memo?: Memo;
}
/** A subject with what is found on the way. */
export type Checking = Subject & { memo: Memo; values: Values };

export interface Verdict {
  verdict: 'accepted' | 'review' | 'refused';
  findings: Finding[];
  /** What was asked for and cannot be had in full here, in words. */
  degraded: string[];
  /** Checks that were not run, by name. */
  unchecked: string[];
}

/** Collects findings about one object. */
export type Report = (rule: string, path: string, message: string, fix: string, severity?: Severity) => void;

/** The checker reads untrusted objects field by field: what is not of the wanted type is empty, and the schema layer says so. */
export const asObject = (value: Json | undefined): JsonObject => (value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {});
export const asList = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.map(item => asObject(item)) : []);
export const asText = (value: Json | undefined): string => (typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value));
export const at = (value: Json | undefined, ...path: (string | number)[]): Json | undefined => {
  let current: Json | undefined = value;
  for (const step of path) {
    if (current === null || typeof current !== 'object') return undefined;
    current = Array.isArray(current) ? current[step as number] : current[step];
  }
  return current;
};
