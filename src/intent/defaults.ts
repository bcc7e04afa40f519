/** Fills in what an intent leaves out, so that later stages see one form of it. */
import type { JsonSchema } from './shape.ts';
import type { Intent, Port } from './types.ts';
import { inherit } from './origin.ts';
import { spec as specShape } from './schema.ts';

type Fields = Record<string, unknown>;
const isMapping = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Sets the `default`s of a schema in place, wherever the enclosing object exists: what an API server does with the CRD. */
const fill = (schema: JsonSchema, value: unknown): void => {
  if (Array.isArray(value)) return value.forEach(item => fill(schema.items ?? {}, item));
  if (!isMapping(value)) return;
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    if (value[name] === undefined && inner.default !== undefined) value[name] = inner.default;
    else if (value[name] !== undefined) fill(inner, value[name]);
  }
};

/** A keyword gets its default only where no exact value (or other alternative) stands beside it. */
const replaced = (schema: JsonSchema, name: string, value: Fields): boolean =>
  (schema['x-at-most-one'] ?? []).some(({ fields }) => fields.includes(name) && fields.some(field => value[field] !== undefined));

/** Sets one keyword along a path such as `networking.exposure` or `dependencies[].backup`, in every item of a list. */
const fillKeyword = (schema: JsonSchema, value: Fields, path: readonly string[], word: string): void => {
  const [step, ...rest] = path;
  const name = step!.replace(/\[\]$/, '');
  const inner = schema.properties?.[name];
  // A vocabulary may be newer than this schema: a field it names that is not here has nothing to default.
  if (!inner) return;
  if (rest.length === 0) {
    if (value[name] === undefined && !replaced(schema, name, value)) value[name] = word;
  } else if (step!.endsWith('[]')) {
    const items = value[name];
    if (Array.isArray(items)) for (const item of items) if (isMapping(item)) fillKeyword(inner.items!, item, rest, word);
  } else {
    value[name] ??= {};
    fillKeyword(inner, value[name] as Fields, rest, word);
  }
};

const namePorts = (ports: readonly Port[], first: string | undefined): Port[] => {
  const taken = new Set(ports.map(({ name }) => name));
  return ports.map((port, i) => {
    if (port.name !== undefined) return port;
    const { containerPort, protocol } = port;
    const plain = `port-${containerPort}`;
    const name = i === 0 && first !== undefined && !taken.has(first) ? first : protocol === undefined || protocol === 'TCP' ? plain : `${plain}-${protocol.toLowerCase()}`;
    return { name, ...port };
  });
};

/**
 * The intent with every default filled in; the argument is left as it is.
 *
 * Structural: namespace default; kind service, tier standard, protocol TCP, updatePolicy auto (the schema's defaults);
 * paths ['/']; access mode
 * ReadWriteOnce for persistent volumes; one port http 8080 for kinds service and stateful, none for others; a first port is named http, others and those of
 * sidecars port-<number> (with the protocol where that is not TCP); a port is offered under its own number. A volume with neither size, medium nor claimName stays
 * as it is: scratch space. Files keep no mode.
 * @param defaults the platform's default of each keyword by field key, e.g. from the trained model's manifest
 */
export const withDefaults = (intent: Intent, defaults: Readonly<Record<string, string>> = {}): Intent => {
  const made = structuredClone(intent);
  made.metadata.namespace ??= 'default';
  for (const [key, word] of Object.entries(defaults)) fillKeyword(specShape, made.spec as Fields, key.split('.'), word);
  fill(specShape, made.spec);
  const { workload } = made.spec;
  made.spec.networking = { ...made.spec.networking, paths: made.spec.networking?.paths ?? ['/'] };
  for (const volume of workload.volumes ?? []) if (volume.size !== undefined && volume.medium === undefined) volume.accessModes ??= ['ReadWriteOnce'];
  if (workload.kind === 'service' || workload.kind === 'stateful') workload.ports ??= [{ name: 'http', containerPort: 8080, protocol: 'TCP' }];
  if (workload.ports) workload.ports = namePorts(workload.ports, 'http').map(port => ({ servicePort: port.containerPort, ...port }));
  for (const sidecar of workload.sidecars ?? []) if (sidecar.ports) sidecar.ports = namePorts(sidecar.ports, undefined);
  return inherit(made, intent);
};
