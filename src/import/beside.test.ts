/** Init containers and sidecars: where they deviate, and what they mount. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import type { JsonObject } from '../kubernetes.ts';
import { besideOf } from './beside.ts';
import { deviationsOf } from './process.ts';

/** What is said of the second container where the first is the main one. */
function said(context: string, main: string, other: string, named: Record<string, string> = {}): JsonObject {
  const pod = { spec: { securityContext: parse(context) }, templates: new Map(), held: new Map() };
  const made = besideOf(pod, { name: 'o', image: 'x:1', ...parse(other) as JsonObject }, new Map(Object.entries(named)), deviationsOf(pod, { name: 'm', image: 'x:1', ...parse(main) as JsonObject }), true);
  const { name: _, containerImage: _c, ...rest } = made;
  return rest;
}
const restricted = 'readOnlyRootFilesystem: true', as = (user: number): string => `securityContext: {runAsUser: ${user}, ${restricted}}`;

test('who it runs as is said where the pod is given somebody else', () => {
  assert.deepEqual(said('{runAsUser: 5, runAsGroup: 6}', `securityContext: {${restricted}}`, `securityContext: {${restricted}}`), {});
  assert.deepEqual(said('{runAsUser: 5}', `securityContext: {${restricted}}`, as(7)), { security: { runAsUser: 7 } });
  assert.deepEqual(said('{}', as(5), `securityContext: {runAsNonRoot: true, runAsGroup: 8, ${restricted}}`), { security: { runAsGroup: 8 } });
});

test('a root that is not said to be read-only is writable, and whom nobody says not to be root may be', () => {
  assert.deepEqual(said('{runAsUser: 5}', as(5), '{}'), { security: { writableRoot: true } });
  assert.deepEqual(said('{}', as(5), '{}'), { security: { writableRoot: true, runAsNonRoot: false } });
  // By number no pod may state it.
  assert.deepEqual(said('{runAsUser: 5}', as(5), as(0)), { security: { runAsNonRoot: false } });
});

test('mounts have the names that the intent gives to volumes; a part that variables name is none', () =>
  assert.deepEqual(said('{runAsUser: 5}', as(5), `{${as(5)}, volumeMounts: [{name: a, mountPath: /a/, subPath: s, readOnly: true}, {name: b, mountPath: /b}, {name: a, mountPath: /c, subPathExpr: $(P)}]}`, { a: 'all' }),
    { volumeMounts: [{ name: 'all', mountPath: '/a', subPath: 's', readOnly: true }] }));

test('when an image is pulled is said where its tag does not lead to that', () => {
  assert.equal(said('{runAsUser: 5}', as(5), `{imagePullPolicy: IfNotPresent, ${as(5)}}`)['imagePullPolicy'], undefined);
  assert.equal(said('{runAsUser: 5}', as(5), `{imagePullPolicy: Always, ${as(5)}}`)['imagePullPolicy'], 'Always');
});
