/** spec.dependencies, spec.scaling and spec.observability: what it stands on, how much of it there is, who watches it. */
import { array, integer, keywordOrExact, list, object, only, text, value, vocabulary } from './shape.ts';
import { cidr, dnsLabel, host, portNumber, quantity, urlPath } from './scalars.ts';

export const dependencies = list(array('What it needs from others; caller and provider are both wired.', object('One dependency.', {
  name: value(dnsLabel('Its name.')),
  type: vocabulary('What it is.'),
  shared: value(dnsLabel('Namespace of an existing one that is shared; absent: in the same namespace.')),
  size: value(quantity('Storage.')),
  version: value(text('Version.', { maxLength: 64, 'x-fix': "Quote it: version: '16'." })),
  backup: vocabulary('How it is backed up.'),
  host: value(host('DNS name of one outside the cluster.')),
  cidr: value(cidr('Address range of one outside the cluster.')),
  port: value(portNumber('Port; absent: the one customary for its type.')),
}, { required: ['name', 'type'], 'x-at-most-one': [only(['host', 'cidr', 'shared'], 'A dependency is reached inside the cluster (shared) or outside (host or cidr).')] }), 64, {
  'x-unique': [{ rule: 'duplicate-name', fields: ['name'] }],
}));

const percent = (what: string) => value(integer(`Target utilisation of requested ${what}, in percent.`, 1, 1000));

export const scaling = object('How many replicas run.', {
  min: value(integer('Fewest replicas.', 0, 10000)),
  max: value(integer('Most replicas.', 1, 10000)),
  cpu: percent('CPU'),
  memory: percent('memory'),
  profile: vocabulary('How load behaves.'),
  queue: object('Scale with the length of a queue.', { dependency: value(dnsLabel('Name of the dependency that holds it.')), length: value(integer('Messages per replica.', 1, 1000000)) }, { required: ['dependency', 'length'] }),
  metric: object('Scale with a custom metric.', { name: value(text('Name of the metric.', { maxLength: 253 })), averageValue: value(quantity('Target per replica.')) }, { required: ['name', 'averageValue'] }),
}, { 'x-at-most-one': ['min', 'max', 'cpu'].map(exact => keywordOrExact('profile', exact)) });

export const observability = object('Who watches it.', {
  metrics: vocabulary('How metrics are collected.', { 'x-fix': 'Keywords are always strings; an exact port and path go in metricsEndpoint.' }),
  metricsEndpoint: object('Exact endpoint, in place of the keyword.', { port: value(portNumber('Number of a declared port.')), path: value(urlPath('Path; absent: /metrics.')) }, { required: ['port'] }),
  logs: vocabulary('How logs are collected.'),
  traces: vocabulary('How traces are collected.'),
  alerts: vocabulary('Which alerts are set.'),
  dashboards: vocabulary('Which dashboards are made.'),
}, { 'x-at-most-one': [keywordOrExact('metrics', 'metricsEndpoint')] });
