/** Puts back into a synthesised container what the original's had. */
import type { JsonObject } from '../kubernetes.ts';
import { isDeepStrictEqual } from 'node:util';
import { asList, asObject, asText } from './json.ts';
import { filesOf, placeOf, referredOf, sharing } from './mounted.ts';
import { environmentOf, numbered, securityOf } from './pod-view.ts';
import type { Pod } from './mounted.ts';

export interface Containers { from: Pod; to: Pod; original: JsonObject; container: JsonObject }

/** How a container says that it does without what its pod asks. */
const waived: JsonObject = { runAsNonRoot: false, allowPrivilegeEscalation: true, readOnlyRootFilesystem: false };
const list = (holder: JsonObject, field: string): JsonObject[] => (holder[field] ??= []) as JsonObject[];

/** @param steps of the part that differs, from the container on */
export function restoreField({ from, to, original, container }: Containers, steps: readonly string[]): void {
  const [field, key] = steps;
  switch (field) {
    case 'env': {
      const { variables } = environmentOf(from, original);
      for (const name of key === undefined ? Object.keys(variables) : [key]) {
        const env = list(container, 'env'), at = env.findIndex(v => v['name'] === name), variable = variables[name];
        if (variable === undefined) { if (at >= 0) env.splice(at, 1); } else if (at >= 0) env[at] = { name, ...asObject(variable) }; else env.push({ name, ...asObject(variable) });
      }
      return;
    }
    case 'envFrom': { const { sources } = environmentOf(from, original); if (sources.length) container['envFrom'] = sources; else delete container['envFrom']; return; }
    case 'ports': {
      const ports = list(container, 'ports');
      for (const port of asList(original['ports'])) {
        if (key !== undefined && key !== `${String(port['containerPort'])}/${asText(port['protocol'] ?? 'TCP')}`) continue;
        const known = ports.find(p => p['containerPort'] === port['containerPort'] && (p['protocol'] ?? 'TCP') === (port['protocol'] ?? 'TCP'));
        const { name, ...rest } = port;
        if (known) Object.assign(known, rest); else ports.push(name === undefined || ports.some(p => p['name'] === name) ? rest : port);
      }
      return;
    }
    case 'mounts': for (const mount of asList(original['volumeMounts'])) if (key === undefined || placeOf(mount['mountPath']) === key) mountAgain(from, to, container, mount); return;
    case 'files': {
      const volumes = new Set([...filesOf(from, original), ...referredOf(from, original)].filter(f => key === undefined || f.path === key).map(f => f.volume));
      for (const mount of asList(original['volumeMounts'])) if (volumes.has(asText(mount['name']))) mountAgain(from, to, container, mount);
      return;
    }
    case 'security': {
      const before = securityOf(from, original), context = (container['securityContext'] ??= {}) as JsonObject;
      for (const name of key === undefined ? [...new Set([...Object.keys(before), ...Object.keys(securityOf(to, container))])] : [key]) {
        if (before[name] !== undefined) context[name] = before[name]; else if (waived[name] !== undefined) context[name] = waived[name]; else delete context[name];
      }
      return;
    }
    case 'livenessProbe': case 'readinessProbe': case 'startupProbe': { if (original[field] === undefined) delete container[field]; else container[field] = numbered(original[field], from)!; return; }
    case undefined: return;
    default: if (original[field] === undefined) delete container[field]; else container[field] = structuredClone(original[field]);
  }
}

/** The mount, and the volume that it looks into. */
function mountAgain(from: Pod, to: Pod, container: JsonObject, mount: JsonObject): void {
  const mounts = list(container, 'volumeMounts'), at = mounts.findIndex(m => placeOf(m['mountPath']) === placeOf(mount['mountPath']));
  const name = volumeAgain(from, to, asText(mount['name']), at >= 0 ? asText(mounts[at]!['name']) : undefined);
  const whole = { ...mount, name };
  if (at >= 0) mounts[at] = whole; else mounts.push(whole);
}

const kindOf = (volume: JsonObject | undefined): string => Object.keys(volume ?? {}).find(k => k !== 'name') ?? '';

/** Name of a volume of the synthesised pod that holds what the original's does; added where there is none. */
function volumeAgain(from: Pod, to: Pod, name: string, mounted: string | undefined): string {
  const template = from.templates.get(name);
  if (template) { const own = to.templates.get(name); if (own) own['spec'] = structuredClone(template['spec']!); return name; }
  const volumes = list(to.spec, 'volumes'), original = asList(from.spec['volumes']).find(v => v['name'] === name);
  if (!original) return name;
  // What several look into is one volume for all of them.
  const common = [...sharing(from)].some(share => share.startsWith(`${name}/`));
  for (const candidate of common ? [name] : [mounted, name]) {
    const found = volumes.find(v => v['name'] === candidate);
    if (!found || kindOf(found) !== kindOf(original)) continue;
    if (candidate === mounted && found['persistentVolumeClaim'] === undefined && found['emptyDir'] === undefined) { Object.assign(found, structuredClone(original), { name: found['name'] }); return asText(found['name']); }
    // A claim of the graph stands for the original's.
    if (isDeepStrictEqual({ ...found, name }, original) || found['persistentVolumeClaim'] !== undefined) return asText(found['name']);
    if (found['emptyDir'] !== undefined) { found['emptyDir'] = structuredClone(original['emptyDir']!); return asText(found['name']); }
  }
  const free = volumes.some(v => v['name'] === name) ? `${name}-as-before` : name;
  if (!volumes.some(v => v['name'] === free)) volumes.push({ ...structuredClone(original), name: free });
  return free;
}

/** A container that was not synthesised at all. */
export function restoreContainer(from: Pod, to: Pod, original: JsonObject, into: 'containers' | 'initContainers'): void {
  const { volumeMounts, ...rest } = structuredClone(original);
  list(to.spec, into).push(rest);
  for (const mount of asList(volumeMounts)) mountAgain(from, to, rest, mount);
  const context = securityOf(from, original), own = (rest['securityContext'] ??= {}) as JsonObject;
  for (const [field, value] of Object.entries(waived)) if (context[field] === undefined) own[field] = value;
}
