import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../kubernetes.ts';
import { pruneOpenApi } from './prune.ts';

const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
const post = (name: string): JsonObject => ({ post: { requestBody: { content: { '*/*': { schema: ref(name) } } } } });
const document: JsonObject = {
  paths: {
    '/apis/x/v1/namespaces/{namespace}/things': post('Thing'),
    '/apis/x/v1/namespaces/{namespace}/things/{name}/eviction': post('Eviction'),
  },
  components: { schemas: {
    Thing: { type: 'object', description: 'prose', required: ['spec', 'status'], 'x-kubernetes-group-version-kind': [{ group: 'x', version: 'v1', kind: 'Thing' }],
      properties: { spec: { allOf: [ref('Spec')], default: {}, description: 'prose' }, status: ref('Status'), metadata: ref('meta.v1.ObjectMeta') } },
    Spec: { type: 'object', properties: { description: { type: 'string', description: 'prose', pattern: '^a' }, self: ref('Spec'), kind: { type: 'string', enum: ['A'], default: 'A' } },
      'x-kubernetes-validations': [{ rule: 'self.kind == "A"', description: 'kept: rules are kept as served' }] },
    Status: { type: 'object' }, Eviction: { type: 'object' }, ThingList: { type: 'object' },
    'meta.v1.ObjectMeta': { type: 'object', properties: { name: { type: 'string' }, managedFields: { type: 'array', items: ref('ManagedFieldsEntry') } } },
    ManagedFieldsEntry: { type: 'object' },
  } },
};

test('only schemas reachable from creatable kinds stay, without prose, rules intact', () => {
  assert.deepEqual(pruneOpenApi(document), { components: { schemas: {
    Spec: { type: 'object', properties: { description: { type: 'string', pattern: '^a' }, self: ref('Spec'), kind: { type: 'string', enum: ['A'], default: 'A' } },
      'x-kubernetes-validations': [{ rule: 'self.kind == "A"', description: 'kept: rules are kept as served' }] },
    Thing: { type: 'object', required: ['spec'], 'x-kubernetes-group-version-kind': [{ group: 'x', version: 'v1', kind: 'Thing' }],
      properties: { spec: { allOf: [ref('Spec')], default: {} }, status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, metadata: ref('meta.v1.ObjectMeta') } },
    'meta.v1.ObjectMeta': { type: 'object', properties: { name: { type: 'string' } } },
  } } });
});

test('a document without paths gives none', () => assert.deepEqual(pruneOpenApi({}), { components: { schemas: {} } }));
