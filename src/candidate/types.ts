/** The candidate: what the model wrote, before anything trusted has looked at it. */
import type { ObjectPattern } from '../tokens/pattern.ts';
import type { KubeObject } from '../kubernetes.ts';

/** Where a leaf of an object came from. */
export interface Provenance {
  /** JSON path in the object, e.g. `spec.template.spec.containers[0].image`. */
  path: string;
  /** The slot text the model wrote, or undefined for a literal it chose. */
  slot?: string;
  /** Log-probability gap between the chosen token and the best other legal one, in nats. */
  margin: number;
}

export interface CandidateObject {
  object: KubeObject;
  pattern: ObjectPattern;
  provenance: Provenance[];
  /** The smallest margin of any decision in this object. */
  minMargin: number;
}

export interface DecodeFigures {
  /** Tokens of plan and objects; those that were the only legal ones; tokens given as a draft; tokens the engine evaluated. */
  tokens: number; forced: number; drafted: number; evaluated: number;
  minMargin: number;
  /** How often the decoder went back to a weaker choice. */
  backtracks: number;
}

export interface Candidate {
  /** In plan order. Empty when the model refuses. */
  objects: CandidateObject[];
  /** Rules by which the model says that this intent cannot be satisfied here. */
  refusals: { rule: string; message: string; fix: string }[];
  figures: DecodeFigures;
}
