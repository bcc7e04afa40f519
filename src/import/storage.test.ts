/** Volumes and files: what a list of files says, what only volumes say, and what containers share. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import type { Pod } from './mounted.ts';
import { storageOf } from './storage.ts';
import type { Storage, Storing } from './storage.ts';

const held = new Map(parse(`
- {apiVersion: v1, kind: ConfigMap, metadata: {name: texts}, data: {a.conf: A, b.conf: B}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts}, data: {run.sh: R}}
- {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: old-data}, spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 4Gi}}}}
`).map((o: KubeObject) => [`${o.kind}/${o.metadata.name}`, o])) as Map<string, KubeObject>;
const every: Storing = { shown: true, named: true };

/** @param spec of the pod, in which the first container is the main one */
function stored(spec: string, can: Storing = every, keepClaims = false): Storage {
  const pod: Pod = { spec: parse(spec) as JsonObject, templates: new Map(), held };
  return storageOf(pod, (pod.spec['containers'] as JsonObject[])[0]!, keepClaims, can);
}

test('what only the main container reads are files; what others read too is a volume, whole or in part', () => {
  const { files, volumes, named } = stored(`
    containers: [{name: main, volumeMounts: [{name: own, mountPath: /own}, {name: texts, mountPath: /etc/a.conf, subPath: a.conf}, {name: texts, mountPath: /etc/all, readOnly: true}]}]
    initContainers: [{name: early, volumeMounts: [{name: texts, mountPath: /in}]}]
    volumes: [{name: own, configMap: {name: scripts}}, {name: texts, configMap: {name: texts, defaultMode: 256}}]`);
  assert.deepEqual(files, [{ path: '/own/run.sh', content: 'R' }]);
  assert.deepEqual(volumes, [
    { name: 'texts', mountPath: '/etc/a.conf', subPath: 'a.conf', configMap: { name: 'texts', defaultMode: 256 } },
    // One volume cannot be mounted twice by an intent: what it shows can.
    { name: 'texts-etc-all', mountPath: '/etc/all', readOnly: true, configMap: { name: 'texts', defaultMode: 256 } },
  ]);
  assert.deepEqual([...named], [['texts', 'texts']]);
});

test('Secrets and several sources that a list of files cannot say', () => {
  const { files, volumes } = stored(`
    containers: [{name: main, volumeMounts: [{name: plain, mountPath: /plain}, {name: tight, mountPath: /tight}, {name: maybe, mountPath: /maybe}, {name: part, mountPath: /part, subPath: dir}, {name: all, mountPath: /all}]}]
    volumes:
      - {name: plain, secret: {secretName: s}}
      - {name: tight, secret: {secretName: s, defaultMode: 256}}
      - {name: maybe, secret: {secretName: s, optional: true}}
      - {name: part, secret: {secretName: s, items: [{key: k, path: dir/k}]}}
      - {name: all, projected: {sources: [{secret: {name: s}}]}}`);
  assert.deepEqual(files, [{ path: '/plain', secret: 's' }]);
  assert.deepEqual(volumes.map(v => [v['name'], v['subPath'], Object.keys(v).at(-1)]), [['tight', undefined, 'secret'], ['maybe', undefined, 'secret'], ['part', 'dir', 'secret'], ['all', undefined, 'projected']]);
});

test('volumes that only others mount have no place in the main container', () => {
  const { volumes, named } = stored(`
    containers: [{name: main, volumeMounts: [{name: work, mountPath: /work}]}, {name: side, volumeMounts: [{name: cache, mountPath: /cache}, {name: node, mountPath: /node}, {name: per, mountPath: /per, subPathExpr: $(POD)}]}]
    initContainers: [{name: early, volumeMounts: [{name: scripts, mountPath: /scripts}, {name: work, mountPath: /w}]}]
    volumes: [{name: work, emptyDir: {}}, {name: cache, emptyDir: {medium: Memory}}, {name: scripts, configMap: {name: scripts}}, {name: node, hostPath: {path: /}}, {name: per, emptyDir: {}}]`);
  assert.deepEqual(volumes, [{ name: 'work', mountPath: '/work' }, { name: 'scripts', configMap: { name: 'scripts' } }, { name: 'cache', medium: 'Memory' }]);
  assert.deepEqual([...named.keys()], ['work', 'scripts', 'cache']);
});

test('a part of scratch space that others look into is stated as a part; parts of nobody else are volumes of their own', () => {
  const { volumes } = stored(`
    containers: [{name: main, volumeMounts: [{name: empty, mountPath: /logs, subPath: logs}, {name: empty, mountPath: /run, subPath: run}]}]
    initContainers: [{name: early, args: [mkdir /e/logs], volumeMounts: [{name: empty, mountPath: /e}]}]
    volumes: [{name: empty, emptyDir: {}}]`);
  assert.deepEqual(volumes, [{ name: 'empty', mountPath: '/logs', subPath: 'logs' }, { name: 'empty-run', mountPath: '/run' }]);
});

test('where the main container has parts of its own, the whole that others mount is one more volume', () => {
  const { volumes, named } = stored(`
    containers: [{name: main, volumeMounts: [{name: empty, mountPath: /run, subPath: run}]}, {name: side, args: [--here], volumeMounts: [{name: empty, mountPath: /side, subPath: side}]}]
    volumes: [{name: empty, emptyDir: {}}]`);
  assert.deepEqual([volumes, [...named]], [[{ name: 'empty-run', mountPath: '/run' }, { name: 'empty' }], [['empty', 'empty']]]);
});

test('a claim keeps its name and states what it asks, once; kept or lent it is only referred to', () => {
  const pod = `
    containers: [{name: main, volumeMounts: [{name: data, mountPath: /data, subPath: x}, {name: data, mountPath: /more, subPath: y}]}]
    volumes: [{name: data, persistentVolumeClaim: {claimName: old-data}}]`;
  const asked = { size: '4Gi', storageClassName: 'fast' }, first = { name: 'data', mountPath: '/data', subPath: 'x' }, second = { name: 'data-y', mountPath: '/more', subPath: 'y', claimName: 'old-data' };
  assert.deepEqual(stored(pod).volumes, [{ ...first, size: '4Gi', claimName: 'old-data', storageClassName: 'fast' }, second]);
  assert.deepEqual(stored(pod, {}).volumes, [{ ...first, ...asked }]);
  for (const referring of [stored(pod, every, true), stored(pod, { ...every, lent: new Set(['old-data']) })]) {
    assert.deepEqual(referring.volumes, [{ ...first, claimName: 'old-data' }, second]);
    assert.ok(referring.claims.includes('PersistentVolumeClaim/old-data'));
  }
});

test('a name that every graph gives to a volume is free only at the place of that', () => {
  const pod = (path: string): string => `
    containers: [{name: main, volumeMounts: [{name: tmp, mountPath: ${path}}]}, {name: side, volumeMounts: [{name: tmp, mountPath: /t}]}]
    volumes: [{name: tmp, emptyDir: {}}]`;
  const can = { ...every, taken: new Map([['tmp', '/tmp']]) };
  assert.deepEqual(stored(pod('/tmp'), can).volumes, [{ name: 'tmp', mountPath: '/tmp' }]);
  const { volumes, named } = stored(pod('/var/tmp'), can);
  assert.deepEqual([volumes, named.get('tmp')], [[{ name: 'tmp-volume', mountPath: '/var/tmp' }], 'tmp-volume']);
});

test('without such volumes everything is told as the main container sees it', () => {
  const { files, volumes, named } = stored(`
    containers: [{name: main, volumeMounts: [{name: texts, mountPath: /etc/all}, {name: all, mountPath: /all}, {name: work, mountPath: /work}]}]
    initContainers: [{name: early, volumeMounts: [{name: texts, mountPath: /in}, {name: only, mountPath: /only}]}]
    volumes: [{name: texts, configMap: {name: texts}}, {name: all, projected: {sources: [{secret: {name: s}}]}}, {name: work, emptyDir: {}}, {name: only, emptyDir: {}}]`, {});
  assert.deepEqual(files, [{ path: '/etc/all/a.conf', configMap: 'texts', key: 'a.conf' }, { path: '/etc/all/b.conf', configMap: 'texts', key: 'b.conf' }]);
  assert.deepEqual([volumes, [...named]], [[{ name: 'work', mountPath: '/work' }], [['work', 'work']]]);
});
