/** The pods that a graph will run, as they are once the namespace's LimitRanges have been at them. */
import type { Json, JsonObject, KubeObject } from '../../kubernetes.ts';
import { objectName } from '../../kubernetes.ts';
import { containersOf, podTemplate, type PodTemplate } from '../pod.ts';
import { asList, asObject, at } from '../types.ts';
import { podResources, type Resources } from './amounts.ts';

export interface Added { range: string; part: 'limits' | 'requests'; resource: string; amount: Json }
export interface AdmittedPod {
  object: KubeObject;
  template: PodTemplate;
  /** The template's, with what LimitRanges add. */
  spec: JsonObject;
  containers: { container: JsonObject; path: string; added: Added[] }[];
  whole: Resources;
}

/** Defaults of one LimitRange for containers, with what the API server itself derives of its other fields. */
const defaultsOf = (range: KubeObject): { limits: JsonObject; requests: JsonObject } => {
  const found = { limits: {} as JsonObject, requests: {} as JsonObject };
  for (const item of asList(at(range.spec, 'limits')))
    if (item.type === 'Container') {
      const limits = { ...asObject(item.max), ...asObject(item.default) };
      Object.assign(found.limits, limits);
      Object.assign(found.requests, { ...asObject(item.min), ...limits, ...asObject(item.defaultRequest) });
    }
  return found;
};

const admittedContainer = (container: JsonObject, ranges: readonly KubeObject[]): { container: JsonObject; added: Added[] } => {
  const resources = asObject(container.resources), limits = { ...asObject(resources.limits) };
  // The API server takes a limit for the request where none is stated, before any LimitRange is asked.
  const requests = { ...limits, ...asObject(resources.requests) }, added: Added[] = [];
  for (const range of ranges) {
    const defaults = defaultsOf(range);
    for (const [part, into] of [['limits', limits], ['requests', requests]] as const)
      for (const [resource, amount] of Object.entries(defaults[part]))
        if (into[resource] === undefined) { into[resource] = amount; added.push({ range: objectName(range), part, resource, amount }); }
  }
  return { container: { ...container, resources: { ...resources, limits, requests } }, added };
};

/** @param ranges LimitRanges of the object's namespace */
export const admittedPod = (object: KubeObject, ranges: readonly KubeObject[]): AdmittedPod | undefined => {
  const template = podTemplate(object);
  if (!template) return undefined;
  const containers = containersOf(template).map(({ container, path, init }) => ({ path, init, ...admittedContainer(container, ranges) }));
  const spec = { ...template.spec };
  for (const [field, init] of [['containers', false], ['initContainers', true]] as const)
    if (spec[field] !== undefined) spec[field] = containers.filter(entry => entry.init === init).map(({ container }) => container);
  return { object, template, spec, containers, whole: podResources(spec) };
};
