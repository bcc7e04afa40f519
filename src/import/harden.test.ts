/** When a difference is hardened: the process keeps its user, its writable paths and its ports. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../kubernetes.ts';
import { differences } from './differences.ts';
import { classOf } from './harden.ts';
import { policyClass } from './policy.ts';
import type { Pod } from './mounted.ts';

const classes = (original: JsonObject, synthesised: JsonObject): Record<string, string> =>
  Object.fromEntries(differences(original, synthesised).map(p => [p.steps.join('.'), classOf(p, original, synthesised)]));
const main = (fields: JsonObject, more: JsonObject = {}): JsonObject => ({ containers: { main: { image: 'x:1', ...fields } }, ...more });
const restricted = { runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } };

test('a process that is not root loses nothing by the restricted profile', () => {
  const found = classes(main({ security: { runAsUser: 1000 } }), main({ security: { runAsUser: 1000, ...restricted } }));
  assert.deepEqual(new Set(Object.values(found)), new Set(['hardened']));
});

test('one of which nobody knows the user may be root, and then could not start', () => {
  const found = classes(main({}), main({ security: restricted }));
  assert.equal(found['containers.main.security.runAsNonRoot'], 'changed');
  assert.equal(found['containers.main.security.capabilities'], 'changed');
  assert.equal(found['containers.main.security.seccompProfile'], 'hardened');
});

test('the root filesystem may become read-only only where it was', () =>
  assert.equal(classes(main({ security: { runAsUser: 1 } }), main({ security: { runAsUser: 1, readOnlyRootFilesystem: true } }))['containers.main.security.readOnlyRootFilesystem'], 'changed'));

test('bounds and probes where nobody stated any are hardened; other values than stated are not', () => {
  assert.equal(classes(main({}), main({ resources: { limits: { memory: 1 } } }))['containers.main.resources'], 'hardened');
  assert.equal(classes(main({ resources: { limits: { memory: 2 } } }), main({ resources: { limits: { memory: 1 } } }))['containers.main.resources.limits.memory'], 'changed');
  assert.equal(classes(main({ command: ['a'] }), main({}))['containers.main.command'], 'lost');
  assert.equal(classes(main({}), main({ command: ['a'] }))['containers.main.command'], 'changed');
});

test('a token without rights opens nothing; with rights it is needed', () => {
  assert.equal(classes(main({}, { pod: {} }), main({}, { pod: { automountServiceAccountToken: false } }))['pod.automountServiceAccountToken'], 'hardened');
  assert.equal(classes(main({}, { pod: { automountServiceAccountToken: true }, permissions: { r: 1 } }), main({}, { pod: { automountServiceAccountToken: false }, permissions: { r: 1 } }))['pod.automountServiceAccountToken'], 'changed');
});

test('a budget of its own stays; one where there was none is hardened', () => {
  assert.equal(classes(main({}), main({}, { budget: { maxUnavailable: 1 } }))['budget'], 'hardened');
  assert.deepEqual(classes(main({}, { budget: { minAvailable: 2 } }), main({}, { budget: { maxUnavailable: 1 } })), { 'budget.minAvailable': 'lost', 'budget.maxUnavailable': 'changed' });
});

test('network policies are compared by what they open', () => {
  const pod: Pod = { spec: { containers: [{ name: 'c', ports: [{ name: 'http', containerPort: 8080 }] }] }, templates: new Map(), held: new Map() };
  const policy = (spec: JsonObject) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p' }, spec });
  const from = [{ podSelector: {} }], open = policy({ policyTypes: ['Ingress'], ingress: [{ ports: [{ port: 'http' }] }] });
  assert.equal(policyClass(open, policy({ policyTypes: ['Ingress'], ingress: [{ from, ports: [{ port: 8080 }] }] }), 'ingress', pod), 'hardened');
  assert.equal(policyClass(open, open, 'ingress', pod), 'equal');
  assert.equal(policyClass(open, policy({ policyTypes: ['Ingress'], ingress: [{ from, ports: [{ port: 9 }] }] }), 'ingress', pod), 'changed');
  assert.equal(policyClass(policy({ policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: { matchLabels: { a: 'b' } } }], ports: [{ port: 8080 }] }] }), policy({ policyTypes: ['Ingress'], ingress: [{ from, ports: [{ port: 8080 }] }] }), 'ingress', pod), 'changed');
  // Where nobody governed a direction, whatever is written narrows it.
  assert.equal(policyClass(open, policy({ policyTypes: ['Ingress', 'Egress'], ingress: [], egress: [] }), 'egress', pod), undefined);
});
