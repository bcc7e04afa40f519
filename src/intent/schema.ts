/**
 * The schema of ServiceIntent, synthesis.platform/v1alpha1: the one definition from which validation, types, the CRD and
 * the fields shown to the model are derived. Property order is canonical: the context lists fields in this order.
 */
import type { JsonSchema, Shape } from './shape.ts';
import type { JsonObject } from '../kubernetes.ts';
import { array, keywordOrExact, map, object, oneOf, subtree, text } from './shape.ts';
import { dnsLabel } from './scalars.ts';
import { resourceFields, resourcesOrExact, processFields } from './container.ts';
import { workload } from './workload.ts';
import { networking } from './networking.ts';
import { dependencies, observability, scaling } from './surroundings.ts';

export const apiVersion = 'synthesis.platform/v1alpha1';
export const kind = 'ServiceIntent';

const labels = subtree(map('Labels added to every object.', text('Value.', { pattern: '^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$', maxLength: 63, 'x-fix': 'Label values have at most 63 letters, digits, hyphens, underscores and dots.' })));
const annotations = subtree(map('Annotations added to every object.', text('Value.', { maxLength: 65536 })));

const open = (description: string, extra: Partial<JsonSchema> = {}): Shape<JsonObject> => ({ type: 'object', description, 'x-kubernetes-preserve-unknown-fields': true, ...extra });
const overrides = object('Changes to what was synthesised, checked like everything else. Not shown to the model.', {
  patches: array('Merge patches (RFC 7386).', object('One patch.', {
    target: object('The synthesised object.', { kind: text('Kind.', { maxLength: 63 }), name: text('Name; absent: the only one of that kind.', { maxLength: 253 }) }, { required: ['kind'] }),
    patch: open('Fields to set; null removes.'),
  }, { required: ['target', 'patch'] }), 64),
  objects: array('Extra objects.', open('A whole object, with apiVersion, kind and metadata.name.', { 'x-kubernetes-embedded-resource': true }), 64),
});

const pick = <S extends JsonSchema, K extends string>(shape: S, names: readonly K[]): Record<K, JsonSchema> =>
  Object.fromEntries(names.map(name => [name, shape.properties![name]!])) as Record<K, JsonSchema>;
/** Values that may differ per environment. They replace the base value before synthesis, so none has a default of its own. */
const environment = object('Values that replace the base ones in this environment.', {
  workload: object('As spec.workload.', { containerImage: workload.properties!.containerImage!, ...resourceFields, env: processFields.env }, { 'x-at-most-one': [resourcesOrExact] }),
  networking: object('As spec.networking.', pick(networking, ['exposure', 'hosts', 'paths', 'tls', 'authPolicy', 'auth']), { 'x-at-most-one': [keywordOrExact('authPolicy', 'auth')] }),
  scaling,
  observability,
  labels,
  annotations,
});

export const spec = object('What the service needs.', {
  workload,
  networking,
  dependencies,
  scaling,
  observability,
  labels,
  annotations,
  environments: map('Values per environment, by name.', environment, { maxProperties: 16 }) as Shape<Record<string, JsonObject>>,
  overrides,
  updatePolicy: oneOf('auto: changes that pass every check are applied; review: they wait for approval.', ['auto', 'review'], { default: 'auto' }),
}, { required: ['workload'] });

/** What people write; the bookkeeping an API server adds is taken off before validation. */
export const metadata = object('Name and place.', {
  name: dnsLabel('Name of the service, and of most objects made from it.'),
  namespace: dnsLabel('Namespace. Default: default.'),
  labels: map('Labels of the intent itself.', text('Value.', { maxLength: 63 })),
  annotations: map('Annotations of the intent itself.', text('Value.', { maxLength: 262144 })),
}, { required: ['name'] });

export const intentSchema = object('What a service needs; everything else is synthesised.', {
  apiVersion: { type: 'string', const: apiVersion } as Shape<typeof apiVersion>,
  kind: { type: 'string', const: kind } as Shape<typeof kind>,
  metadata,
  spec,
}, { required: ['apiVersion', 'kind', 'metadata', 'spec'] });
