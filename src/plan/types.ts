/** What a plan says. Plain data: `kubesynth plan -o json` prints it as it is. */
import type { Json } from '../kubernetes.ts';

/** One field that gets another value. An absent side is a field that is not there. */
export interface FieldChange { path: string; from?: Json; to?: Json }

/** `unknown`: nothing that was looked at says what is there. */
export type Action = 'create' | 'change' | 'unchanged' | 'prune' | 'unknown';

export interface ObjectChange {
  /** `Kind/name`. */
  object: string;
  apiVersion: string;
  namespace?: string;
  action: Action;
  /** Of a change: what gets another value. */
  fields: FieldChange[];
  /** The server does not let it change: it is deleted and made anew. */
  recreate?: true;
  /** Fields that are asked for and left to who holds them. */
  left?: string[];
  /** Why it is unknown. */
  because?: string;
}

/** Whether an object would not be, or is not known to be, as it is. */
export const moves = ({ action }: ObjectChange): boolean => action !== 'unchanged';
