/** A playbook example after loading: conditions and patterns, aligned to slots. */
import type { Condition } from '../context/features.ts';
import type { ObjectPattern, Pattern } from '../tokens/pattern.ts';

export interface RefusalText { rule: string; message: string; fix: string }

export interface Example {
  name: string;
  because: string;
  /** Path of its file below the playbook, and its place in it: the order in which list items are appended. */
  file: string;
  index: number;
  where: Condition[];
  /** The example does not apply when all conditions of any of these hold. */
  unless: Condition[][];
  objects: ObjectPattern[];
  pod?: Pattern;
  container?: Pattern;
  refuse?: RefusalText;
}

/** How a fact is observed: a CEL expression giving a map of fields, or null when it is absent. */
export interface FactDefinition {
  name: string;
  fields: Record<string, 'keyword' | 'value' | 'list'>;
  cel: string;
  /** For keyword fields, every value. */
  values: Record<string, string[]>;
  /** When it can be present at all; used for sampling only. */
  needs: Condition[];
}

export interface Sampling {
  /** Intent path → value of a keyword that is not stated. */
  defaults: Record<string, string>;
  /** Intent paths whose default asks for nothing. */
  nothing: string[];
  weights: Record<string, Record<string, number>>;
  /** Kinds (`group/Kind`) that are installed together. */
  apis: string[][];
  /** Sets of kinds, one of each group of `apis`, that training never sees installed together and alone. */
  unseen: string[][];
  /** Features, or fields of one item (`list[].field`), of which at most one is stated. */
  exclusive: string[][];
  /** Item fields (`list[].field`) of which exactly one is stated. */
  oneOf: string[][];
  /** When `if` holds, these features have these values, with this probability. */
  implies: { if: Condition[]; then: Record<string, string>; chance: number }[];
}

export interface Playbook { examples: Example[]; facts: FactDefinition[]; settings: string[]; sampling: Sampling }
