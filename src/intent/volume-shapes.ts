/**
 * What a volume can be made of beside storage, in the shape Kubernetes gives it (core/v1), since it is copied whole.
 * https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/
 */
import { array, flag, integer, object, only, text } from './shape.ts';
import { dataKey, objectRef, quantity } from './scalars.ts';

const mode = (description: string) => integer(description, 0, 511, { 'x-fix': 'Permission bits are at most 0777 (511).' });
const inside = text('Path inside the volume.', { pattern: '^[^/].*$', maxLength: 1024, 'x-fix': 'Write a relative path.' });
const items = array('Keys to project; absent: all.', object('One key.', { key: dataKey('Key in its data.'), path: inside, mode: mode('Permission bits of this file.') }, { required: ['key', 'path'] }), 64);
const optional = flag('Whether it may be absent.');
const defaultMode = mode('Permission bits of files that state none.');

export const configMapVolume = object('Keys of an existing ConfigMap (core/v1 ConfigMapVolumeSource).', { name: objectRef('Name of the ConfigMap.'), items, defaultMode, optional }, { required: ['name'] });
export const secretVolume = object('Keys of an existing Secret (core/v1 SecretVolumeSource).', { secretName: objectRef('Name of the Secret.'), items, defaultMode, optional }, { required: ['secretName'] });

const field = object('A field of the pod.', { apiVersion: text('Defaults to v1.', { maxLength: 16 }), fieldPath: text('e.g. metadata.labels.', { maxLength: 256 }) }, { required: ['fieldPath'] });
const resource = object("A container's requests or limits.", { containerName: text('Name of the container.', { maxLength: 63 }), resource: text('e.g. limits.memory.', { maxLength: 128 }), divisor: quantity('Unit of the output.') }, { required: ['containerName', 'resource'] });
const podFile = object('One file.', { path: inside, fieldRef: field, resourceFieldRef: resource, mode: mode('Permission bits of this file.') }, {
  required: ['path'], 'x-exactly-one': [only(['fieldRef', 'resourceFieldRef'], 'Give exactly one of fieldRef and resourceFieldRef.')],
});
const kept = (what: string) => object(`Keys of an existing ${what}.`, { name: objectRef(`Name of the ${what}.`), items, optional }, { required: ['name'] });

export const projectedVolume = object('Several sources in one directory (core/v1 ProjectedVolumeSource).', {
  sources: array('What is put together.', object('One source.', {
    configMap: kept('ConfigMap'), secret: kept('Secret'), downwardAPI: object('Fields of the pod as files.', { items: array('The files.', podFile, 64) }, { required: ['items'] }),
    serviceAccountToken: object('A token for somebody other than the API server.', { audience: text('Whom the token is for.', { minLength: 1, maxLength: 512 }), expirationSeconds: integer('How long it is valid.', 600, 4294967296), path: inside }, { required: ['audience', 'path'] }),
  }, { 'x-exactly-one': [only(['configMap', 'secret', 'downwardAPI', 'serviceAccountToken'], 'Give exactly one source.')] }), 32),
  defaultMode,
}, { required: ['sources'] });
