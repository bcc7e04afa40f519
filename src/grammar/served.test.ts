/** The grammar on the schemas that real clusters serve. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json, JsonObject } from '../kubernetes.ts';
import { loadSnapshot, shippedSnapshots } from '../snapshot/file.ts';
import { openApiIndex } from '../snapshot/schema.ts';
import type { Pattern } from '../tokens/pattern.ts';
import { bodyTokens } from '../tokens/serialize.ts';
import { resolved } from './conforms.ts';
import { ObjectGrammar } from './grammar.ts';
import { questionsOf } from './questions.ts';

const nothing = { items: () => undefined, resolve: () => undefined };
const pattern = (v: Json): Pattern => (Array.isArray(v) ? { k: 'list', i: v.map(pattern) }
  : v !== null && typeof v === 'object' ? { k: 'map', e: Object.entries(v).map(([key, x]) => ({ key, value: pattern(x) })) } : { k: 'lit', v });

/** The first token that is illegal, with those before it; undefined when the body is legal. */
function illegal(snapshot: string, group: string, kind: string, body: JsonObject): string | undefined {
  const index = openApiIndex(loaded(snapshot)), found = index.find(group, kind)!;
  const g = new ObjectGrammar(index, found.document, found.schema, questionsOf(index, found.document, nothing, kind), kind), tokens = bodyTokens(pattern(body));
  let s = g.start();
  for (const [i, t] of tokens.entries()) { const next = g.step(s, t); if (!next) return tokens.slice(Math.max(0, i - 3), i + 1).join(' '); s = next; }
  return g.complete(s) ? undefined : 'not complete';
}
const cache = new Map<string, ReturnType<typeof loadSnapshot>>();
const loaded = (name: string): ReturnType<typeof loadSnapshot> => cache.get(name) ?? cache.set(name, loadSnapshot(name)).get(name)!;

test('every schema of every shipped snapshot can be expressed, cycles included', () => {
  for (const name of shippedSnapshots()) {
    const snapshot = loaded(name), index = openApiIndex(snapshot);
    for (const [document, { components }] of Object.entries(snapshot.openapi)) {
      const seen = new Set<JsonObject>();
      const walk = (schema: JsonObject): void => {
        const { schema: s } = resolved(index, document, schema, document);
        if (seen.has(s)) return;
        seen.add(s);
        for (const child of Object.values((s['properties'] ?? {}) as Record<string, JsonObject>)) walk(child);
        for (const child of [s['items'], s['additionalProperties']]) if (child && typeof child === 'object') walk(child as JsonObject);
      };
      for (const schema of Object.values(components.schemas)) walk(schema);
    }
  }
});

test('a schema that contains itself nests as deep as one likes', () => {
  const schema = (inner: JsonObject): JsonObject => ({ spec: {
    group: 'x.io', names: { kind: 'T', plural: 'ts' }, scope: 'Namespaced', versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { a: { type: 'object', properties: { b: inner } } } } } }],
  } });
  assert.equal(illegal('bare-1.30', 'apiextensions.k8s.io', 'CustomResourceDefinition', schema({ type: 'string', maxLength: 3 })), undefined);
  assert.match(illegal('bare-1.30', 'apiextensions.k8s.io', 'CustomResourceDefinition', schema({ type: 'string', maxLength: 'x' }))!, /\.maxLength ="x"$/);
});

const container = (more: JsonObject = {}): JsonObject => ({ spec: { selector: { matchLabels: { a: 'b' } }, template: { spec: { containers: [{ name: 'main', image: 'i', ...more }] } } } });

test('a Deployment on every cluster', () => {
  const good = container({ ports: [{ containerPort: 8080 }], resources: { limits: { cpu: '1', memory: '1Gi' } }, livenessProbe: { httpGet: { path: '/', port: 'http' } }, securityContext: { capabilities: { drop: ['ALL'] } } });
  for (const name of shippedSnapshots()) {
    assert.equal(illegal(name, 'apps', 'Deployment', good), undefined, name);
    for (const [bad, at] of [
      [container({ prots: [] }), ']'], [container({ ports: [{ containerPort: '8080' }] }), '="8080"'], [container({ ports: [{ name: 'http' }] }), '}'],
      [container({ resources: { limits: { cpu: 'lots' } } }), '="lots"'], [{ spec: { replicas: 1 } }, '}'], [{ status: {} }, '}'], [{ metadata: { namespace: 'kube-system' } }, '="kube-system"'],
      [container({ livenessProbe: { httpGet: { port: true } } }), '=true'],
    ] as [JsonObject, string][]) assert.ok(illegal(name, 'apps', 'Deployment', bad)?.endsWith(at), `${name}: ${JSON.stringify(bad)}`);
  }
});

test('kinds of custom resources: enums, patterns, numbers of items and exclusive fields', () => {
  const cases: [string, string, string, JsonObject, string | undefined][] = [];
  for (const name of shippedSnapshots()) for (const kind of loaded(name).kinds) if (kind.kind === 'HTTPRoute' && kind.group.startsWith('gateway.')) {
    const route = (rule: JsonObject): JsonObject => ({ spec: { hostnames: ['a.example.com'], parentRefs: [{ name: 'public' }], rules: [rule] } });
    cases.push([name, kind.group, kind.kind, route({ backendRefs: [{ name: 's', port: 80 }] }), undefined],
      [name, kind.group, kind.kind, route({ matches: [{ path: { type: 'Nearly', value: '/' } }] }), '="Nearly"'],
      [name, kind.group, kind.kind, route({ backendRefs: [{ name: 's', port: 70000 }] }), '=70000'],
      [name, kind.group, kind.kind, { spec: { hostnames: ['not a host'] } }, '="not a host"']);
  }
  assert.ok(cases.length);
  for (const [snapshot, group, kind, body, at] of cases) {
    const found = illegal(snapshot, group, kind, body);
    assert.ok(at === undefined ? found === undefined : found?.endsWith(at), `${snapshot} ${kind}: ${found} where ${at} was expected`);
  }
});
