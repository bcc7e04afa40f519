import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { binaries } from './binaries.ts';
import { crdSetNote, readCrdSet } from './crds.ts';
import { crdsFromTypings } from './typings.ts';

test('typings become structural schemas', () => {
  const text = `import { IObjectMeta } from "x";
    /** prose with { braces } */
    export interface IPolicy {
      "apiVersion": "g.example/v1"; "kind": "Policy"; "metadata": IObjectMeta;
      "spec": { "size"?: number | string; "mode": "a" | "b"; "list"?: Array<{ "n": number; }>; "map"?: { [key: string]: boolean; }; "free"?: {}; };
    }`;
  const [crd] = crdsFromTypings([text], { group: 'g.example', version: 'v1', clusterScoped: ['Policy'] });
  assert.deepEqual([crd?.metadata.name, crd?.spec.scope], ['policies.g.example', 'Cluster']);
  assert.deepEqual((crd!.spec.versions[0]!.schema['openAPIV3Schema'] as { properties: object, required: string[] }), {
    type: 'object', required: ['spec'],
    properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' }, spec: {
      type: 'object', required: ['mode'], properties: {
        size: { 'x-kubernetes-int-or-string': true }, mode: { type: 'string', enum: ['a', 'b'] },
        list: { type: 'array', items: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] } },
        map: { type: 'object', additionalProperties: { type: 'boolean' } }, free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      } } },
  });
  assert.throws(() => crdsFromTypings([text.replace('number;', 'Date;')], { group: 'g', version: 'v1', clusterScoped: [] }), /Date/);
});

test('a set that is not a released file says so, an unknown one names those there are', async () => {
  assert.match(crdSetNote('linkerd')!, /minimal/);
  assert.match(crdSetNote('cloudnative-pg')!, /npm/);
  assert.equal(crdSetNote('gateway-api'), undefined);
  await assert.rejects(readCrdSet('no-such'), /gateway-api/);
});

test('KUBEBUILDER_ASSETS is taken when it holds what is needed', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'kubesynth-assets-')), before = process.env['KUBEBUILDER_ASSETS'];
  try {
    for (const part of ['etcd', 'kube-apiserver']) writeFileSync(join(dir, part), '');
    process.env['KUBEBUILDER_ASSETS'] = dir;
    assert.equal(await binaries('1.0.0'), dir);
  } finally {
    if (before === undefined) delete process.env['KUBEBUILDER_ASSETS']; else process.env['KUBEBUILDER_ASSETS'] = before;
    rmSync(dir, { recursive: true });
  }
});
