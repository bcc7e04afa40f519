/**
 * CEL as Kubernetes speaks it: the library's language plus the Kubernetes functions that guardrails and readers use.
 * Expressions are compiled and type-checked when they are loaded; one that uses anything unknown is refused then, by
 * name, and never skipped later.
 */
import { Environment, Optional } from '@marcbachmann/cel-js';
import type { Json } from '../kubernetes.ts';
import { Exit, Refusal } from '../diagnostic.ts';
import { canonical } from './equal.ts';
import { parseQuantity } from './quantity.ts';
import { selectorMatches } from './selector.ts';

/** A compiled expression. Variables are JSON; integers become CEL ints. Throws what CEL throws, e.g. for a missing key. */
export interface Expression {
  (variables: Record<string, unknown>): Json;
  /** Variables whose names occur in it; those that it does not name it cannot read. */
  names: ReadonlySet<string>;
}

class Quantity {
  readonly amount: number;
  constructor(amount: number) { this.amount = amount; }
}
const quantity = (text: unknown): Quantity => {
  const amount = parseQuantity(typeof text === 'bigint' ? Number(text) : text);
  if (amount === undefined) throw new Error(`'${String(text)}' is not a quantity`);
  return new Quantity(amount);
};
const order = (left: Quantity, right: Quantity): bigint =>
  Math.abs(left.amount - right.amount) <= 1e-9 * Math.max(1e-3, Math.abs(left.amount)) ? 0n : left.amount < right.amount ? -1n : 1n;

const plus = (left: unknown, right: unknown): unknown =>
  typeof left === 'bigint' && typeof right === 'bigint' ? left + right : Number(left) + Number(right);

/** Functions of Kubernetes' own CEL libraries. https://kubernetes.io/docs/reference/using-api/cel/ */
const kubernetes = (): Environment => new Environment({ unlistedVariablesAreDyn: false, homogeneousAggregateLiterals: false, enableOptionalTypes: true })
  .registerType('Quantity', Quantity)
  .registerFunction('quantity(dyn): Quantity', quantity)
  .registerFunction('isQuantity(dyn): bool', (text: unknown) => parseQuantity(typeof text === 'bigint' ? Number(text) : text) !== undefined)
  .registerFunction('Quantity.compareTo(Quantity): int', order)
  .registerFunction('Quantity.isGreaterThan(Quantity): bool', (left: Quantity, right: Quantity) => order(left, right) > 0n)
  .registerFunction('Quantity.isLessThan(Quantity): bool', (left: Quantity, right: Quantity) => order(left, right) < 0n)
  .registerFunction('list.sum(): dyn', (list: unknown[]) => list.reduce(plus, 0n))
  .registerFunction('string.find(string): string', (text: string, pattern: string) => new RegExp(pattern).exec(text)?.[0] ?? '')
  .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) => text.replaceAll(from, to));

interface Listed { kind?: unknown; metadata?: { namespace?: unknown } }
/** The part of a list whose items have this in common. A cluster has many objects and is asked of few kinds and places, so each list is sorted once. */
const partOf = (by: (object: Listed) => unknown): ((list: unknown[], value: string) => unknown[]) => {
  const sorted = new WeakMap<unknown[], Map<unknown, unknown[]>>();
  return (list, value) => (sorted.get(list) ?? sorted.set(list, Map.groupBy(list, object => by(object as Listed))).get(list)!).get(value) ?? [];
};
const ofKind = partOf(object => object.kind), inNamespace = partOf(object => object.metadata?.namespace);

/** Readers and envelopes are evaluated here only, so they may use a few more words than an API server knows. */
const reading = (): Environment => kubernetes()
  .registerFunction('selects(dyn, dyn): bool', (selector: unknown, labels: unknown) => selectorMatches(fromCel(selector), fromCel(labels) as Record<string, string>))
  .registerFunction('list.distinct(): list', (list: unknown[]) => [...new Map(list.map(item => [canonical(fromCel(item)), item])).values()])
  .registerFunction('list.ofKind(string): list', ofKind)
  .registerFunction('list.ofKind(string, string): list', (list: unknown[], kind: string, namespace: string) => inNamespace(ofKind(list, kind), namespace))
  .registerFunction('list.flatten(): list', (list: unknown[]) => list.flat())
  .registerFunction('sameItems(dyn, dyn): bool', (left: unknown, right: unknown) => {
    const sorted = (list: unknown) => (fromCel(list) as Json[]).map(canonical).sort().join();
    return sorted(left) === sorted(right);
  })
  .registerFunction('imageTag(string): string', (image: string) => /:([^:/@]+)(@.*)?$/.exec(image.replace(/@.*$/, ''))?.[1] ?? '')
  .registerFunction('merge(dyn, dyn): dyn', (left: unknown, right: unknown) => ({ ...(left as object), ...(right as object) }));

/** JSON to CEL values: whole numbers become ints, as in an API server. */
export const toCel = (value: unknown): unknown => {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toCel);
  if (value !== null && typeof value === 'object') {
    const map: Record<string, unknown> = {};
    for (const [key, member] of Object.entries(value)) if (member !== undefined) map[key] = toCel(member);
    return map;
  }
  return value ?? null;
};

/** CEL values to JSON; an optional becomes its value or null. */
export const fromCel = (value: unknown): Json => {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Optional) return value.hasValue() ? fromCel(value.value()) : null;
  if (Array.isArray(value)) return value.map(fromCel);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, member]) => [String(key), fromCel(member)]));
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fromCel(member)]));
  return value as Json;
};

/** Compiles expressions over the given variables. Variables passed in must have gone through `toCel`. */
export const compiler = (dialect: 'kubernetes' | 'reading', variables: readonly string[]): ((source: string, where: string) => Expression) => {
  const environment = dialect === 'kubernetes' ? kubernetes() : reading();
  for (const name of variables) environment.registerVariable(name, 'dyn');
  return (source, where) => {
    const refuse = (cause: unknown): never => {
      const summary = (cause as Error).message.split('\n')[0];
      throw new Refusal(Exit.refused, [{ rule: 'guardrail-unsupported', severity: 'refused', object: where, path: '', message: `the expression '${source}' cannot be evaluated: ${summary}`, fix: 'Rewrite it with the functions and variables listed in guardrails/README.md.' }], { cause });
    };
    try {
      const parsed = environment.parse(source);
      const check = parsed.check();
      if (!check.valid) refuse(check.error);
      const names = new Set(variables.filter(name => new RegExp(`\\b${name}\\b`).test(source)));
      return Object.assign((given: Record<string, unknown>) => fromCel(parsed(given)), { names });
    } catch (cause) {
      if (cause instanceof Refusal) throw cause;
      return refuse(cause);
    }
  };
};
