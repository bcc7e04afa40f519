import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../diagnostic.ts';
import type { Json, JsonObject } from '../kubernetes.ts';
import { openApiIndex } from '../snapshot/schema.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { fillSlots, listOf, soleSlot } from '../tokens/pattern.ts';
import { resolveSlot } from '../context/slots.ts';
import { ObjectGrammar } from './grammar.ts';
import { questionsOf } from './questions.ts';

const quantity = { oneOf: [{ type: 'string' }, { type: 'number' }] };
/** The grammar of a schema, its definitions, and the lists of a small context. */
function grammar(schema: JsonObject, data: JsonObject = {}, schemas: Record<string, JsonObject> = {}): ObjectGrammar {
  const snapshot = {
    format: 'kubesynth.snapshot/v1', notes: [], version: { major: '1', minor: '30', gitVersion: 'v1.30.0' }, kinds: [], objects: [], nodes: [],
    openapi: { 'apis/x.io/v1': { components: { schemas: { 'io.k8s.apimachinery.pkg.api.resource.Quantity': quantity, ...schemas } } } },
  } as Snapshot;
  const values = {
    items: (over: string) => (listOf(over) in data ? (data[listOf(over)] as Json[]).map((value, index) => ({ value, index })) : undefined),
    resolve: (text: string, items: Record<string, { value: Json; index: number }>) => {
      const sole = soleSlot(text), scope = { intent: data, facts: {}, items };
      return sole ? resolveSlot(sole, scope) : fillSlots(text, p => resolveSlot(p, scope));
    },
  };
  const index = openApiIndex(snapshot);
  return new ObjectGrammar(index, 'apis/x.io/v1', schema, questionsOf(index, 'apis/x.io/v1', values, 'Thing'), 'Thing');
}
/** Whether the tokens (by white space) are a whole legal body. */
function legal(g: ObjectGrammar, text: string, loop?: { over: string; items: { value: Json; index: number }[] }): boolean {
  let s = g.start(loop);
  for (const token of text.split(/\s+/)) { const next = g.step(s, token); if (!next) return false; s = next; }
  return g.complete(s);
}
const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: 'object', properties, ...more });
/** What values of one field are legal. */
const field = (schema: JsonObject, data?: JsonObject, schemas?: Record<string, JsonObject>): ((text: string) => boolean) => {
  const g = grammar(object({ f: schema }), data, schemas);
  return text => legal(g, `{ .f ${text} }`);
};

test('scalars have the type, values and bounds of the schema', () => {
  const cases: [JsonObject, string[], string[]][] = [
    [{ type: 'string' }, ['="x"', '="8080"', '=""'], ['=1', '=true', '=null', '{ }', '[ ]']],
    [{ type: 'integer' }, ['=1', '=-3'], ['=1.5', '="1"']],
    [{ type: 'integer', format: 'int32' }, ['=2147483647', '=-2147483648'], ['=2147483648', '=-2147483649']],
    [{ type: 'number' }, ['=1.5', '=2'], ['="2"']],
    [{ type: 'boolean' }, ['=true'], ['="true"', '=1']],
    [{ type: 'string', nullable: true }, ['=null', '="x"'], ['=1']],
    [{ type: 'string', enum: ['A', 'B'] }, ['="A"'], ['="a"', '=1']],
    [{ type: 'string', pattern: '^[a-z]+$' }, ['="ab"'], ['="A"', '=""']],
    [{ type: 'string', pattern: '^((?i)sun|mon)day$' }, ['="SUNday"', '="monday"'], ['="sunDAY"', '="day"']],
    [{ type: 'string', pattern: '([' }, [], ['="x"']],
    [{ type: 'string', minLength: 1, maxLength: 2 }, ['="é"', '="😀😀"'], ['=""', '="abc"']],
    [{ type: 'integer', minimum: 1, maximum: 3 }, ['=1', '=3'], ['=0', '=4']],
    [{ type: 'integer', minimum: 1, exclusiveMinimum: true, maximum: 3, exclusiveMaximum: true, multipleOf: 2 }, ['=2'], ['=1', '=3']],
    [{ 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }, ['=1', '="25%"'], ['=1.5', '=true', '{ }', '[ ]']],
    [{ format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] }, ['=1', '="http"'], ['=1.5', '=null', '{ }']],
    [{ 'x-kubernetes-int-or-string': true, pattern: '^[0-9]+m$' }, ['=1', '="5m"'], ['="5"']],
    [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity' }, ['="100m"', '="1Gi"', '=2', '="1e3"', '=".5"'], ['="1gi"', '="x"', '=true', '{ }', '[ ]', '=null']],
    [{ allOf: [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity' }], default: '1' }, ['="100m"'], ['="much"', '{ }']],
  ];
  for (const [schema, good, bad] of cases) {
    const ok = field(schema);
    for (const text of good) assert.ok(ok(text), `${JSON.stringify(schema)} admits ${text}`);
    for (const text of bad) assert.ok(!ok(text), `${JSON.stringify(schema)} refuses ${text}`);
  }
});

test('types that stand only in the branches of anyOf and oneOf are kept', () => {
  const ok = field({ oneOf: [{ type: 'string', enum: ['a'] }, { type: 'integer' }] });
  assert.ok(ok('="a"') && ok('=3'));
  for (const text of ['="b"', '=true', '{ }', '[ ]']) assert.ok(!ok(text), text);
  const shapes = field({ anyOf: [{ type: 'object' }, { type: 'array' }, { type: 'integer' }] }, { map: { a: 1 }, list: [1], n: 1, text: 'x' });
  assert.ok(shapes('$${n}') && !shapes('$${text}'));
  assert.ok(!shapes('$${map}') && !shapes('$${list}'), 'fields and items that no schema knows are not copied');
  assert.ok(!field({ enum: ['x'] })('="y"'), 'a schema with a rule but no type is not open');
});

test('unstructured, typed loosely, and open', () => {
  const keep = field({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { n: { type: 'integer' } } });
  assert.ok(keep('{ .any { .deep [ =1 ="x" ] } .n =1 }'));
  assert.ok(!keep('{ .n ="x" }'), 'what is known stays typed');
  assert.ok(!keep('="x"'));
  assert.ok(field({ 'x-kubernetes-preserve-unknown-fields': true })('[ =1 ]'));
  assert.ok(field({})('{ .a =null }'));
  const bare = field({ type: 'object' });
  assert.ok(bare('{ }') && !bare('{ .a =1 }'));
  const untyped = field({ properties: { a: { type: 'string' } } });
  assert.ok(untyped('{ .a ="x" }'));
  assert.ok(!untyped('=5') && !untyped('{ .b =1 }'));
});

test('keys are those of the schema, each once, in order', () => {
  const g = grammar(object({ a: { type: 'string' }, b: { type: 'string' } }));
  assert.ok(legal(g, '{ .a ="1" .b ="2" }'));
  for (const bad of ['{ .b ="2" .a ="1" }', '{ .a ="1" .a ="1" }', '{ .c ="1" }', '{ .a }', '{ ="1" }', '{ .constructor =1 }', '{ .__proto__ { } }', '{ ]', '[ ]', '="x"', '{ .toString =1 }', '{ } {']) assert.ok(!legal(g, bad), bad);
});

test('maps take any key, once, odd ones too', () => {
  const data = { name: 'shop', files: [{ path: '/a/b' }, { path: '/a/c' }], twins: [{ path: '/a/b-c' }, { path: '/a-b/c' }], ports: [{ number: 80 }] };
  const ok = field({ type: 'object', additionalProperties: { type: 'string' } }, data);
  for (const good of ['{ }', '{ .__proto__ ="x" .constructor ="y" }', '{ .${name}-x ="1" }', '{ *files .${files[].path.slug} $${files[].path} }', '{ *files .${files[].path.slug} ="x" .z ="y" }']) assert.ok(ok(good), good);
  for (const bad of [
    '{ .__proto__ =1 }', '{ .a { } }', '{ *files }', '{ *files *files .a ="x" }', '{ *files .same ="x" }', '{ .${files[].path.slug} ="x" }', '{ *none .a ="x" }',
    '{ *twins .${twins[].path.slug} $${twins[].path} }', '{ *files .${files[].path.slug} ="x" .a-b ="y" }', '{ .${name} ="1" .shop ="2" }', '{ *ports .${ports[].number} ="x" }',
  ]) assert.ok(!ok(bad), bad);
  const strict = field(object({ a: { type: 'string' } }), { files: data.files });
  assert.ok(!strict('{ *files .a ="x" }'), 'a property does not repeat');
});

test('lists: items, loops over none, one or many, and their number', () => {
  const data = { none: [], ports: [{ n: 1 }, { n: 2 }], odd: [{ n: 1 }, { n: 'x' }] };
  const ok = field({ type: 'array', items: { type: 'integer' } }, data);
  for (const good of ['[ ]', '[ =1 =1 ]', '[ *ports $${ports[].n} ]', '[ *none $${none[].n} ]', '[ =1 *ports $${ports[].n} =2 ]', '[ *ports *ports $${ports[].n} ]']) assert.ok(ok(good), good);
  for (const bad of ['[ ="x" ]', '[ .a =1 ]', '[ *odd $${odd[].n} ]', '[ *missing =1 ]', '[ $${ports[].n} ]', '[ *ports ]', '[ }', '*ports =1']) assert.ok(!ok(bad), bad);
  const two = field({ type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 2 }, data);
  assert.ok(two('[ *ports $${ports[].n} ]') && two('[ =1 =2 ]') && two('[ *none $${none[].n} ]'), 'a list that stands for nothing is left out');
  assert.ok(!two('[ =1 ]') && !two('[ ]') && !two('[ =1 *ports $${ports[].n} ]'));
});

test('a hundred ports', () => {
  const ports = Array.from({ length: 100 }, (_, i) => ({ name: `p${i}`, number: 1000 + i }));
  const item = object({ name: { type: 'string' }, port: { type: 'integer', maximum: 1099 } }, { required: ['name', 'port'] });
  const text = '[ *ports { .name $${ports[].name} .port $${ports[].number} } ]';
  assert.ok(field({ type: 'array', items: item }, { ports })(text));
  assert.ok(!field({ type: 'array', items: item }, { ports: [...ports, { name: 'last', number: 1100 }] })(text), 'every item is looked at');
});

test('loops in loops: every pair is looked at', () => {
  const item = object({ a: { type: 'string', maxLength: 4 } });
  const text = '[ *x *y { .a $${x[].n}${y[].n} } ]';
  assert.ok(field({ type: 'array', items: item }, { x: [{ n: 'a' }, { n: 'bb' }], y: [{ n: 'a' }, { n: 'bb' }] })(text));
  assert.ok(!field({ type: 'array', items: item }, { x: [{ n: 'a' }, { n: 'bbb' }], y: [{ n: 'a' }, { n: 'bb' }] })(text), 'the second with the second');
});

test('what is required is there, or the whole is not', () => {
  const item = object({ name: { type: 'string' }, port: { type: 'integer' } }, { required: ['port'] });
  const ok = field(item, { there: 1, name: 'x', none: [] });
  assert.ok(ok('{ .port =1 }') && ok('{ .port $${there} }') && ok('{ .name $${name} .port $${there} }'));
  assert.ok(ok('{ .name $${absent} .port $${absent} }'), 'all of it is absent');
  for (const bad of ['{ }', '{ .name ="x" }', '{ .name $${name} .port $${absent} }', '{ .name ="x" .port $${absent} }']) assert.ok(!ok(bad), bad);
  const loop = field({ type: 'array', items: item }, { deps: [{ name: 'a', port: 1 }, { name: 'b' }], whole: [{ name: 'a', port: 1 }, {}] });
  assert.ok(!loop('[ *deps { .name $${deps[].name} .port $${deps[].port} } ]'), 'the second item lacks its port');
  assert.ok(loop('[ *whole { .name $${whole[].name} .port $${whole[].port} } ]'), 'the second item is left out whole');
});

test('a required list or map that stands for nothing is missing', () => {
  const g = (data: JsonObject): ((text: string) => boolean) => field(object({ a: { type: 'string' }, rules: { type: 'array', items: object({ x: { type: 'string' } }) } }, { required: ['rules'] }), data);
  const text = '{ .a ="1" .rules [ *list { .x $${list[].x} } ] }';
  assert.ok(g({ list: [{ x: '1' }] })(text));
  assert.ok(!g({ list: [] })(text));
  assert.ok(!g({ list: [{}] })(text));
  assert.ok(g({ list: [] })('{ .rules [ *list { .x ="1" } ] }'), 'nor is there anything that needs it');
  assert.ok(g({})('{ .a ="1" .rules [ ] }'), 'an empty list is one');
});

test('branches on which fields are there', () => {
  const one = object({ a: { type: 'string' }, b: { type: 'string' } }, { oneOf: [{ not: { anyOf: [{ required: ['a'] }, { required: ['b'] }] } }, { required: ['a'] }, { required: ['b'] }] });
  const ok = field(one, { x: '1' });
  assert.ok(ok('{ }') && ok('{ .a ="1" }') && ok('{ .b ="1" }') && ok('{ .a $${x} .b $${none} }'));
  assert.ok(!ok('{ .a ="1" .b ="1" }'));
  const least = field(object({ a: { type: 'string' }, b: { type: 'string' } }, { anyOf: [{ required: ['a'] }, { required: ['b'] }], maxProperties: 1 }));
  assert.ok(least('{ .a ="1" }') && !least('{ }') && !least('{ .a ="1" .b ="1" }'));
  const byValue = field(object({ t: { type: 'string' }, v: { type: 'string' } }, { oneOf: [{ properties: { t: { enum: ['x'] } } }, { properties: { t: { enum: ['y'] } } }] }), { good: { t: 'x' }, bad: { t: 'z' } });
  assert.ok(byValue('{ .t ="x" }'), 'what hangs on values is left to the checker when written field by field');
  assert.ok(byValue('$${good}') && !byValue('$${bad}'), 'and decided when copied whole');
});

test('slots: whole values fit the schema, absent ones leave the field out', () => {
  const schema = { type: 'array', items: object({ name: { type: 'string' }, value: { type: 'string' } }, { required: ['name'] }) };
  const data = { env: [{ name: 'A', value: '1' }], odd: [{ name: 'A', valeu: '1' }], lacks: [{ value: '1' }], typed: [{ name: 'A', value: 1 }], sly: [JSON.parse('{"name":"A","constructor":"x"}')] };
  const ok = field(schema, data);
  assert.ok(ok('$${env}') && ok('$${none}'));
  for (const name of ['odd', 'lacks', 'typed', 'sly']) assert.ok(!ok(`$\${${name}}`), name);
  const labels = field({ type: 'object', additionalProperties: { type: 'string' } }, { good: JSON.parse('{"__proto__":"a","constructor":"b"}'), bad: JSON.parse('{"constructor":1}') });
  assert.ok(labels('$${good}') && !labels('$${bad}'));
});

test('a field that this cluster does not know is legal where it stands for nothing, and only there', () => {
  const g = grammar(object({ a: { type: 'string' } }), { here: 'x', items: [{ v: '1' }], bare: [{}] });
  for (const good of ['{ .a ="1" .b $${none} }', '{ .a ="1" .b { .c { .d $${none} } } }', '{ .b [ $${none} ] }', '{ .b [ *bare { .v $${bare[].v} } ] }']) assert.ok(legal(g, good), good);
  for (const bad of ['{ .b $${here} }', '{ .b { .c { .d $${here} } } }', '{ .b { } }', '{ .b [ ] }', '{ .b ="x" }', '{ .b { .c $${none} .d $${here} } }', '{ .b [ *items { .v $${items[].v} } ] }', '{ .b { .c { } .d $${none} } }']) assert.ok(!legal(g, bad), bad);
});

test('references that go round in circles', () => {
  const tree = object({ children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } }, name: { type: 'string' } });
  const ok = field({ $ref: '#/components/schemas/Tree' }, {}, { Tree: tree });
  assert.ok(ok('{ .children [ { .children [ { .name ="x" } ] } ] }'));
  assert.ok(!ok('{ .children [ { .children [ { .name =1 } ] } ] }'));
});

test('what the grammar cannot express is refused by name', () => {
  const refused = (f: () => unknown, word: string): void => assert.throws(f, (e: unknown) => e instanceof Refusal && e.findings[0]!.rule === 'schema-unsupported' && e.findings[0]!.message.includes(word));
  refused(() => field({ type: 'object', patternProperties: { '^x': {} } })('{ }'), 'patternProperties');
  refused(() => field({ $ref: '#/components/schemas/None' })('{ }'), 'does not carry');
  refused(() => field({ $ref: '#/components/schemas/Round' }, {}, { Round: { $ref: '#/components/schemas/Round' } })('{ }'), 'does not carry');
});

test('identity and status are not written', () => {
  const root = object({ apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { allOf: [{ $ref: '#/components/schemas/Meta' }] }, spec: object({}), status: object({}) }, { required: ['apiVersion', 'kind', 'metadata', 'spec'] });
  const meta = object({ name: { type: 'string' }, namespace: { type: 'string' }, uid: { type: 'string' }, labels: { type: 'object', additionalProperties: { type: 'string' } } });
  const g = grammar(root, {}, { Meta: meta });
  assert.ok(legal(g, '{ .metadata { .labels { .a ="b" } } .spec { } }'));
  for (const bad of ['{ .apiVersion ="v1" .spec { } }', '{ .spec { } .status { } }', '{ .metadata { .name ="x" } .spec { } }', '{ .metadata { .namespace ="kube-system" } .spec { } }', '{ .metadata { .uid ="1" } .spec { } }', '{ }']) assert.ok(!legal(g, bad), bad);
});

test('a repeated object is legal for every item', () => {
  const g = grammar(object({ n: { type: 'integer' } }, { required: ['n'] }));
  const loop = (...values: Json[]): { over: string; items: { value: Json; index: number }[] } => ({ over: 'deps{a}', items: values.map((n, index) => ({ value: { n }, index })) });
  assert.ok(legal(g, '{ .n $${deps[].n} }', loop(1, 2)));
  assert.ok(!legal(g, '{ .n $${deps[].n} }', loop(1, 'x')));
  assert.ok(!legal(g, '{ .n $${deps[].n} }', loop(1, null)), 'an object that lacks what it needs');
  assert.ok(!legal(g, '{ .n $${other[].n} }', loop(1)));
});

test('states are values: a run can be tried and dropped', () => {
  const g = grammar(object({ a: { type: 'string' }, b: { type: 'string' } }));
  const s = g.step(g.step(g.start(), '{')!, '.a')!;
  assert.ok(g.step(g.step(s, '="1"')!, '.b'));
  assert.ok(g.step(g.step(s, '="2"')!, '}'), 'the other way is still open');
});
