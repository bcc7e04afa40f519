/** The intents that are measured: four services of nine or ten objects in one cluster, each with the graph a person wrote for it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../src/kubernetes.ts';

export interface Case {
  name: string;
  namespace: string;
  /** The intent as YAML. */
  intent: string;
  /** The golden graph. */
  expected: KubeObject[];
  /** Values of bench/chart that render the same. */
  values: string;
}

export const snapshotName = 'istio-gateway';
const golden = join(import.meta.dirname, '..', 'test', 'golden');

const read = (name: string, scenario: string, namespace: string): Case => ({
  name, namespace, intent: readFileSync(join(golden, scenario, 'intent.yaml'), 'utf8'),
  expected: parseAllDocuments(readFileSync(join(golden, scenario, 'expected.yaml'), 'utf8')).map(d => d.toJS() as KubeObject),
  values: join(import.meta.dirname, 'chart', 'values', `${name}.yaml`),
});

export const cases: readonly Case[] = [
  read('user-auth-service', '01-user-auth-service', 'default'),
  read('checkout-api', '20-checkout-api', 'shop'),
  read('partner-gateway', '22-partner-gateway', 'partners'),
  read('graphql-edge', '28-graphql-edge', 'shop'),
];
