/** A snapshot of the cluster as it would be after changes that somebody thinks of. */
import { badInput } from '../diagnostic.ts';
import { didYouMean } from '../intent/nearest.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { withDefinitions } from './add-crd.ts';
import { atVersion, parseVersion } from './k8s.ts';
import { withoutApi } from './remove-api.ts';

export interface WhatIf {
  /** In words: `Kubernetes 1.30`, `with widgets.example.com`, `without example.com`. */
  text: string;
  /** @throws Refusal (exit 2) where this cluster cannot change so */
  on(snapshot: Snapshot): Snapshot;
}

/** Whence a change takes what the cluster does not have. */
export interface Sources {
  /** @throws Refusal `input-unreadable` (exit 2) */
  read(file: string): Uint8Array | string;
  /** Snapshots that other versions of Kubernetes are taken from, by name. */
  shipped(): readonly { name: string; snapshot: Snapshot }[];
}

const forms: Record<string, { form: string; parse: (value: string, sources: Sources) => WhatIf }> = {
  k8s: {
    form: 'k8s=VERSION',
    parse: (value, sources) => { const version = parseVersion(value); return { text: `Kubernetes ${version.text}`, on: snapshot => atVersion(snapshot, version, sources.shipped()) }; },
  },
  'add-crd': { form: 'add-crd=FILE', parse: (file, sources) => withDefinitions(sources.read(file), file) },
  'remove-api': { form: 'remove-api=GROUP', parse: group => ({ text: `without ${group}`, on: snapshot => withoutApi(snapshot, group) }) },
};

/** @throws Refusal `what-if-unknown` and those of the change it names (exit 2) */
export function parseWhatIf(text: string, sources: Sources): WhatIf {
  const [, name, value] = /^([^=]*)(?:=(.*))?$/s.exec(text)!, known = Object.hasOwn(forms, name!) ? forms[name!]! : undefined;
  const all = Object.values(forms).map(({ form }) => form).join(', ');
  if (!known) throw badInput('what-if-unknown', `${JSON.stringify(text)} is no change of a cluster`, `${didYouMean(name!, Object.keys(forms))}Known: ${all}.`, { object: `--what-if ${text}` });
  if (!value) throw badInput('what-if-unknown', `${name} does not say ${known.form.split('=')[1]!.toLowerCase()} of what`, `Write ${known.form}.`, { object: `--what-if ${text}` });
  return known.parse(value, sources);
}

/** All of them, one after another. */
export const afterAll = (snapshot: Snapshot, changes: readonly WhatIf[]): Snapshot => changes.reduce((before, change) => change.on(before), snapshot);
