/** Where a value came from, read off the slot that the model wrote: intent field, observed object, default or choice. */
import type { Manifest } from '../candidate/model.ts';
import type { Finding } from '../diagnostic.ts';
import { originOf } from '../intent/origin.ts';
import type { Intent } from '../intent/types.ts';
import { isMap, objectName } from '../kubernetes.ts';
import type { Json, KubeObject } from '../kubernetes.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { slotsOf } from '../tokens/pattern.ts';

export interface Origin {
  kind: 'intent' | 'default' | 'observed' | 'model' | 'cluster' | 'override';
  /** In words: the intent's path, the observed object, or that the model chose it. */
  text: string;
  /** `file:line` for what is written in the intent. */
  at?: string;
}

const SETTINGS = 'global-settings';

/**
 * @param text the slot text the model wrote; undefined for a literal
 * @param leaf the plain value in the object, which tells which item of a list a loop stood at
 */
export function originsOf(text: string | undefined, leaf: Json | undefined, stated: Intent, intent: Intent, manifest: Manifest, snapshot: Snapshot): Origin[] {
  const slots = text === undefined ? [] : slotsOf(text);
  if (!slots.length) return [{ kind: 'model', text: 'written by the model' }];
  return slots.map(slot => (slot.startsWith('fact:') ? factOrigin(slot.slice(5), leaf, manifest, snapshot) : intentOrigin(slot, leaf, stated, intent)));
}

function intentOrigin(slot: string, leaf: Json | undefined, stated: Intent, intent: Intent): Origin {
  const parts = slot.split('.').flatMap(part => (part.endsWith('[]') ? [part.slice(0, -2), '[]'] : [part]));
  const full = parts[0] === 'metadata' ? parts : ['spec', ...parts];
  const path: (string | number)[] = [];
  let value: unknown = intent, written: unknown = stated;
  for (const [i, part] of full.entries()) {
    let key: string | number = part;
    if (part === '[]') {
      const rest = full.slice(i + 1), items = Array.isArray(value) ? value : [];
      const found = items.findIndex(item => contains(rest.reduce<unknown>((v, k) => (isMap(v) && k in v ? v[k] : v), item), leaf));
      key = Math.max(0, found);
    } else if (!isMap(value) || !Object.hasOwn(value, part)) break; // a derived value, such as an image's tag
    value = (value as Record<string | number, unknown>)[key];
    written = typeof written === 'object' && written !== null ? (written as Record<string | number, unknown>)[key] : undefined;
    path.push(key);
  }
  const derived = full.slice(path.length);
  const text = `${path.map((p, i) => (typeof p === 'number' ? `[${p}]` : `${i ? '.' : ''}${p}`)).join('')}${derived.length ? ` (its ${derived.join('.')})` : ''}`;
  if (written === undefined) return { kind: 'default', text: `${text}, by default` };
  const { object, line } = originOf(stated, path) as Pick<Finding, 'object' | 'line'>;
  return { kind: 'intent', text, at: line === undefined ? object : `${object}:${line}` };
}

/** The value equals the leaf, or is part of it (a name with a suffix). */
const contains = (value: unknown, leaf: Json | undefined): boolean =>
  JSON.stringify(value) === JSON.stringify(leaf) || (typeof leaf === 'string' && (typeof value === 'string' || typeof value === 'number') && leaf.includes(String(value)));

/** A fact is an expression over observed objects; the object it found is the one of those kinds that holds the value. */
function factOrigin(path: string, leaf: Json | undefined, manifest: Manifest, snapshot: Snapshot): Origin {
  const [name, ...field] = path.split('.');
  if (name === 'settings') return { kind: 'observed', text: settingKey(leaf, snapshot, field.join('.'))! };
  const key = settingKey(leaf, snapshot);
  const rule = manifest.facts.find(f => f.name === name), cel = rule?.cel ?? '';
  const object = snapshot.objects.find(o => cel.includes(`'${o.kind}'`) && holds(o, leaf)) ?? snapshot.objects.find(o => cel.includes(`"${o.kind}"`) && holds(o, leaf));
  const source = key && /\bsettings\b/.test(cel) ? `: ${key}` : object ? `: ${objectName(object)}${object.metadata.namespace ? ` in ${object.metadata.namespace}` : ''}` : /\bnodes\b/.test(cel) ? ': the nodes' : /\bintent\b/.test(cel) && !/\bobjects\b/.test(cel) ? ': derived from the intent' : '';
  return { kind: 'observed', text: `fact ${name}${field.length ? `.${field.join('.')}` : ''}${source}` };
}

/** `ConfigMap/… key` of the platform's settings that has this name, or this value. */
function settingKey(leaf: Json | undefined, snapshot: Snapshot, name?: string): string | undefined {
  const settings = snapshot.objects.find(o => o.kind === 'ConfigMap' && o.metadata.name === SETTINGS && Object.keys((o['data'] ?? {}) as object).length);
  const key = name ?? Object.entries((settings?.['data'] ?? {}) as Record<string, string>).find(([, value]) => value === leaf)?.[0];
  return key && `ConfigMap/${SETTINGS}${settings?.metadata.namespace ? ` in ${settings.metadata.namespace}` : ''}, key ${key}`;
}

const holds = (object: KubeObject, leaf: Json | undefined): boolean => {
  const text = JSON.stringify(leaf);
  const below = (v: unknown): boolean => JSON.stringify(v) === text || (typeof v === 'string' && v !== '' && typeof leaf === 'string' && v.length > 2 && leaf.includes(v))
    || (typeof v === 'object' && v !== null && Object.values(v).some(below));
  return leaf !== undefined && below(object);
};
