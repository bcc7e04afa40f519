/**
 * Storage and files as the main container sees them: for every mount path, what is there. Declared volumes and files
 * must be there with the declared size, class, content and mode, and nothing else may be mounted but scratch space.
 */
import type { Finding } from '../../diagnostic.ts';
import type { Json, JsonObject } from '../../kubernetes.ts';
import { objectName } from '../../kubernetes.ts';
import { same } from '../equal.ts';
import { sameQuantity } from '../quantity.ts';
import { asList, asObject, asText, at } from '../types.ts';
import type { Allowance } from './envelope.ts';
import { finder, type Finder } from './finder.ts';
import type { Reading } from './reading.ts';

export const answers = ['workload.volumes', 'workload.files'];

interface Mounted { mount: JsonObject; volume?: JsonObject; claim?: JsonObject }

export const checkVolumes = (reading: Reading, allowance: Allowance): Finding[] => {
  const find = finder(reading);
  const { template, main, mainPath } = reading;
  const podVolumes = asList(template.spec.volumes);
  const claimTemplates = asList(at(reading.template.workload.spec, 'volumeClaimTemplates'));
  const made = (name: Json | undefined) => ({ volume: podVolumes.find(one => one.name === name), claim: claimTemplates.find(claim => at(claim, 'metadata', 'name') === name) });
  const mounted = new Map<string, Mounted>();
  for (const mount of asList(main.volumeMounts)) {
    const path = asText(mount.mountPath);
    if (mounted.has(path)) find.refuse('volume-differs', `${mainPath}.volumeMounts`, `mounts ${path} twice`, 'Mount each path once.');
    mounted.set(path, { mount, ...made(mount.name) });
  }
  const { volumes = [], files = [] } = reading.intent.spec.workload as unknown as { volumes?: JsonObject[]; files?: JsonObject[] };
  const explained = new Set<string>();
  for (const stated of volumes) {
    if (stated.mountPath !== undefined) { mount(stated, mounted.get(asText(stated.mountPath)), reading, find, explained); continue; }
    const { volume, claim } = made(stated.name);
    if (volume ?? claim) source(stated, asText(stated.name), volume, claim, reading, find);
    else find.refuse('volume-differs', `${template.path}.spec.volumes`, `there is no volume '${asText(stated.name)}'`, 'Write it.');
  }
  const used = new Map<string, Set<string>>();
  for (const stated of files) file(stated, mounted.get(asText(stated.path)), reading, find, explained, used);
  for (const [path, { volume: source, mount }] of mounted) {
    if (explained.has(path)) continue;
    const scratch = allowance.scratch.includes(path) && same(source?.emptyDir, {}) && mount.readOnly === undefined && mount.subPath === undefined;
    if (!scratch) find.refuse('volume-differs', `${mainPath}.volumeMounts`, `mounts something at ${path} that the intent does not declare`, 'Remove the mount and its volume.');
  }
  for (const path of allowance.scratch) if (!mounted.has(path)) find.refuse('volume-differs', `${mainPath}.volumeMounts`, `no scratch space at ${path}`, 'Mount an emptyDir there.');
  const mountNames = new Set([...asList(template.spec.containers), ...asList(template.spec.initContainers)].flatMap(container => asList(container.volumeMounts)).map(({ name }) => name));
  for (const name of [...podVolumes, ...claimTemplates.map(claim => asObject(claim.metadata))].map(({ name }) => name))
    if (!mountNames.has(name!)) find.refuse('volume-differs', `${template.path}.spec.volumes`, `the volume '${asText(name)}' is mounted nowhere`, 'Remove it, or mount it.');
  for (const object of reading.graph.filter(({ kind, apiVersion }) => kind === 'ConfigMap' && apiVersion === 'v1')) {
    const called = allowance.maps.get(object.metadata.name);
    if (called && (!same(object.data, called) || object.binaryData !== undefined)) find.findings.push({ rule: 'map-differs', severity: 'refused', object: objectName(object), path: 'data', message: `holds ${JSON.stringify(object.data ?? null)}, not ${JSON.stringify(called)}`, fix: 'Write exactly the data called for.' });
    if (!called) for (const key of Object.keys({ ...asObject(object.data), ...asObject(object.binaryData) }))
      if (!used.get(object.metadata.name)?.has(key)) find.findings.push({ rule: 'file-differs', severity: 'refused', object: objectName(object), path: `data.${key}`, message: `holds '${key}', which no declared file uses`, fix: 'Keep only the declared files.' });
  }
  return find.findings;
};

const mount = (stated: JsonObject, found: Mounted | undefined, reading: Reading, find: Finder, explained: Set<string>): void => {
  const path = asText(stated.mountPath);
  const where = `${reading.mainPath}.volumeMounts`;
  const differs = (message: string, fix = 'Write what the intent states.') => find.refuse('volume-differs', where, `${path}: ${message}`, fix);
  if (!found) return differs(`the volume '${asText(stated.name)}' is not mounted`, 'Mount it.');
  explained.add(path);
  const { mount, volume, claim } = found;
  if (mount.name !== stated.name) differs(`is the volume '${asText(mount.name)}', not '${asText(stated.name)}'`);
  for (const field of ['subPath', 'readOnly']) if (!same(mount[field], stated[field])) differs(`its ${field} is ${JSON.stringify(mount[field] ?? null)}, not ${JSON.stringify(stated[field] ?? null)}`);
  source(stated, path, volume, claim, reading, find);
};

/** What a volume is made of, whoever mounts it. */
const source = (stated: JsonObject, what: string, volume: JsonObject | undefined, claim: JsonObject | undefined, reading: Reading, find: Finder): void => {
  const differs = (message: string, fix = 'Write what the intent states.') => find.refuse('volume-differs', `${reading.template.path}.spec.volumes`, `${what}: ${message}`, fix);
  const copied = ['configMap', 'secret', 'projected'].find(field => stated[field] !== undefined);
  if (copied !== undefined) {
    if (!same(volume?.[copied], stated[copied])) differs(`shows ${JSON.stringify(volume?.[copied] ?? null)}, not ${JSON.stringify(stated[copied])}`, 'Copy the stated source.');
  } else if (stated.size === undefined && stated.claimName !== undefined) {
    if (!same(volume?.persistentVolumeClaim, { claimName: stated.claimName })) differs(`is not the claim '${asText(stated.claimName)}'`);
  } else if (stated.size !== undefined) {
    const name = asText(at(volume, 'persistentVolumeClaim', 'claimName'));
    if (stated.claimName !== undefined && name !== stated.claimName) differs(`is the claim '${name}', not '${asText(stated.claimName)}'`);
    const object = reading.graph.find(candidate => candidate.kind === 'PersistentVolumeClaim' && candidate.metadata.name === name);
    const spec = asObject(claim && !volume ? claim.spec : object?.spec);
    if (!Object.keys(spec).length) return differs('is not persistent', 'Use a PersistentVolumeClaim of the graph, or a claim template.');
    if (!sameQuantity(at(spec, 'resources', 'requests', 'storage'), stated.size)) differs(`holds ${asText(at(spec, 'resources', 'requests', 'storage'))}, not ${asText(stated.size)}`);
    if (!same(spec.accessModes, stated.accessModes ?? ['ReadWriteOnce'])) differs(`has access modes ${JSON.stringify(spec.accessModes ?? null)}`);
    if (!same(spec.storageClassName, stated.storageClassName)) differs(`has storage class ${JSON.stringify(spec.storageClassName ?? null)}`);
  } else if (!same(volume?.emptyDir, stated.medium === undefined ? {} : { medium: stated.medium })) differs(`is not ${stated.medium === undefined ? 'scratch space' : 'in memory'}`);
};

const file = (stated: JsonObject, found: Mounted | undefined, reading: Reading, find: Finder, explained: Set<string>, used: Map<string, Set<string>>): void => {
  const path = asText(stated.path);
  const differs = (message: string, fix = 'Write what the intent states.') => find.refuse('file-differs', `${reading.mainPath}.volumeMounts`, `${path}: ${message}`, fix);
  if (!found) return differs('the file is not mounted', 'Mount it.');
  explained.add(path);
  const { mount, volume: source } = found;
  if (mount.readOnly !== true) differs('is mounted writable', 'Set readOnly.');
  const map = asObject(source?.configMap);
  const secret = asObject(source?.secret);
  const holder = stated.secret === undefined ? asText(map.name) : asText(secret.secretName);
  const items = stated.secret === undefined ? map.items : secret.items;
  if (stated.secret !== undefined && (source?.secret === undefined || holder !== stated.secret)) return differs(`does not come from the Secret '${asText(stated.secret)}'`);
  if (stated.configMap !== undefined && holder !== stated.configMap) return differs(`does not come from the ConfigMap '${asText(stated.configMap)}'`);
  if (map.defaultMode !== undefined || secret.defaultMode !== undefined) differs('sets a default mode');
  if (map.optional !== undefined || secret.optional !== undefined) differs('may be absent', 'Leave optional out.');
  if (stated.content === undefined && stated.key === undefined) {
    if (items !== undefined || mount.subPath !== undefined) differs('is only a part of what is stated');
    if (stated.mode !== undefined) differs('a mode is that of one key, and none is stated', 'State the key, or leave mode out.');
    return;
  }
  // Without items every key of the object would be in the pod, not only the stated one.
  const item = asList(items).find(candidate => candidate.path === mount.subPath);
  if (mount.subPath === undefined || !item) return differs('its key is not projected to the mounted path');
  if (!same(item.mode as Json | undefined, stated.mode)) differs(`has mode ${JSON.stringify(item.mode ?? null)}, not ${JSON.stringify(stated.mode ?? null)}`);
  if (stated.key !== undefined && item.key !== stated.key) differs(`comes from key '${asText(item.key)}', not '${asText(stated.key)}'`);
  if (stated.content === undefined) return;
  const object = reading.graph.find(candidate => candidate.kind === 'ConfigMap' && candidate.metadata.name === holder);
  if (asObject(object?.data)[asText(item.key)] !== stated.content) differs('its content differs', 'Copy the content unaltered into the ConfigMap.');
  used.set(holder, (used.get(holder) ?? new Set()).add(asText(item.key)));
};
