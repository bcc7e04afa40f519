/** Which playbook examples taught a choice: those that write it at this place, and among them those of which most is in the graph. */
import type { Manifest } from '../candidate/model.ts';
import type { CandidateObject } from '../candidate/types.ts';
import type { Json, KubeObject } from '../kubernetes.ts';
import { leavesOfObject } from './leaves.ts';

export interface Citation { name: string; because: string }
export interface Citations {
  /** @param path of the choice in the object; `raw` is the token: `=json` or `$slot` */
  of(object: KubeObject, path: string, raw: string): Citation[];
  /** Examples that write objects of a kind and are at work in this graph. */
  ofKind(kind: string): Citation[];
}

/** Where workloads keep their pod template, which the manifest knows as the kind `Pod`. */
const TEMPLATE = /^spec\.(?:jobTemplate\.spec\.)?template\./;

/** The manifest leaves list positions open and joins map keys with dots. */
function keysOf(kind: string, path: string, raw: string): string[] {
  const open = path.replace(/\[\d+\]/g, '[]').replace(/\["([^"]*)"\]/g, '.$1');
  return [`${kind}|${open}|${raw}`, ...(TEMPLATE.test(open) ? [`Pod|${open.replace(TEMPLATE, '')}|${raw}`] : [])];
}

export const rawOf = (slot: string | undefined, value: Json): string => (slot === undefined ? `=${JSON.stringify(value)}` : `$${slot}`);

export function citationsOf(manifest: Manifest, written: readonly CandidateObject[]): Citations {
  const present = new Set(written.flatMap(({ object, provenance }) => {
    const values = new Map(leavesOfObject(object).map(l => [l.path, l.value]));
    return provenance.flatMap(p => keysOf(object.kind, p.path, rawOf(p.slot, values.get(p.path) ?? null)));
  }));
  /** Literals and slots of each example: how many there are, how many are in the graph. */
  const counts = new Map<string, { literals: number; here: number; slots: number; filled: number }>();
  for (const [key, names] of Object.entries(manifest.attribution)) for (const name of names) {
    const c = counts.get(name) ?? counts.set(name, { literals: 0, here: 0, slots: 0, filled: 0 }).get(name)!;
    const there = present.has(key) ? 1 : 0;
    if (key.split('|')[2]!.startsWith('=')) { c.literals++; c.here += there; } else { c.slots++; c.filled += there; }
  }
  // Literals weigh most: a slot may be absent because the intent does not state it.
  const score = (name: string): number => {
    const c = counts.get(name);
    return !c ? 0 : (c.literals ? c.here / c.literals : 1) + 0.1 * (c.slots ? c.filled / c.slots : 1);
  };
  const cite = (name: string): Citation => ({ name, because: manifest.because[name] ?? '' });
  return {
    of(object, path, raw) {
      const names = [...new Set(keysOf(object.kind, path, raw).flatMap(key => manifest.attribution[key] ?? []))];
      const best = Math.max(...names.map(score));
      return names.filter(name => score(name) > best - 1e-9).map(cite);
    },
    ofKind(kind) {
      const names = Object.entries(manifest.attribution).flatMap(([key, examples]) => (key.startsWith(`${kind}|`) && present.has(key) ? examples : []));
      return [...new Set(names)].filter(name => { const c = counts.get(name)!; return c.here === c.literals; }).map(cite);
    },
  };
}
