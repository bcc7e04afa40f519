/** What a container and a pod as a whole ask for, as the scheduler and the admission of pods reckon it. */
import type { Json, JsonObject } from '../../kubernetes.ts';
import { isSidecar } from '../pod.ts';
import { parseQuantity } from '../quantity.ts';
import { asList, asObject, at } from '../types.ts';

/** By name of the resource: cores, bytes, or how many. */
export type Amounts = Map<string, number>;
export interface Resources { requests: Amounts; limits: Amounts }

/** What is no quantity is left out: the schema layer says so. */
export const amountsOf = (value: Json | undefined): Amounts =>
  new Map(Object.entries(asObject(value)).flatMap(([name, text]) => { const amount = parseQuantity(text); return amount === undefined ? [] : [[name, amount] as const]; }));

export const resourcesOf = (resources: Json | undefined): Resources => ({ requests: amountsOf(at(resources, 'requests')), limits: amountsOf(at(resources, 'limits')) });

/** Rounding noise of the scales is no difference. */
export const exceeds = (amount: number, bound: number): boolean => amount - bound > 1e-9 * Math.max(1e-3, Math.abs(bound));

const combined = (left: Amounts, right: Amounts, how: (a: number, b: number) => number): Amounts =>
  new Map([...new Set([...left.keys(), ...right.keys()])].map(name => [name, how(left.get(name) ?? 0, right.get(name) ?? 0)]));
export const sum = (left: Amounts, right: Amounts): Amounts => combined(left, right, (a, b) => a + b);
export const times = (amounts: Amounts, factor: number): Amounts => new Map([...amounts].map(([name, amount]) => [name, amount * factor]));

/**
 * Of a whole pod: all that run together, or the one that prepares it and needs more (beside the sidecars started before it).
 * What the pod states for itself goes before the sum.
 * https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
 */
export const podResources = (spec: JsonObject): Resources => {
  const of = (part: 'requests' | 'limits'): Amounts => {
    const amounts = (container: JsonObject): Amounts => resourcesOf(container.resources)[part];
    let running: Amounts = new Map(), peak: Amounts = new Map();
    for (const container of asList(spec.initContainers)) {
      if (isSidecar(container)) running = sum(running, amounts(container));
      peak = combined(peak, isSidecar(container) ? running : sum(running, amounts(container)), Math.max);
    }
    for (const container of asList(spec.containers)) running = sum(running, amounts(container));
    return new Map([...sum(combined(running, peak, Math.max), amountsOf(spec.overhead)), ...amounts(spec)]);
  };
  return { requests: of('requests'), limits: of('limits') };
};

const binary: [number, string][] = [[2 ** 40, 'Ti'], [2 ** 30, 'Gi'], [2 ** 20, 'Mi'], [2 ** 10, 'Ki']];
/** As people write it: `250m`, `3`, `1536Mi`. */
export const shown = (amount: number): string => {
  const milli = Math.round(amount * 1000);
  if (milli % 1000 !== 0) return amount < 1000 ? `${milli}m` : String(Math.round(amount));
  const unit = binary.find(([size]) => amount >= size && amount % size === 0);
  return unit && amount >= 2 ** 20 ? `${amount / unit[0]}${unit[1]}` : String(Math.round(amount));
};
