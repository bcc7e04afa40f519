/** What is installed: generated files are current, and nothing in it may do more than it says. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { version } from '../../src/cli/places.ts';
import type { KubeObject } from '../../src/kubernetes.ts';
import { installYaml, readerYaml } from '../../src/operator/install.ts';

const folder = join(import.meta.dirname, '..', '..', 'install');
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
const objects = parseAllDocuments(text('install.yaml')).map(d => d.toJS() as KubeObject);
const one = (kind: string, name: string): any => objects.find(o => o.kind === kind && o.metadata.name === name);

test('reader.yaml and install.yaml are what `node src/operator/install.ts` writes', () => {
  assert.equal(text('reader.yaml'), readerYaml());
  assert.equal(text('install.yaml'), installYaml(readerYaml()));
});

test('the agent may read, keep its records and act as synthesis accounts, and nothing else', () => {
  const verbs = new Map<string, Set<string>>();
  for (const role of objects.filter(o => o.kind === 'ClusterRole' && ['kubesynth', 'kubesynth-reader-shipped'].includes(o.metadata.name)) as any[]) {
    for (const rule of role.rules) {
      assert.ok(![...rule.apiGroups, ...rule.resources, ...rule.verbs].includes('*'), 'no wildcards');
      for (const resource of rule.resources) for (const verb of rule.verbs) (verbs.get(verb) ?? verbs.set(verb, new Set()).get(verb)!).add(`${rule.apiGroups[0]}/${resource}`);
    }
  }
  for (const read of ['get', 'list', 'watch']) verbs.delete(read);
  assert.deepEqual(Object.fromEntries([...verbs].map(([verb, on]) => [verb, [...on].sort()])), {
    patch: ['synthesis.platform/serviceintents', 'synthesis.platform/serviceintents/status'], create: ['events.k8s.io/events', 'synthesis.platform/synthesisrevisions'],
    delete: ['synthesis.platform/synthesisrevisions'], impersonate: ['/serviceaccounts'],
  });
  assert.deepEqual(one('ClusterRole', 'kubesynth').rules.find((r: any) => r.verbs.includes('impersonate')).resourceNames, ['kubesynth-synthesis']);
});

test('the agent runs restricted, on a read-only root, as the version of this package', () => {
  assert.equal(one('Namespace', 'kubesynth-system').metadata.labels['pod-security.kubernetes.io/enforce'], 'restricted');
  const pod = one('Deployment', 'kubesynth').spec.template.spec, [container] = pod.containers;
  assert.equal(container.securityContext.readOnlyRootFilesystem, true);
  assert.equal(container.securityContext.allowPrivilegeEscalation, false);
  assert.deepEqual(container.securityContext.capabilities, { drop: ['ALL'] });
  assert.equal(pod.securityContext.runAsNonRoot, true);
  assert.equal(pod.securityContext.seccompProfile.type, 'RuntimeDefault');
  assert.ok(container.image.endsWith(`:${version()}`));
  assert.deepEqual(one('NetworkPolicy', 'kubesynth').spec.policyTypes, ['Ingress', 'Egress']);
});
