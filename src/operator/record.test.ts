/** A status that is put off is known here, kept out of the cluster, and told in full with what is said next. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClusterApi } from '../change/api.ts';
import type { Inventory } from '../change/inventory.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { IntentRecord } from './record.ts';
import type { Notes } from './record.ts';
import { appliedRevision, inventoryOf } from './status.ts';
import type { Standing } from './status.ts';

const standing = (reason: string, revision: string): Standing => ({ ready: reason === 'Applied', because: { reason, message: '' }, revision, model: 'm', degraded: [], findings: [] });
const entries = (...names: string[]): Inventory => names.map(name => ({ apiVersion: 'v1', kind: 'Service', namespace: 'shop', name }));
const reason = (conditions: readonly JsonObject[]): unknown => conditions.find(c => c['type'] === 'Ready')?.['reason'];

test('what is written between does not give it away', async () => {
  let stored: KubeObject = { apiVersion: 'synthesis.platform/v1alpha1', kind: 'ServiceIntent', metadata: { name: 'cart', namespace: 'shop', uid: 'u', generation: 1, resourceVersion: '1' } }, writes = 0;
  const api = {
    patchStatus: (_path: string, { status }: JsonObject) => {
      writes++;
      const merged = Object.fromEntries(Object.entries({ ...stored['status'] as JsonObject, ...status as JsonObject }).filter(([, value]) => value !== null));
      stored = { ...stored, metadata: { ...stored.metadata, resourceVersion: String(writes + 1) }, status: merged };
      return Promise.resolve(stored);
    },
  } as unknown as ClusterApi;
  const notes: Notes = {}, record = (): IntentRecord => new IntentRecord(api, stored, notes);

  const first = record();
  await first.storeInventory(entries('a'));
  first.hold(entries('a'));
  await first.say(standing('Progressing', 'cart-1'));
  assert.deepEqual([reason(first.told), appliedRevision(stored), inventoryOf(stored).length], ['Progressing', 'cart-1', 1]);

  const second = record();
  second.hold(entries('a', 'b'));
  second.putOff(standing('Applied', 'cart-2'));
  assert.deepEqual([appliedRevision(second.resource), inventoryOf(second.resource).length, appliedRevision(stored), writes], ['cart-2', 2, 'cart-1', 2]);

  // A third revision begins before it was said: its objects are in the cluster's inventory, the status is not told by the way.
  const third = record();
  await third.storeInventory(entries('a', 'b', 'c'));
  assert.deepEqual([inventoryOf(stored).length, appliedRevision(stored), reason(third.told)], [3, 'cart-1', 'Progressing']);
  assert.deepEqual([inventoryOf(third.resource).length, appliedRevision(third.resource)], [3, 'cart-2']);
  await third.say(standing('Applied', 'cart-3'));
  assert.deepEqual([reason(third.told), appliedRevision(stored), notes.untold, inventoryOf(stored).length], ['Applied', 'cart-3', undefined, 3]);
});
