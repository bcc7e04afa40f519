/** The releases of these tests: `web`, `cache`, `blog`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../src/kubernetes.ts';

export const manifests = (name: string): KubeObject[] => parseAllDocuments(readFileSync(join(import.meta.dirname, `${name}.yaml`), 'utf8')).map(d => d.toJS() as KubeObject);
