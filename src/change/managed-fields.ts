/** Who owns which field of a live object, read off `metadata.managedFields`. */
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { canonicalJson, sha256 } from '../snapshot/canonical.ts';
import { pathText, valueAt } from './field-path.ts';
import type { FieldPath, Step } from './field-path.ts';

/** The field manager that all writes go by. */
export const MANAGER = 'kubesynth';

export interface Owner {
  manager: string;
  operation: string;
  /** '' for the object itself. */
  subresource: string;
  /** RFC 3339; '' when unknown. */
  time: string;
}

export interface OwnedField {
  path: FieldPath;
  /** That the list item is there at all, as opposed to what it holds. */
  item: boolean;
}

interface Entry { manager?: string; operation?: string; subresource?: string; time?: string; fieldsV1?: JsonObject }

/** `f:name` member, `k:{…}` item by keys, `v:…` value of a set, `i:N` position. https://pkg.go.dev/k8s.io/apimachinery/pkg/apis/meta/v1#FieldsV1 */
const parseStep = (token: string): Step => {
  const rest = token.slice(2);
  switch (token[0]) {
    case 'k': return { key: JSON.parse(rest) as JsonObject };
    case 'v': return { value: JSON.parse(rest) as Json };
    case 'i': return { index: Number(rest) };
    default: return rest;
  }
};

function* fieldsIn(set: JsonObject, at: Step[]): Generator<OwnedField> {
  for (const [token, inner] of Object.entries(set)) {
    if (token === '.') {
      // Of a map it says nothing that its members do not.
      if (typeof at.at(-1) === 'object') yield { path: at, item: true };
      continue;
    }
    const path = [...at, parseStep(token)];
    if (Object.keys(inner as JsonObject).length === 0) yield { path, item: typeof path.at(-1) === 'object' };
    else yield* fieldsIn(inner as JsonObject, path);
  }
}

const entries = (object: KubeObject): Entry[] => (object.metadata['managedFields'] ?? []) as Entry[];
const isOurs = (entry: Entry): boolean => entry.manager === MANAGER && entry.operation === 'Apply' && !entry.subresource;

/** The fields that we own. */
export const ownFields = (object: KubeObject): OwnedField[] => entries(object).filter(isOurs).flatMap(entry => [...fieldsIn(entry.fieldsV1 ?? {}, [])]);

/** What everyone else owns, manager by manager, status aside. Updates by our own name are among them: what admission put into our requests. */
export const foreignFields = (object: KubeObject): { owner: Owner; fields: OwnedField[] }[] => entries(object)
  .filter(entry => !isOurs(entry) && entry.subresource !== 'status')
  .map(({ manager = '', operation = '', subresource = '', time = '', fieldsV1 = {} }) => ({ owner: { manager, operation, subresource, time }, fields: [...fieldsIn(fieldsV1, [])].filter(({ path }) => path[0] !== 'status') }));

/** Digest of the fields we own and their live values: equal as long as nobody touched any of them. */
export const ownDigest = (object: KubeObject): string => {
  const fields = ownFields(object).map(({ path, item }) => [pathText(path), item ? true : valueAt(object as JsonObject, path) ?? null] as const);
  return sha256(canonicalJson(fields.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))).slice(0, 32);
};
