/** Who keeps a host that two intents take. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { ageOf, Hosts } from './hosts.ts';

const resource = (second: number, uid: string, inventory: JsonObject[] = []): KubeObject =>
  ({ apiVersion: 'synthesis.platform/v1alpha1', kind: 'ServiceIntent', metadata: { name: uid, namespace: 'shop', uid, creationTimestamp: `2026-01-01T00:00:0${second}Z` }, status: { inventory } }) as KubeObject;
const made = [{ apiVersion: 'v1', kind: 'Service', name: 'a' }];
const severities = (hosts: Hosts): string[] => ['shop/a', 'shop/b'].map(key => hosts.findings(key).map(f => f.severity).join());

test('the older intent keeps it, whoever claims first', () => {
  const hosts = new Hosts();
  hosts.claim({ key: 'shop/b', age: ageOf(resource(2, 'b')) }, ['h/']);
  assert.deepEqual(hosts.claim({ key: 'shop/a', age: ageOf(resource(1, 'a')) }, ['h/']), ['shop/b']);
  assert.deepEqual(severities(hosts), ['warning', 'refused']);
});

test('of two that came in one second the first to claim keeps it, whatever their uids', () => {
  const hosts = new Hosts();
  hosts.claim({ key: 'shop/b', age: ageOf(resource(1, 'b')) }, ['h/']);
  hosts.claim({ key: 'shop/a', age: ageOf(resource(1, 'a')) }, ['h/']);
  assert.deepEqual(severities(hosts), ['refused', 'warning']);
  // Nor does it change hands when it is looked at again.
  hosts.claim({ key: 'shop/b', age: ageOf(resource(1, 'b', made)) }, ['h/']);
  assert.deepEqual(severities(hosts), ['refused', 'warning']);
});

test('after a restart it is kept by the one that has made something with it', () => {
  const hosts = new Hosts();
  hosts.claim({ key: 'shop/a', age: ageOf(resource(1, 'a')) }, ['h/']);
  hosts.claim({ key: 'shop/b', age: ageOf(resource(1, 'b', made)) }, ['h/']);
  assert.deepEqual(severities(hosts), ['refused', 'warning']);
});
