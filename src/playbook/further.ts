/** What a playbook teaches beyond what a model was taught, and whether that can be a layer upon it. */
import { ABSENT, PRESENT } from '../context/features.ts';
import type { Condition } from '../context/features.ts';
import type { Manifest } from '../candidate/model.ts';
import { intentFields } from '../intent/walk.ts';
import type { Example, FactDefinition, Playbook } from './example.ts';
import { flatten } from './knowledge.ts';
import { playbookDigest } from './prepare.ts';

type Known = Pick<Manifest, 'because' | 'playbook' | 'vocabulary' | 'taught'>;

export interface Further {
  /** Examples that the model was not taught. */
  examples: Example[];
  /** Why they are no layer, in words: teaching them may change what is written for intents that state nothing new. Absent: they are one. */
  mixed?: string;
}

/** @param dir folder of the playbook, whose further examples lie in folders of their own */
export function furtherThan(dir: string, playbook: Playbook, known: Known): Further {
  const examples = playbook.examples.filter(e => !Object.hasOwn(known.because, e.name)), folders = new Set(examples.map(e => folderOf(e.file)));
  const silent = examples.find(e => !e.where.some(c => statesNew(c, known, playbook.facts)));
  const mixed = !examples.length ? 'there is no example that it was not taught'
    : playbookDigest(dir, file => !folders.has(folderOf(file))) !== known.playbook ? 'what the playbook holds beside them is not what it was taught'
      : silent ? `${silent.name} also applies to intents that state nothing new` : undefined;
  return { examples, ...(mixed ? { mixed } : {}) };
}

const folderOf = (file: string): string => (file.includes('/') ? file.slice(0, file.indexOf('/')) : '');

/** Whether a condition only holds for intents that state a field or a word that the model was not taught: on it, or on a fact that looks at such a field. */
function statesNew({ name, list, field, values }: Condition, { vocabulary, taught }: Known, facts: readonly FactDefinition[]): boolean {
  const key = list ? `${list}[].${field!}` : name, words = vocabulary[key];
  if (/^api:|^k8s>=/.test(key) || values.includes(ABSENT)) return false;
  if (key.startsWith('fact:')) {
    const looksAt = new Set(facts.find(f => key.startsWith(`fact:${f.name}.`))?.cel.match(/(?<=\.\??)\w+/g));
    return flatten(intentFields).some(({ key: k }) => !taught.includes(k) && looksAt.has(k.slice(k.lastIndexOf('.') + 1)));
  }
  return !taught.includes(key) || (words !== undefined && values.every(v => v !== PRESENT && !words.includes(v)));
}
