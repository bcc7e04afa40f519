/**
 * CustomResourceDefinitions out of the TypeScript typings of a `kubernetes-models` package, which were generated from the
 * real ones: properties, types, enums and required fields survive that way; defaults, patterns, bounds and rules do not.
 * Numbers become integers (controller-gen refuses floats unless told otherwise), `number | string` int-or-string.
 */
import type { JsonObject } from '../../src/kubernetes.ts';
import type { Crd } from './crds.ts';

export interface TypingsOrigin { group: string; version: string; clusterScoped: string[] }

/** One CRD per text that declares `export interface IKIND { … }`. */
export function crdsFromTypings(texts: string[], { group, version, clusterScoped }: TypingsOrigin): Crd[] {
  return texts.map(text => {
    const head = /export interface I(\w+) (?=\{)/.exec(text);
    if (!head) throw new Error('no interface in the typings');
    const kind = head[1]!;
    const schema = new TypeReader(text.slice(head.index + head[0].length)).type();
    const properties = schema['properties'] as JsonObject;
    properties['apiVersion'] = { type: 'string' };
    properties['kind'] = { type: 'string' };
    schema['required'] = ((schema['required'] ?? []) as string[]).filter(field => field === 'spec');
    if (!(schema['required'] as string[]).length) delete schema['required'];
    const singular = kind.toLowerCase(), plural = singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`;
    return {
      apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: `${plural}.${group}` },
      spec: { group, scope: clusterScoped.includes(kind) ? 'Cluster' : 'Namespaced', names: { kind, plural, singular, listKind: `${kind}List` } as Crd['spec']['names'],
        versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema: schema } }] },
    };
  });
}

/** Reads one type expression as a structural schema. */
class TypeReader {
  private readonly tokens: string[];
  private at = 0;
  constructor(text: string) {
    this.tokens = text.replace(/\/\*[\s\S]*?\*\//g, '').match(/"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*|[{}[\]<>:;?|]/g) ?? [];
  }
  type(): JsonObject {
    const alternatives = [this.single()];
    while (this.tokens[this.at] === '|') { this.at++; alternatives.push(this.single()); }
    if (alternatives.length === 1) return alternatives[0]!;
    if (alternatives.every(a => a['enum'])) return { type: 'string', enum: alternatives.flatMap(a => a['enum'] as string[]) };
    if (alternatives.map(a => a['type']).sort().join() === 'integer,string') return { 'x-kubernetes-int-or-string': true };
    throw new Error(`a union that is no schema: ${JSON.stringify(alternatives)}`);
  }
  private single(): JsonObject {
    const token = this.tokens[this.at++]!;
    if (token.startsWith('"')) return { type: 'string', enum: [JSON.parse(token) as string] };
    if (token === 'string' || token === 'boolean') return { type: token };
    if (token === 'number') return { type: 'integer' };
    if (token === 'IObjectMeta') return { type: 'object' };
    if (token === 'Array') { this.expect('<'); const items = this.type(); this.expect('>'); return { type: 'array', items }; }
    if (token === '{') return this.object();
    throw new Error(`a type that is no schema: ${token}`);
  }
  private object(): JsonObject {
    const properties: JsonObject = {}, required: string[] = [];
    let values: JsonObject | undefined;
    while (this.tokens[this.at] !== '}') {
      let name: string | undefined;
      if (this.tokens[this.at] === '[') { while (this.tokens[this.at++] !== ']'); }
      else { const token = this.tokens[this.at++]!; name = token.startsWith('"') ? JSON.parse(token) as string : token; }
      const optional = this.tokens[this.at] === '?';
      if (optional) this.at++;
      this.expect(':');
      const schema = this.type();
      if (name === undefined) values = schema; else { properties[name] = schema; if (!optional) required.push(name); }
      if (this.tokens[this.at] === ';') this.at++;
    }
    this.at++;
    if (values) return { type: 'object', additionalProperties: values };
    if (!Object.keys(properties).length) return { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    return { type: 'object', properties, ...(required.length ? { required } : {}) };
  }
  private expect(token: string): void {
    const found = this.tokens[this.at++];
    if (found !== token) throw new Error(`expected ${token} in the typings, found ${found}`);
  }
}
