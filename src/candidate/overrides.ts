/**
 * What a developer changes by hand in the synthesised objects: merge patches (RFC 7386) in which lists of named items are
 * merged by name, and extra objects. The result is checked like everything else.
 */
import type { Finding } from '../diagnostic.ts';
import { originOf } from '../intent/origin.ts';
import type { Intent } from '../intent/types.ts';
import { isMap, objectName, splitApiVersion } from '../kubernetes.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import type { Snapshot } from '../snapshot/types.ts';

interface Patch { target: { kind: string; name?: string }; patch: JsonObject }
export interface Overridden { graph: readonly KubeObject[]; findings: Finding[] }

const named = (v: Json | undefined): v is JsonObject[] => Array.isArray(v) && v.length > 0 && v.every(item => isMap(item) && typeof item['name'] === 'string');
/** Fields that say which object it is. */
const IDENTITY = ['apiVersion', 'kind', 'metadata.name', 'metadata.namespace'];

/** `null` removes, maps merge, lists of named items merge by name, everything else is replaced. */
export function mergePatch(base: Json | undefined, patch: Json): Json {
  if (isMap(patch)) {
    // Through a Map: a key called __proto__ is a key like any other.
    const out = new Map<string, Json>(isMap(base) ? Object.entries(base) : []);
    for (const [key, value] of Object.entries(patch)) {
      if (value === null) out.delete(key); else out.set(key, mergePatch(out.get(key), value));
    }
    return Object.fromEntries(out);
  }
  if (named(base) && named(patch)) {
    const changes = new Map(patch.map(item => [item['name'], item]));
    const kept = base.map(item => { const change = changes.get(item['name']); changes.delete(item['name']); return change ? mergePatch(item, change) : item; });
    return [...kept, ...[...changes.values()].map(item => mergePatch(undefined, item))];
  }
  return structuredClone(patch);
}

/**
 * The graph with an intent's overrides; without any, the graph itself.
 * Findings: override-target (no object, or several, that a patch could mean), override-identity (a patch renames or moves an
 * object), override-exists (an extra object that was synthesised).
 */
export function applyOverrides(graph: readonly KubeObject[], intent: Intent, snapshot: Snapshot): Overridden {
  const { patches = [], objects = [] } = (intent.spec.overrides ?? {}) as { patches?: Patch[]; objects?: KubeObject[] };
  if (!patches.length && !objects.length) return { graph, findings: [] };
  const out = [...graph], findings: Finding[] = [];
  const refuse = (rule: string, path: (string | number)[], message: string, fix: string): void =>
    void findings.push({ rule, severity: 'refused', ...originOf(intent, ['spec', 'overrides', ...path]), path: `spec.overrides.${String(path[0])}[${String(path[1])}]`, message, fix });
  for (const [i, { target, patch }] of patches.entries()) {
    const found = out.flatMap((o, at) => (o.kind === target.kind && (target.name === undefined || o.metadata.name === target.name) ? [at] : []));
    const wanted = `${target.kind}${target.name === undefined ? '' : `/${target.name}`}`;
    if (found.length !== 1) {
      refuse('override-target', ['patches', i, 'target'], found.length ? `${found.length} objects are a ${wanted}` : `no ${wanted} was synthesised`,
        found.length ? `Name one of them: ${found.map(at => out[at]!.metadata.name).join(', ')}.` : `Synthesised: ${graph.map(objectName).join(', ')}.`);
      continue;
    }
    const before = out[found[0]!]!, after = mergePatch(before as JsonObject, patch) as KubeObject;
    const moved = IDENTITY.find(path => at(before as JsonObject, path) !== at(after as JsonObject, path));
    if (moved) { refuse('override-identity', ['patches', i, 'patch'], `the patch changes ${moved} of ${objectName(before)}`, 'Patch other fields; add another object under overrides.objects.'); continue; }
    out[found[0]!] = after;
  }
  for (const [i, object] of objects.entries()) {
    const group = splitApiVersion(object.apiVersion).group;
    const served = snapshot.kinds.find(k => k.group === group && k.kind === object.kind);
    const namespace = object.metadata.namespace ?? (served?.namespaced === false ? undefined : intent.metadata.namespace);
    const extra = { ...structuredClone(object), metadata: { ...structuredClone(object.metadata), ...(namespace === undefined ? {} : { namespace }) } };
    if (out.some(o => o.kind === extra.kind && splitApiVersion(o.apiVersion).group === group && o.metadata.name === extra.metadata.name && o.metadata.namespace === namespace)) {
      refuse('override-exists', ['objects', i], `${objectName(extra)} is already part of the graph`, 'Change it under overrides.patches instead.');
    } else out.push(extra);
  }
  return { graph: out, findings };
}

const at = (value: Json | undefined, path: string): Json | undefined => path.split('.').reduce<Json | undefined>((v, key) => (isMap(v) ? v[key] : undefined), value);
