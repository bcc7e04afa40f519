/** Accepted scenarios with secrets of the platform's store, backups, logs, traces, dashboards and metrics to scale by, on every cluster. */
import { alerts, byKafka, marked, migration, scaledObject } from './extras.ts';
import { inline, inlineMount, mount, secretKey } from './pieces.ts';
import type { Accepted } from './scenario.ts';
import {
  HTTP_SERVICE, LOGIN, edge, fromAnyone, fromNamespace, fromOwnNamespace, headless, httpRoute, injected, networkPolicy, on, outward, ownPostgres, scrape, scrapeAnnotations,
  service, serviceMonitor, servicePort, strictPeers, toApp, toCluster, toIstiod, tokenHolders, tokens,
} from './traffic.ts';
import { alsoBy, asJson, dashboard, keptPostgres, notCollected, stored, toCollector, traced } from './watched.ts';
import {
  BURSTABLE, STANDARD, STANDARD_CORE, autoscaler, beside, budget, claimTemplate, corePod, cronJob, daemonSet, deployment, filesMap, job, pod, port, probedAt, serviceAccount,
  serving, silent, spreadPod, statefulSet, tmp, tmpMount, type Subject,
} from './workload.ts';

const pressControl = (): Accepted => {
  const s: Subject = { name: 'press-control', namespace: 'cider', version: '3.1.0' };
  return {
    slug: '224-press-control', snapshot: 'cnpg-keda', settings: { secretStore: 'corp-vault', snapshotClass: 'csi-frozen', logCollector: 'fluent-bit', instrumentation: 'telemetry/default' },
    title: 'Core with two secrets of the store and an own Postgres copied every night, traced, its lines taken apart',
    intent: `
metadata: {name: press-control, namespace: cider}
spec:
  workload:
    tier: core
    containerImage: registry.cider.example/press-control:3.1.0
    env:
      - {name: PLC_KEY, valueFrom: {secretKeyRef: {name: press-control-plc-keys, key: key}}}
      - {name: PGURI, valueFrom: {secretKeyRef: {name: press-control-batches-app, key: uri}}}
  networking: {exposure: internal}
  dependencies:
    - {name: plc-keys, type: vault}
    - {name: batches, type: postgres, version: '17.2', size: 40Gi, backup: daily}
    - {name: mail-keys, type: vault}
  observability: {logs: json, traces: opentelemetry}
`,
    expected: [
      serviceAccount(s), stored(s, 'plc-keys', 'corp-vault'), stored(s, 'mail-keys', 'corp-vault'), ...keptPostgres(s, 'csi-frozen', 'batches', 3, '40Gi', '17.2'),
      deployment(s, { replicas: 3, podAnnotations: { ...asJson, ...traced('telemetry/default') }, pod: corePod(s, [serving(s, 'registry.cider.example/press-control:3.1.0', STANDARD_CORE, {
        env: [secretKey('PLC_KEY', 'press-control-plc-keys', 'key'), secretKey('PGURI', 'press-control-batches-app', 'uri')],
      })]) }),
      service(s, HTTP_SERVICE), budget(s), networkPolicy(s, [fromOwnNamespace(on(8080))], [toCluster('press-control-batches'), toCollector('telemetry')]),
    ],
  };
};

const cellarLedger = (): Accepted => {
  const s: Subject = { name: 'cellar-ledger', namespace: 'cellars', version: '8.0.2' };
  return {
    slug: '225-cellar-ledger', snapshot: 'cnpg-keda', settings: { snapshotClass: 'rook-snapshots' },
    title: 'Stateful, scaled by a metric of its own, two own Postgres of which one is copied, a dashboard',
    intent: `
metadata: {name: cellar-ledger, namespace: cellars}
spec:
  workload:
    kind: stateful
    containerImage: registry.cider.example/cellar-ledger:8.0.2
    ports: [{name: rpc, containerPort: 7100}]
    volumes: [{name: journal, mountPath: /journal, size: 6Gi}]
  networking: {exposure: internal, allowFrom: [{name: press-control, namespace: cider}]}
  dependencies:
    - {name: barrels, type: postgres, backup: daily}
    - {name: scratchpad, type: postgres, size: 2Gi}
  scaling: {max: 5, metric: {name: open_batches, averageValue: 250m}}
  observability: {metrics: prometheus-standard, dashboards: standard}
`,
    expected: [
      serviceAccount(s), ...keptPostgres(s, 'rook-snapshots', 'barrels', 1, '10Gi'), ownPostgres(s, 'scratchpad', 1, '2Gi'), dashboard(s),
      statefulSet(s, { podAnnotations: scrapeAnnotations(7100), claims: [claimTemplate('journal', '6Gi')], pod: spreadPod(s, [serving(s, 'registry.cider.example/cellar-ledger:8.0.2', STANDARD, {
        ports: [port('rpc', 7100)], ...probedAt('rpc'), volumeMounts: [tmpMount, mount('journal', '/journal')],
      })]) }),
      headless(s, servicePort('rpc', 7100)), service(s, servicePort('rpc', 7100)), budget(s), alsoBy(autoscaler(s, 'StatefulSet', 2, 5, 75), 'open_batches', '250m'),
      networkPolicy(s, [
        { from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'press-control' } }, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'cider' } } }], ports: [on(7100)] },
        fromNamespace('monitoring', 7100),
      ], [toCluster('cellar-ledger-barrels'), toCluster('cellar-ledger-scratchpad')]),
    ],
  };
};

const orchardMap = (): Accepted => {
  const s: Subject = { name: 'orchard-map', namespace: 'orchards', version: '1.14.1' };
  return {
    slug: '226-orchard-map', snapshot: 'istio-gateway', settings: { logCollector: 'fluent-bit', instrumentation: 'otel-system/platform' },
    title: 'Public with tokens in the mesh, traced, lines taken apart, scraped, alerts and a dashboard',
    intent: `
metadata: {name: orchard-map, namespace: orchards}
spec:
  workload: {containerImage: 'registry.cider.example/orchard-map:1.14.1'}
  networking: {exposure: public-ingress, authPolicy: jwt-validated}
  observability: {metrics: prometheus-standard, alerts: standard, logs: json, traces: opentelemetry, dashboards: standard}
`,
    expected: [
      serviceAccount(s), dashboard(s),
      deployment(s, { replicas: 2, podLabels: injected, podAnnotations: { ...asJson, ...traced('otel-system/platform') }, pod: spreadPod(s, [serving(s, 'registry.cider.example/orchard-map:1.14.1', STANDARD)]) }),
      service(s, HTTP_SERVICE), budget(s), httpRoute(s, { parent: edge('https'), hostnames: ['orchard-map.apps.corp.example'] }),
      tokens(s, LOGIN), tokenHolders(s, scrape()), serviceMonitor(s), alerts(s),
      networkPolicy(s, [fromNamespace('edge', 8080), fromNamespace('monitoring', 8080)], [toIstiod, toCollector('otel-system')]),
    ],
  };
};

const labelPrinter = (): Accepted => {
  const s: Subject = { name: 'label-printer', namespace: 'cider', version: '2.2.7' };
  return {
    slug: '227-label-printer', snapshot: 'linkerd-nginx', settings: { logCollector: 'fluent-bit', instrumentation: 'telemetry/java-agents' },
    title: 'Worker scaled by cpu, memory and a metric between bounds, traced, of whose lines none is kept, release task',
    intent: `
metadata: {name: label-printer, namespace: cider}
spec:
  workload:
    kind: worker
    containerImage: registry.cider.example/label-printer:2.2.7
    resources: burstable
    migration: {command: [printer, upgrade]}
  dependencies: [{name: orders, type: postgres, shared: cider-data}]
  scaling: {min: 3, max: 9, cpu: 70, memory: 85, metric: {name: labels_waiting, averageValue: '40'}}
  observability: {logs: none, traces: opentelemetry}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { podAnnotations: { ...notCollected, ...traced('telemetry/java-agents') }, pod: spreadPod(s, [silent(s, 'registry.cider.example/label-printer:2.2.7', BURSTABLE)], {
        initContainers: [migration('registry.cider.example/label-printer:2.2.7', { command: ['printer', 'upgrade'] })],
      }) }),
      budget(s), alsoBy(autoscaler(s, 'Deployment', 3, 9, 70, 85), 'labels_waiting', '40'),
      networkPolicy(s, [], [toApp('cider-data', 'orders', 5432), toCollector('telemetry')]),
    ],
  };
};

const pomaceCount = (): Accepted => {
  const s: Subject = { name: 'pomace-count', namespace: 'cider', version: '0.4.0' };
  return {
    slug: '228-pomace-count', snapshot: 'bare-1.30', settings: { logCollector: 'fluent-bit', instrumentation: 'telemetry/default' },
    title: 'Cron that is traced, with its lines taken apart and a dashboard',
    intent: `
metadata: {name: pomace-count, namespace: cider}
spec:
  workload:
    kind: cron
    containerImage: registry.cider.example/pomace-count:0.4.0
    schedule: {cron: '5 4 * 9-11 *'}
  dependencies: [{name: scales, type: service, port: 9100}]
  observability: {logs: json, traces: opentelemetry, dashboards: standard}
`,
    expected: [
      serviceAccount(s), dashboard(s),
      cronJob(s, { schedule: '5 4 * 9-11 *' }, { podAnnotations: { ...asJson, ...traced('telemetry/default') }, pod: pod(s, [silent(s, 'registry.cider.example/pomace-count:0.4.0', STANDARD)]) }),
      networkPolicy(s, [], [{ to: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'scales' } } }], ports: [on(9100)] }, toCollector('telemetry')]),
    ],
  };
};

const BOTTLES = `registry.cider.example/bottle-import@sha256:${'7c41'.repeat(16)}`;
const bottleImport = (): Accepted => {
  const s: Subject = { name: 'bottle-import', namespace: 'default' };
  return {
    slug: '229-bottle-import', snapshot: 'bare-1.30', settings: { logCollector: 'fluent-bit' },
    title: 'Job by digest in no stated namespace, of whose lines none is kept, with a dashboard',
    intent: `
metadata: {name: bottle-import}
spec:
  workload: {kind: job, containerImage: '${BOTTLES}'}
  observability: {logs: none, dashboards: standard}
`,
    expected: [
      serviceAccount(s), dashboard(s), job(s, { podAnnotations: notCollected, pod: pod(s, [silent(s, BOTTLES, STANDARD)]) }), networkPolicy(s, []),
    ],
  };
};

const frostRelay = (): Accepted => {
  const s: Subject = { name: 'frost-relay', namespace: 'orchards', version: '5.5.5' };
  return {
    slug: '230-frost-relay', snapshot: 'linkerd-nginx', settings: { instrumentation: 'spans/edge.nodes' },
    title: 'Daemon that is traced by an Instrumentation with a dot in its name, with a dashboard',
    intent: `
metadata: {name: frost-relay, namespace: orchards}
spec:
  workload: {kind: daemon, containerImage: 'registry.cider.example/frost-relay:5.5.5'}
  observability: {traces: opentelemetry, dashboards: standard}
`,
    expected: [
      serviceAccount(s), dashboard(s),
      daemonSet(s, { maxUnavailable: 1 }, { podAnnotations: traced('spans/edge.nodes'), pod: pod(s, [silent(s, 'registry.cider.example/frost-relay:5.5.5', STANDARD)]) }),
      networkPolicy(s, [], [toCollector('spans')]),
    ],
  };
};

const tastingNotes = (): Accepted => {
  const s: Subject = { name: 'tasting-notes', namespace: 'cellars', version: '4.0.0' };
  return {
    slug: '231-tasting-notes', snapshot: 'istio-gateway', settings: { logCollector: 'fluent-bit' },
    title: 'Core behind mutual TLS, scaled by a metric given as a number, lines taken apart, dashboard, annotations of its own',
    intent: `
metadata: {name: tasting-notes, namespace: cellars}
spec:
  annotations: {cider.example/owner: cellar-team}
  workload:
    tier: core
    containerImage: registry.cider.example/tasting-notes:4.0.0
  networking: {exposure: internal, authPolicy: mtls}
  scaling: {max: 12, metric: {name: notes_per_second, averageValue: 30}}
  observability: {logs: json, dashboards: standard}
`,
    expected: marked({ annotations: { 'cider.example/owner': 'cellar-team' } }, [
      serviceAccount(s), dashboard(s),
      deployment(s, { podLabels: injected, podAnnotations: asJson, pod: corePod(s, [serving(s, 'registry.cider.example/tasting-notes:4.0.0', STANDARD_CORE)]) }),
      service(s, HTTP_SERVICE), budget(s), strictPeers(s), alsoBy(autoscaler(s, 'Deployment', 3, 12, 75), 'notes_per_second', 30),
      networkPolicy(s, [fromOwnNamespace(on(8080))], [toIstiod]),
    ]),
  };
};

const sugarProbe = (): Accepted => {
  const s: Subject = { name: 'sugar-probe', namespace: 'cider', version: '0.9.3' };
  return {
    slug: '232-sugar-probe', snapshot: 'cnpg-keda', settings: { secretStore: 'corp-vault', instrumentation: 'telemetry/default' },
    title: 'Worker scaled by a Kafka, its password of the store, traced, with a dashboard',
    intent: `
metadata: {name: sugar-probe, namespace: cider}
spec:
  workload:
    kind: worker
    containerImage: registry.cider.example/sugar-probe:0.9.3
    envFrom: [{secretRef: {name: sugar-probe-broker-login}}]
  dependencies:
    - {name: readings, type: kafka, shared: cider-stream}
    - {name: broker-login, type: vault}
  scaling: {max: 8, queue: {dependency: readings, length: 60}}
  observability: {traces: opentelemetry, dashboards: standard}
`,
    expected: [
      serviceAccount(s), stored(s, 'broker-login', 'corp-vault'), dashboard(s),
      deployment(s, { podAnnotations: traced('telemetry/default'), pod: spreadPod(s, [silent(s, 'registry.cider.example/sugar-probe:0.9.3', STANDARD, { envFrom: [{ secretRef: { name: 'sugar-probe-broker-login' } }] })]) }),
      budget(s), scaledObject(s, 'Deployment', 2, 8, byKafka(s, 'readings', 'cider-stream', '60')),
      networkPolicy(s, [], [toApp('cider-stream', 'readings', 9092), toCollector('telemetry')]),
    ],
  };
};

const yeastBank = (): Accepted => {
  const s: Subject = { name: 'yeast-bank', namespace: 'cellars', version: '6.2.0' };
  return {
    slug: '233-yeast-bank', snapshot: 'cnpg-keda', settings: { secretStore: 'cellar-store', snapshotClass: 'csi-frozen' },
    title: 'Core cron with an own Postgres copied every night beside a shared one, a secret of the store, labels and annotations',
    intent: `
metadata: {name: yeast-bank, namespace: cellars}
spec:
  labels: {app.kubernetes.io/part-of: fermentation}
  annotations: {cider.example/keep: ten-years}
  workload:
    kind: cron
    tier: core
    containerImage: registry.cider.example/yeast-bank:6.2.0
    schedule: {cron: '15 3 * * 1'}
  dependencies:
    - {name: strains, type: postgres, size: 20Gi, backup: daily}
    - {name: recipes, type: postgres, shared: cider-data}
    - {name: freezer-login, type: vault}
`,
    expected: marked({ labels: { 'app.kubernetes.io/part-of': 'fermentation' }, annotations: { 'cider.example/keep': 'ten-years' } }, [
      serviceAccount(s), ...keptPostgres(s, 'csi-frozen', 'strains', 3, '20Gi'), stored(s, 'freezer-login', 'cellar-store'),
      cronJob(s, { schedule: '15 3 * * 1' }, { pod: pod(s, [silent(s, 'registry.cider.example/yeast-bank:6.2.0', STANDARD_CORE)]) }),
      networkPolicy(s, [], [toCluster('yeast-bank-strains'), toCluster('recipes', 'cider-data')]),
    ]),
  };
};

const barrelWatch = (): Accepted => {
  const s: Subject = { name: 'barrel-watch', namespace: 'cellars', version: '1.0.0' };
  return {
    slug: '234-barrel-watch', snapshot: 'bare-1.30', settings: { logCollector: 'fluent-bit' },
    title: 'A file beside a dashboard, a sidecar, scraped by annotation, lines taken apart',
    intent: `
metadata: {name: barrel-watch, namespace: cellars}
spec:
  workload:
    containerImage: registry.cider.example/barrel-watch:1.0.0
    files: [{path: /etc/watch/limits.yaml, content: "ph: 3.4\\n"}]
    sidecars: [{name: feeder, containerImage: 'registry.cider.example/feeder:0.3.1', args: [--follow]}]
  observability: {metrics: prometheus-standard, logs: json, dashboards: standard}
`,
    expected: [
      serviceAccount(s), filesMap(s, { 'etc-watch-limits.yaml': 'ph: 3.4\n' }), dashboard(s),
      deployment(s, { replicas: 2, podAnnotations: { ...scrapeAnnotations(8080), ...asJson }, pod: spreadPod(s, [
        serving(s, 'registry.cider.example/barrel-watch:1.0.0', STANDARD, { volumeMounts: [tmpMount, inlineMount('/etc/watch/limits.yaml', 'etc-watch-limits.yaml')] }),
        beside('feeder', 'registry.cider.example/feeder:0.3.1', { args: ['--follow'] }),
      ], { volumes: [tmp, inline(s, 'etc-watch-limits.yaml')] }) }),
      budget(s), networkPolicy(s, [fromNamespace('monitoring', 8080)]),
    ],
  };
};

const corkExchange = (): Accepted => {
  const s: Subject = { name: 'cork-exchange', namespace: 'cider', version: '10.3.1' };
  return {
    slug: '235-cork-exchange', snapshot: 'istio-gateway', settings: { instrumentation: 'otel-system/platform' },
    title: 'Core stateful set behind a load balancer, scaled by a metric between bounds, traced, with alerts',
    intent: `
metadata: {name: cork-exchange, namespace: cider}
spec:
  workload:
    kind: stateful
    tier: core
    containerImage: registry.cider.example/cork-exchange:10.3.1
    ports: [{name: fix, containerPort: 9878}]
  networking: {exposure: load-balancer}
  scaling: {min: 4, max: 6, metric: {name: sessions, averageValue: 2k}}
  observability: {alerts: standard, traces: opentelemetry}
`,
    expected: [
      serviceAccount(s),
      statefulSet(s, { podAnnotations: traced('otel-system/platform'), pod: corePod(s, [serving(s, 'registry.cider.example/cork-exchange:10.3.1', STANDARD_CORE, { ports: [port('fix', 9878)], ...probedAt('fix') })]) }),
      headless(s, servicePort('fix', 9878)), outward(s, 'LoadBalancer', servicePort('fix', 9878)), budget(s), alerts(s, 'core'),
      alsoBy(autoscaler(s, 'StatefulSet', 4, 6, 75), 'sessions', '2k'), networkPolicy(s, [fromAnyone(on(9878))], [toCollector('otel-system')]),
    ],
  };
};

export const further: readonly Accepted[] = [
  pressControl(), cellarLedger(), orchardMap(), labelPrinter(), pomaceCount(), bottleImport(), frostRelay(), tastingNotes(), sugarProbe(), yeastBank(), barrelWatch(), corkExchange(),
];
