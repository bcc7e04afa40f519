/**
 * The validations an API server makes in code, which its schemas do not publish: those that matter offline.
 * https://github.com/kubernetes/kubernetes/tree/master/pkg/apis (validation.go of each group)
 */
import type { Finding } from '../diagnostic.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { objectName, splitApiVersion } from '../kubernetes.ts';
import { checkBounds } from './bounds.ts';
import { same } from './equal.ts';
import { containersOf, podTemplate } from './pod.ts';
import { parseQuantity } from './quantity.ts';
import { selectorMatches } from './selector.ts';
import { asList, asObject, asText, at, type Report } from './types.ts';

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const service = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const subdomain = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const qualified = /^(?:(?=.{1,253}\/)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const portName = /^(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/;
const colonNames = ['rbac.authorization.k8s.io'];

export const checkWellformed = (graph: readonly KubeObject[]): Finding[] => {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const object of graph) {
    const report: Report = (rule, path, message, fix, severity = 'refused') => void findings.push({ rule, severity, object: objectName(object), path, message, fix });
    const identity = `${splitApiVersion(object.apiVersion).group}/${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    if (seen.has(identity)) report('object-duplicate', '', 'is written twice', 'Write it once.');
    seen.add(identity);
    names(object, report);
    labels(object.metadata, 'metadata', report);
    if (object.kind === 'Service') ports(asList(at(object.spec, 'ports')), 'port', 'spec.ports', report);
    checkBounds(object, report);
    const template = podTemplate(object);
    if (!template) continue;
    labels(template.metadata, `${template.path}.metadata`, report);
    const selector = at(object.spec, 'selector');
    if (template.path === 'spec.template' && selector !== undefined && splitApiVersion(object.apiVersion).group === 'apps' && !selectorMatches(selector, asObject(template.metadata.labels)))
      report('invalid-object', 'spec.selector', 'does not match the labels of the pod template', 'Use the same labels.');
    pod(template.spec, `${template.path}.spec`, asList(at(object.spec, 'volumeClaimTemplates')), report);
    for (const { container, path } of containersOf(template)) limits(container, path, report);
  }
  return findings;
};

const names = (object: KubeObject, report: Report): void => {
  const { group } = splitApiVersion(object.apiVersion);
  const { name, namespace } = object.metadata;
  const form = object.kind === 'Service' && group === '' ? service : object.kind === 'Namespace' ? label : subdomain;
  const longest = ['CronJob'].includes(object.kind) ? 52 : object.kind === 'Job' || object.kind === 'StatefulSet' ? 63 : 253;
  if (!colonNames.includes(group) && (!form.test(name) || name.length > longest)) report('invalid-name', 'metadata.name', `'${name}' is not a valid name of at most ${form === subdomain ? longest : 63} characters`, 'Use lower-case letters, digits and hyphens.');
  if (namespace !== undefined && !label.test(namespace)) report('invalid-name', 'metadata.namespace', `'${namespace}' is not a valid namespace`, 'Use lower-case letters, digits and hyphens.');
};

const labels = (metadata: JsonObject, path: string, report: Report): void => {
  for (const [key, value] of Object.entries(asObject(metadata.labels)))
    if (!qualified.test(key) || typeof value !== 'string' || !labelValue.test(value)) report('invalid-object', `${path}.labels`, `'${key}: ${asText(value)}' is not a valid label`, 'Labels have at most 63 letters, digits, hyphens, underscores and dots.');
  for (const key of Object.keys(asObject(metadata.annotations))) if (!qualified.test(key)) report('invalid-object', `${path}.annotations`, `'${key}' is not a valid annotation key`, 'Use [domain/]name.');
};

const ports = (list: JsonObject[], field: 'port' | 'containerPort', path: string, report: Report): void => {
  const taken = new Set<string>();
  for (const port of list) {
    const number = port[field];
    if (typeof number === 'number' && (number < 1 || number > 65535)) report('invalid-object', path, `${number} is not a port`, 'Ports are 1 to 65535.');
    if (typeof port.name === 'string' && !(field === 'port' ? label : portName).test(port.name)) report('invalid-name', path, `'${port.name}' is not a valid port name`, 'Use at most 15 lower-case letters, digits and hyphens, with a letter.');
    if (field === 'port' && list.length > 1 && port.name === undefined) report('invalid-object', path, 'a Service with several ports names each', 'Name the ports.');
    for (const key of [`${asText(number)}/${asText(port.protocol ?? 'TCP')}`, ...(port.name === undefined ? [] : [asText(port.name)])]) {
      if (taken.has(key)) report('invalid-object', path, `repeats ${key}`, 'Declare each port once.');
      taken.add(key);
    }
  }
};

const unique = (values: (Json | undefined)[], path: string, what: string, report: Report): void => {
  const seen = new Set<string>();
  for (const value of values.map(asText)) {
    if (seen.has(value)) report('invalid-object', path, `repeats the ${what} '${value}'`, `Use each ${what} once.`);
    seen.add(value);
  }
};

const pod = (spec: JsonObject, path: string, claims: JsonObject[], report: Report): void => {
  const volumes = asList(spec.volumes);
  const containers = [...asList(spec.initContainers), ...asList(spec.containers)];
  unique(volumes.map(({ name }) => name), `${path}.volumes`, 'volume name', report);
  unique(containers.map(({ name }) => name), `${path}.containers`, 'container name', report);
  const known = new Set([...volumes.map(({ name }) => name), ...claims.map(claim => at(claim, 'metadata', 'name'))]);
  for (const [index, volume] of volumes.entries())
    if (Object.keys(volume).filter(key => key !== 'name').length > 1) report('invalid-object', `${path}.volumes[${index}]`, 'has several sources', 'Give one source.');
  for (const container of containers) {
    const where = `${path}.containers[name=${asText(container.name)}]`;
    if (!label.test(asText(container.name))) report('invalid-name', where, `'${asText(container.name)}' is not a valid container name`, 'Use at most 63 lower-case letters, digits and hyphens.');
    ports(asList(container.ports), 'containerPort', `${where}.ports`, report);
    unique(asList(container.volumeMounts).map(({ mountPath }) => mountPath), `${where}.volumeMounts`, 'mount path', report);
    for (const mount of asList(container.volumeMounts)) if (!known.has(mount.name)) report('invalid-object', `${where}.volumeMounts`, `mounts '${asText(mount.name)}', which is no volume of the pod`, 'Add the volume.');
    unique(asList(container.env).map(({ name }) => name), `${where}.env`, 'variable', report);
    for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
      const port = at(container, probe, 'tcpSocket', 'port') ?? at(container, probe, 'httpGet', 'port');
      const meant = asList(container.ports).filter(({ name, containerPort }) => name === port || containerPort === port);
      if (meant.length && meant.every(({ protocol }) => protocol !== undefined && protocol !== 'TCP')) report('invalid-object', `${where}.${probe}`, `probes port ${JSON.stringify(port)}, which is not of TCP: it would never succeed`, 'State workload.probes, for instance with exec, or put a TCP port first.');
      if (typeof port === 'string' && !asList(container.ports).some(({ name }) => name === port)) report('invalid-object', `${where}.${probe}`, `probes port '${port}', which the container does not name`, 'Name one of its ports.');
    }
  }
};

const limits = (container: JsonObject, path: string, report: Report): void => {
  const { requests, limits: most } = asObject(container.resources);
  for (const [name, amount] of Object.entries(asObject(requests))) {
    const limit = asObject(most)[name];
    if (limit !== undefined && !same(limit, amount) && (parseQuantity(amount) ?? 0) > (parseQuantity(limit) ?? Infinity)) report('invalid-object', `${path}.resources`, `requests more ${name} (${asText(amount)}) than its limit (${asText(limit)})`, 'Raise the limit.');
  }
};
