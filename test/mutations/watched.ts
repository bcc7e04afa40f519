/** Harm done to secrets of the platform's store, backups, logs, traces, dashboards and metrics to scale by. */
import { add, like, on, template, type Any, type Mutation } from './edits.ts';
import type { Golden } from './goldens.ts';

const watched = ({ intent }: Golden): Any => (intent.spec as Any).observability ?? {};
const secret = (name: string, change: (spec: Any, golden: Golden) => boolean | void): Mutation => on('ExternalSecret', name, ({ spec }, golden) => change(spec, golden));
const copy = (name: string, change: (spec: Any) => boolean | void): Mutation => on('ScheduledBackup', name, ({ spec }) => change(spec));
const kept = (name: string, change: (spec: Any) => void): Mutation => on('Cluster', `backup, ${name}`, ({ spec }) => (spec.backup ? change(spec) : false));
const noted = (name: string, domain: string, change: (notes: Any, key: string) => void): Mutation => ({ name: `${domain} annotation ${name}`, apply: graph => {
  const notes = template(graph).metadata.annotations, key = Object.keys(notes ?? {}).find(one => one.startsWith(domain));
  return key ? change(notes, key) : false;
} });
const spans = (name: string, change: (rule: Any, rules: Any[]) => void): Mutation => on('NetworkPolicy', `spans ${name}`, ({ spec }) => {
  const rule = spec.egress.find((one: Any) => one.ports?.[0]?.port === 4317);
  return rule ? change(rule, spec.egress) : false;
});
const metric = (name: string, change: (metric: Any, metrics: Any[]) => boolean | void): Mutation => on('HorizontalPodAutoscaler', `metric ${name}`, ({ spec }) => {
  const one = spec.metrics.find((m: Any) => m.type === 'Pods');
  return one ? change(one, spec.metrics) : false;
});
const board = (name: string, change: (map: Any, golden: Golden) => void): Mutation => ({ name: `dashboard ${name}`, apply: (graph, golden) => {
  const map = graph.find(o => o.kind === 'ConfigMap' && o.metadata.name.endsWith('-dashboard')) as Any | undefined;
  return map ? change(map, golden) : false;
} });
const keyOf = ({ data }: Any): string => Object.keys(data)[0]!;
const rewritten = (from: string | RegExp, to: string) => (map: Any): void => { map.data[keyOf(map)] = map.data[keyOf(map)].replace(from, to); };

export const further: Mutation[] = [
  secret('the entry of another service', spec => void (spec.dataFrom[0].extract.key = 'shop/desk/card-keys')),
  secret('an entry by a name alone', spec => void (spec.dataFrom[0].extract.key = spec.dataFrom[0].extract.key.split('/').at(-1))),
  secret('a further entry', spec => void spec.dataFrom.push({ extract: { key: 'shop/desk/card-keys' } })),
  secret('a property alone', spec => void (spec.dataFrom[0].extract.property = 'x')),
  secret('found by pattern', spec => void (spec.dataFrom[0] = { find: { name: { regexp: '.*' } } })),
  secret('another store', spec => void (spec.secretStoreRef.name = 'other')),
  secret('a store of the namespace', spec => void (spec.secretStoreRef.kind = 'SecretStore')),
  secret('another Secret', spec => void (spec.target.name = 'desk-card-keys')),
  secret('a Secret that stays', spec => void (spec.target.creationPolicy = 'Orphan')),
  secret('a template', spec => void (spec.target.template = { type: 'kubernetes.io/service-account-token' })),
  secret('never read again', spec => void (spec.refreshInterval = '0')),
  on('ExternalSecret', 'gone', (object, _, graph) => void graph.splice(graph.indexOf(object as never), 1)),
  on('ExternalSecret', 'a second one', ({ metadata, spec }, golden, graph) => add(graph, like(graph, golden, 'external-secrets.io/v1', 'ExternalSecret', `${metadata.name}-more`, { spec: structuredClone(spec) }))),

  kept('another class', spec => void (spec.backup.volumeSnapshot.className = 'other')),
  kept('the default class', spec => void (spec.backup.volumeSnapshot = {})),
  kept('dropped', spec => void delete spec.backup),
  kept('to a store beside', spec => void (spec.backup.barmanObjectStore = { destinationPath: 's3://elsewhere' })),
  kept('kept but a day', spec => void (spec.backup.retentionPolicy = '1d')),
  on('Cluster', 'a backup that nobody stated', ({ spec }) => (spec.backup ? false : void (spec.backup = { volumeSnapshot: { className: 'csi-frozen' } }))),
  copy('of another database', spec => void (spec.cluster.name = 'payments')),
  copy('every second', spec => void (spec.schedule = '* * * * * *')),
  copy('in two fields too few', spec => void (spec.schedule = '0 2 * * *')),
  copy('into a store', spec => void (spec.method = 'barmanObjectStore')),
  copy('by no stated method', spec => void delete spec.method),
  copy('suspended', spec => void (spec.suspend = true)),
  copy('at once', spec => void (spec.immediate = true)),
  copy('gone with the database', spec => void (spec.backupOwnerReference = 'cluster')),
  copy('owned by nobody', spec => void delete spec.backupOwnerReference),
  on('ScheduledBackup', 'gone', (object, _, graph) => void graph.splice(graph.indexOf(object as never), 1)),
  on('ScheduledBackup', 'a second one', ({ metadata, spec }, golden, graph) => add(graph, like(graph, golden, 'postgresql.cnpg.io/v1', 'ScheduledBackup', `${metadata.name}-more`, { spec: structuredClone(spec) }))),

  noted('missing', 'fluentbit.io/', (notes, key) => void delete notes[key]),
  noted('of another parser', 'fluentbit.io/parser', (notes, key) => void (notes[key] = 'apache')),
  noted('of one container', 'fluentbit.io/parser', (notes, key) => { notes[`${key}_stdout-main`] = notes[key]; delete notes[key]; }),
  noted('that leaves nothing out', 'fluentbit.io/exclude', (notes, key) => void (notes[key] = 'false')),
  noted('in place of the other', 'fluentbit.io/parser', (notes, key) => { delete notes[key]; notes['fluentbit.io/exclude'] = 'true'; }),
  { name: 'lines left out that nobody stated', apply: (graph, golden) => (watched(golden).logs ? false : void ((template(graph).metadata.annotations ??= {})['fluentbit.io/exclude'] = 'true')) },
  noted('missing', 'instrumentation.opentelemetry.io/', (notes, key) => void delete notes[key]),
  noted('of whatever there is', 'instrumentation.opentelemetry.io/', (notes, key) => void (notes[key] = 'true')),
  noted('of another namespace', 'instrumentation.opentelemetry.io/', (notes, key) => void (notes[key] = `other/${notes[key].split('/')[1]}`)),
  noted('that injects an agent', 'instrumentation.opentelemetry.io/', (notes, key) => { notes['instrumentation.opentelemetry.io/inject-java'] = notes[key]; delete notes[key]; }),
  { name: 'traces that nobody stated', apply: (graph, golden) => (watched(golden).traces ? false : void ((template(graph).metadata.annotations ??= {})['instrumentation.opentelemetry.io/inject-sdk'] = 'true')) },
  { name: 'a collector beside the pods', apply: graph => void ((template(graph).metadata.annotations ??= {})['sidecar.opentelemetry.io/inject'] = 'true') },
  spans('to another namespace', rule => void (rule.to[0].namespaceSelector.matchLabels['kubernetes.io/metadata.name'] = 'kube-system')),
  spans('to every namespace', rule => void (rule.to[0].namespaceSelector = {})),
  spans('to anyone', rule => void delete rule.to),
  spans('over every port', rule => void delete rule.ports),
  spans('over one port', rule => void rule.ports.pop()),
  spans('over a further port', rule => void rule.ports.push({ port: 22, protocol: 'TCP' })),
  spans('over datagrams', rule => void (rule.ports[0].protocol = 'UDP')),
  spans('nowhere', (rule, rules) => void rules.splice(rules.indexOf(rule), 1)),

  board('gone', (map, golden) => void (map.metadata.name = `${golden.intent.metadata.name}-board`)),
  board('not collected', map => void delete map.metadata.labels.grafana_dashboard),
  board('labelled otherwise', map => void (map.metadata.labels.grafana_dashboard = '0')),
  board('a source of data as well', map => void (map.metadata.labels.grafana_datasource = '1')),
  board('into another folder', map => void (map.metadata.annotations = { ...map.metadata.annotations, grafana_folder: '../../etc' })),
  board('under another name', map => { const key = keyOf(map); map.data['home.json'] = map.data[key]; delete map.data[key]; }),
  board('a second beside it', map => void (map.data['home.json'] = '{}')),
  board('empty', map => void delete map.data),
  board('binary', map => void (map.binaryData = { 'x.json': 'e30=' })),
  board('of another service', rewritten(/container=\\"[^\\]+/, 'container=\\"payments')),
  board('of every namespace', rewritten(/namespace=\\"[^\\]+\\",/, '')),
  board('of another title', rewritten(/"title":"[^"]+"/, '"title":"Home"')),
  board('with a script', rewritten('"type":"timeseries"', '"type":"text","options":{"mode":"html","content":"<script>x</script>"}')),
  { name: 'the map of files collected as a dashboard', apply: graph => { const map = graph.find(o => o.kind === 'ConfigMap' && o.metadata.name.endsWith('-files')) as Any | undefined; return map ? void (map.metadata.labels.grafana_dashboard = '1') : false; } },
  { name: 'a dashboard that nobody stated', apply: (graph, golden) => (watched(golden).dashboards ? false : add(graph, like(graph, golden, 'v1', 'ConfigMap', `${golden.intent.metadata.name}-dashboard`, { data: { 'x.json': '{}' } }))) },

  metric('of another name', one => void (one.pods.metric.name = 'always_busy')),
  metric('of some pods', one => void (one.pods.metric.selector = { matchLabels: { verb: 'GET' } })),
  metric('with another target', one => void (one.pods.target.averageValue = '1m')),
  metric('with a target of another form', one => { one.pods.target = { type: 'Value', value: one.pods.target.averageValue }; }),
  metric('with its target doubled', one => void (one.pods.target.averageUtilization = 50)),
  metric('doubled', (one, metrics) => void metrics.push(structuredClone(one))),
  metric('gone', (one, metrics) => void metrics.splice(metrics.indexOf(one), 1)),
  metric('alone', (one, metrics) => void metrics.splice(0, metrics.length, one)),
  metric('of an object', one => { one.type = 'Object'; one.object = { describedObject: { apiVersion: 'v1', kind: 'Service', name: 'payments' }, metric: one.pods.metric, target: { type: 'Value', value: '1' } }; delete one.pods; }),
  metric('of the world outside', one => { one.type = 'External'; one.external = { metric: one.pods.metric, target: one.pods.target }; delete one.pods; }),
  metric('that is cpu as well', one => void (one.resource = { name: 'cpu', target: { type: 'Utilization', averageUtilization: 1 } })),
  on('HorizontalPodAutoscaler', 'a metric that nobody stated', ({ spec }, { intent }) => ((intent.spec as Any).scaling?.metric ? false : void spec.metrics.push({ type: 'Pods', pods: { metric: { name: 'x' }, target: { type: 'AverageValue', averageValue: '1' } } }))),
  on('HorizontalPodAutoscaler', 'the processor watched otherwise beside a metric', ({ spec }) => (spec.metrics.some((m: Any) => m.type === 'Pods') ? void (spec.metrics[0].resource.target.averageUtilization += 5) : false)),
];
