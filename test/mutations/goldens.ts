/** The good graphs: every accepted golden scenario with its intent, snapshot and expected objects. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { clusterOf } from '../../src/evaluation/settings.ts';
import { withDefaults } from '../../src/intent/defaults.ts';
import { parseIntents } from '../../src/intent/parse.ts';
import type { Intent } from '../../src/intent/types.ts';
import type { KubeObject } from '../../src/kubernetes.ts';
import type { Snapshot } from '../../src/snapshot/types.ts';
import { loadGuardrails } from '../../src/verdict/load.ts';

export interface Golden { slug: string; intent: Intent; snapshot: Snapshot; graph: KubeObject[] }

const folder = join(import.meta.dirname, '..', 'golden');
/** Defaults of the platform's keywords, docs/standard.md. */
const defaults = { 'workload.resources': 'standard', 'networking.exposure': 'none', 'networking.authPolicy': 'none', 'observability.metrics': 'none', 'workload.rollout.type': 'rolling' };

export const guardrails = loadGuardrails(join(import.meta.dirname, '..', '..', 'guardrails'));

export const goldens = (): Golden[] =>
  readdirSync(folder).filter(slug => existsSync(join(folder, slug, 'expected.yaml'))).sort().map(slug => {
    const text = (file: string) => readFileSync(join(folder, slug, file), 'utf8');
    const [intent] = parseIntents(text('intent.yaml'), `${slug}/intent.yaml`);
    return {
      slug, intent: withDefaults(intent!, defaults), snapshot: clusterOf(parse(text('scenario.yaml')) as { snapshot: string; settings?: Record<string, string> }),
      graph: parseAllDocuments(text('expected.yaml')).map(document => document.toJS() as KubeObject),
    };
  });
