/**
 * LimitRanges of the namespace. A server that is asked about a workload takes it: they are held against its pods, which are then
 * never made. https://github.com/kubernetes/kubernetes/blob/master/plugin/pkg/admission/limitranger/admission.go
 */
import type { Finding } from '../../diagnostic.ts';
import { objectName, type JsonObject, type KubeObject } from '../../kubernetes.ts';
import { asList, asText, at } from '../types.ts';
import { amountsOf, exceeds, resourcesOf, shown, type Resources } from './amounts.ts';
import { claimsOf } from './claims.ts';
import type { AdmittedPod } from './pods.ts';

const others = 'or ask the platform team to change the LimitRange.';
const fixes: Record<string, string> = {
  Container: `State resourceRequirements of the container within these bounds (of the service itself: workload.resourceRequirements), ${others}`,
  Pod: `State resourceRequirements of its containers that add up to what these bounds allow, ${others}`,
  PersistentVolumeClaim: `State a size of the volume within these bounds, ${others}`,
};
const whose: Record<string, string> = { Container: 'a container', Pod: 'a pod as a whole', PersistentVolumeClaim: 'a claim' };

type Tell = (message: string) => void;

/** One item of a LimitRange against what it limits. */
const holdAgainst = (item: JsonObject, { requests, limits }: Resources, range: string, tell: Tell): void => {
  const type = asText(item.type), claim = type === 'PersistentVolumeClaim', one = whose[type]!;
  for (const [name, least] of amountsOf(item.min)) {
    const request = requests.get(name), limit = limits.get(name), bound = `${range} asks ${one} for at least ${shown(least)}`;
    if (request === undefined) tell(`requests no ${name}, and ${bound}`);
    else if (exceeds(least, request)) tell(`requests ${name} ${shown(request)}, and ${bound}`);
    else if (!claim && limit !== undefined && exceeds(least, limit)) tell(`limits ${name} to ${shown(limit)}, and ${bound}`);
  }
  for (const [name, most] of amountsOf(item.max)) {
    const request = requests.get(name), limit = limits.get(name), bound = `${range} allows ${one} at most ${shown(most)}`;
    if (claim ? request === undefined : limit === undefined) tell(`${claim ? 'requests no' : 'has no limit of'} ${name}, and ${bound}`);
    else if (!claim && exceeds(limit!, most)) tell(`limits ${name} to ${shown(limit!)}, and ${bound}`);
    else if (request !== undefined && exceeds(request, most)) tell(`requests ${name} ${shown(request)}, and ${bound}`);
  }
  if (claim) return;
  for (const [name, most] of amountsOf(item.maxLimitRequestRatio)) {
    const request = requests.get(name), limit = limits.get(name), bound = `${range} allows ${one} a limit of at most ${shown(most)} times its request`;
    if (!request || !limit) tell(`has no ${request ? 'limit' : 'request'} of ${name}, and ${bound}`);
    else if (exceeds(limit / request, most)) tell(`limits ${name} to ${shown(limit)}, ${(limit / request).toFixed(1)} times its request of ${shown(request)}, and ${bound}`);
  }
};

const teller = (findings: Finding[], object: KubeObject, path: string, type: string): Tell => message =>
  void findings.push({ rule: 'limit-range-violated', severity: 'refused', object: objectName(object), path, message, fix: fixes[type]! });

/** @param pods those of the namespace whose LimitRanges these are, and `objects` all that the graph has there */
export const checkLimitRanges = (ranges: readonly KubeObject[], pods: readonly AdmittedPod[], objects: readonly KubeObject[]): { findings: Finding[]; degraded: string[] } => {
  const findings: Finding[] = [], degraded: string[] = [];
  for (const range of ranges) {
    const named = objectName(range), items = (type: string): JsonObject[] => asList(at(range.spec, 'limits')).filter(item => item.type === type);
    for (const item of items('Container'))
      for (const { object, containers } of pods)
        for (const { container, path } of containers) holdAgainst(item, resourcesOf(container.resources), named, teller(findings, object, `${path}.resources`, 'Container'));
    for (const item of items('Pod'))
      for (const { object, template, whole } of pods) holdAgainst(item, whole, named, teller(findings, object, `${template.path}.spec`, 'Pod'));
    for (const item of items('PersistentVolumeClaim'))
      for (const object of objects)
        for (const { spec, path } of claimsOf(object)) holdAgainst(item, resourcesOf(spec.resources), named, teller(findings, object, `${path}.resources`, 'PersistentVolumeClaim'));
  }
  for (const { object, containers } of pods)
    for (const { container, path, added } of containers) {
      if (!added.length) continue;
      // What is added to what stands there may contradict it, and such a pod is no valid one.
      const { requests, limits } = resourcesOf(container.resources);
      for (const { range, part, resource } of added)
        if (part === 'limits' && exceeds(requests.get(resource) ?? 0, limits.get(resource) ?? Infinity))
          teller(findings, object, `${path}.resources`, 'Container')(`requests ${resource} ${shown(requests.get(resource)!)} and states no limit, so ${range} gives it one of ${shown(limits.get(resource)!)}, which is less`);
      degraded.push(`${objectName(object)} ${path}.resources: ${[...new Set(added.map(({ range }) => range))].join(' and ')} adds ${added.map(({ part, resource, amount }) => `${part}.${resource} ${asText(amount)}`).join(', ')}, which nothing here states`);
    }
  return { findings, degraded };
};
