/**
 * The small schema language in which ServiceIntent is written down once. A Shape<T> is plain JSON Schema (draft 2020-12)
 * that also carries its TypeScript type, so that validation, the CRD, the types and the list of fields the model sees
 * are all derived from the same definition and cannot disagree.
 */

/**
 * What synthesis does with a field. No role: the field is never shown to the model (e.g. overrides, applied afterwards).
 * - keyword: the value itself decides something, the model must know it (platform vocabulary, closed enum, boolean)
 * - value: a scalar that is copied
 * - subtree: copied whole, in the shape Kubernetes has
 * - list: items that each have fields of their own
 */
export type Role = 'keyword' | 'value' | 'subtree' | 'list';

/** Fields of one object of which at most (or exactly) one may be given; `rule` names the finding when they clash. */
export interface Exclusion { rule: string; fields: readonly string[]; fix: string }

/** Items of one list that may not repeat the combination of these fields (no fields: the scalar itself). */
export interface Uniqueness { rule: string; fields: readonly string[] }

export interface JsonSchema {
  type?: 'string' | 'integer' | 'boolean' | 'object' | 'array' | readonly ['integer', 'string'];
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: readonly string[];
  additionalProperties?: false | JsonSchema;
  propertyNames?: JsonSchema;
  items?: JsonSchema;
  enum?: readonly string[];
  const?: string;
  pattern?: string;
  default?: string | number | boolean;
  minLength?: number; maxLength?: number;
  minimum?: number; maximum?: number;
  minItems?: number; maxItems?: number;
  maxProperties?: number;
  'x-synthesis'?: Role;
  /** The rule and the advice of a finding when `pattern`, a bound or the type is violated. */
  'x-rule'?: string;
  'x-fix'?: string;
  'x-at-most-one'?: readonly Exclusion[];
  'x-exactly-one'?: readonly Exclusion[];
  'x-unique'?: readonly Uniqueness[];
  /** An open object, the only place where unknown fields are kept: patches and extra objects. */
  'x-kubernetes-preserve-unknown-fields'?: true;
  'x-kubernetes-embedded-resource'?: true;
}

declare const shapeOf: unique symbol;
export type Shape<T> = JsonSchema & { readonly [shapeOf]?: T };
export type Static<S> = S extends { readonly [shapeOf]?: infer T } ? T : never;

type Expand<T> = { [K in keyof T]: T[K] };
type ObjectOf<P, R extends keyof P> = Expand<{ [K in R]: Static<P[K]> } & { [K in Exclude<keyof P, R>]?: Static<P[K]> }>;
/** Whatever schema keywords a builder does not set itself. */
type Extra = Omit<JsonSchema, 'type' | 'properties' | 'required' | 'items' | 'enum'>;

export const text = (description: string, extra: Extra = {}): Shape<string> => ({ type: 'string', description, maxLength: 1024, ...extra });
export const integer = (description: string, minimum: number, maximum: number, extra: Extra = {}): Shape<number> =>
  ({ type: 'integer', description, minimum, maximum, ...extra });
export const flag = (description: string, extra: Extra = {}): Shape<boolean> => ({ type: 'boolean', description, ...extra });
export const oneOf = <const V extends readonly string[]>(description: string, values: V, extra: Extra = {}): Shape<V[number]> =>
  ({ type: 'string', description, enum: values, ...extra });
/** A number or a string, as Kubernetes' IntOrString and Quantity. */
export const intOrText = (description: string, extra: Extra = {}): Shape<number | string> =>
  ({ type: ['integer', 'string'], description, maxLength: 64, ...extra });

export const object = <P extends Record<string, JsonSchema>, R extends keyof P & string = never>(
  description: string, properties: P, extra: Extra & { required?: readonly R[] } = {},
): Shape<ObjectOf<P, R>> => ({ type: 'object', description, properties, additionalProperties: false, ...extra });

export const map = <T>(description: string, values: Shape<T>, extra: Extra = {}): Shape<Record<string, T>> =>
  ({ type: 'object', description, additionalProperties: values, maxProperties: 64, ...extra });

export const array = <T>(description: string, items: Shape<T>, maxItems: number, extra: Extra = {}): Shape<T[]> =>
  ({ type: 'array', description, items, maxItems, ...extra });

const as = (role: Role) => <S extends JsonSchema>(shape: S): S => ({ ...shape, 'x-synthesis': role });
export const keyword = as('keyword');
export const value = as('value');
export const subtree = as('subtree');
export const list = as('list');

/** A word of the platform's vocabulary. Which words exist is known to the trained model, never to the schema. */
export const vocabulary = (description: string, extra: Extra = {}): Shape<string> =>
  keyword(text(`${description} A keyword of the platform's vocabulary.`, { minLength: 1, maxLength: 253, ...extra }));

/** A keyword and the exact value that replaces it cannot both be given. */
export const keywordOrExact = (word: string, exact: string): Exclusion =>
  ({ rule: 'keyword-and-exact', fields: [word, exact], fix: `Keep ${word} (the platform decides the values) or ${exact} (you do), not both.` });

export const only = (fields: readonly string[], fix: string): Exclusion => ({ rule: 'exclusive-fields', fields, fix });
