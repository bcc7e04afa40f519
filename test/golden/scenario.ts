/** What a golden scenario is. */
import type { KubeObject } from '../../src/kubernetes.ts';

export type SnapshotName = 'bare-1.30' | 'istio-gateway' | 'linkerd-nginx' | 'cnpg-keda';

interface Described {
  /** Folder name, with its number. */
  slug: string;
  title: string;
  snapshot: SnapshotName;
  /** What its global-settings say beside what they say there. */
  settings?: Record<string, string>;
  /** The intent as its author would write it, YAML without the two lines apiVersion and kind. */
  intent: string;
}
export interface Accepted extends Described { expected: KubeObject[] }
/** `rule` is the kind of reason in words, not the identifier of a finding. */
export interface Refused extends Described { rule: string }
export type Scenario = Accepted | Refused;
