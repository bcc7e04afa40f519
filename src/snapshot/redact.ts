/**
 * What of an observed object enters a snapshot. Secret values never do: Secrets keep their type and keys, ConfigMaps
 * outside the config namespace their keys, and an annotation that holds a Secret's value is dropped. What the server
 * writes (status, uids, times, managed fields, allocated addresses) would make equal clusters look different.
 */
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';

const serverMetadata = ['managedFields', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink', 'ownerReferences', 'finalizers', 'generateName'];
/** kubectl keeps a copy of the whole object in it, a Secret's values included. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
/** Shorter values are ordinary words (`true`, `app`); a search for them would drop innocent annotations. */
const shortestSecret = 6;
const shortestCredential = 12;
/** Stands where a value must not be shown. */
export const REDACTED = '(redacted)';

/** Texts that must not enter a snapshot, each plain and in base64. */
export interface SecretTexts {
  /** Looked for in annotations. */
  all: string[];
  /** Those that look like credentials: looked for in every field, where a host or a word may well stand in plain sight. */
  credentials: string[];
}

export function secretTexts(secrets: { [field: string]: Json | undefined }[]): SecretTexts {
  const found = new Set<string>();
  for (const secret of secrets) for (const value of Object.values((secret['data'] ?? {}) as JsonObject)) {
    if (typeof value !== 'string') continue;
    const plain = Buffer.from(value, 'base64').toString('utf8');
    for (const text of [plain, plain.trim(), value]) if (text.length >= shortestSecret) found.add(text);
  }
  const all = [...found];
  return { all, credentials: all.filter(credential) };
}

const credential = (text: string): boolean =>
  text.length >= shortestCredential && /[A-Za-z]/.test(text) && /[0-9]/.test(text) && !/^([a-z]+:\/\/)?[a-z0-9.-]+\.[a-z]{2,}(:\d+)?(\/[\w./-]*)?$/.test(text);

/**
 * @param object as the server returned it, with apiVersion and kind
 * @param secrets result of `secretTexts`
 * @param keepData true for the ConfigMaps whose values are the platform's facts
 */
export function redact(object: KubeObject, secrets: SecretTexts, keepData: boolean): KubeObject {
  const { status: _status, ...rest } = object;
  const metadata: JsonObject = { ...rest.metadata };
  for (const field of serverMetadata) delete metadata[field];
  const annotations = Object.entries((metadata['annotations'] ?? {}) as Record<string, string>)
    .filter(([key, value]) => object.kind !== 'Secret' && key !== lastApplied && !holdsAny(value, secrets.all));
  if (annotations.length) metadata['annotations'] = Object.fromEntries(annotations); else delete metadata['annotations'];
  if (metadata['labels'] && !Object.keys(metadata['labels']).length) delete metadata['labels'];
  const out = { ...rest, metadata } as KubeObject;

  const core = object.apiVersion === 'v1';
  if (core && (object.kind === 'Secret' || (object.kind === 'ConfigMap' && !keepData))) {
    for (const field of ['data', 'stringData', 'binaryData']) {
      if (out[field]) out[field] = Object.fromEntries(Object.keys(out[field] as JsonObject).map(key => [key, '']));
    }
    return out;
  }
  if (core && object.kind === 'Service') out['spec'] = serviceSpec(out['spec'] as JsonObject);
  if (core && object.kind === 'PersistentVolumeClaim') delete (out['spec'] = { ...(out['spec'] as JsonObject) })['volumeName'];
  if (core && object.kind === 'Namespace') delete out['spec'];
  if (core && object.kind === 'ServiceAccount') delete out['secrets'];
  const { apiVersion, kind, metadata: kept, ...body } = out;
  return { apiVersion, kind, metadata: kept, ...(scrub(body as JsonObject, secrets.credentials) as JsonObject) };
}

/** Allocated addresses and ports differ from cluster to cluster; that a Service is headless does not. */
function serviceSpec(spec: JsonObject): JsonObject {
  const { clusterIP, clusterIPs: _ips, healthCheckNodePort: _check, ports, ...rest } = spec;
  const plain = (Array.isArray(ports) ? ports : []).map(port => { const { nodePort: _n, ...kept } = port as JsonObject; return kept; });
  return { ...rest, ...(clusterIP === 'None' ? { clusterIP } : {}), ...(plain.length ? { ports: plain } : {}) };
}

const holdsAny = (text: string, secrets: string[]): boolean => secrets.some(secret => text.includes(secret));

function scrub(value: Json, credentials: string[]): Json {
  if (typeof value === 'string') return value.length >= shortestCredential && holdsAny(value, credentials) ? REDACTED : value;
  if (Array.isArray(value)) return value.map(member => scrub(member, credentials));
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, scrub(member, credentials)]));
  return value;
}
