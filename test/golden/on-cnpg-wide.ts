/** Accepted scenarios on cnpg-keda of scaling by queues, versions of databases, release tasks, buckets and spreads. */
import type { Accepted } from './scenario.ts';
import {
  BURSTABLE, BURSTABLE_CORE, STANDARD, STANDARD_CORE, budget, claimTemplate, deployment, pod, port, probedAt, serviceAccount, serving, silent, spreadPod, statefulSet,
  tmpMount, type Subject,
} from './workload.ts';
import { byKafka, byRedis, byUse, marked, migration, overHosts, scaledObject } from './extras.ts';
import { literal, mount, secretKey } from './pieces.ts';
import {
  HTTP_SERVICE, fromNamespace, fromOwnNamespace, headless, httpRoute, networkPolicy, on, ownPostgres, scrapeAnnotations, servicePort, service, sticky, toApp, toCluster,
  toInternet, toRange,
} from './traffic.ts';

const snapshot = 'cnpg-keda';

const plateSolver = (): Accepted => {
  const s: Subject = { name: 'plate-solver', namespace: 'observatory', version: '5.0.0' };
  return {
    slug: '177-plate-solver', snapshot, title: 'Worker scaled from nothing by a Kafka, own Postgres of a version, bucket by host, release task with variables of its own',
    intent: `
metadata: {name: plate-solver, namespace: observatory}
spec:
  workload:
    kind: worker
    containerImage: registry.sky.example/plate-solver:5.0.0
    resources: burstable
    env: [{name: CATALOGUE, value: gaia-dr3}]
    migration:
      containerImage: registry.sky.example/solver-schema:5.0.0
      args: [apply]
      env: [{name: PGURI, valueFrom: {secretKeyRef: {name: plate-solver-solutions-app, key: uri}}}]
  dependencies:
    - {name: frames, type: kafka, shared: telescope-stream}
    - {name: solutions, type: postgres, version: '16.4'}
    - {name: raw-frames, type: bucket, host: raw-frames.objects.example}
  scaling: {min: 0, max: 40, queue: {dependency: frames, length: 25}}
`,
    expected: [
      serviceAccount(s), ownPostgres(s, 'solutions', 1, '10Gi', '16.4'),
      deployment(s, { pod: spreadPod(s, [silent(s, 'registry.sky.example/plate-solver:5.0.0', BURSTABLE, { env: [literal('CATALOGUE', 'gaia-dr3')] })], {
        initContainers: [migration('registry.sky.example/solver-schema:5.0.0', { args: ['apply'], env: [secretKey('PGURI', 'plate-solver-solutions-app', 'uri')] })],
      }) }),
      budget(s), scaledObject(s, 'Deployment', 0, 40, byKafka(s, 'frames', 'telescope-stream', '25')),
      networkPolicy(s, [], [toApp('telescope-stream', 'frames', 9092), toCluster('plate-solver-solutions'), toInternet(443)]),
    ],
  };
};

const transientAlerts = (): Accepted => {
  const s: Subject = { name: 'transient-alerts', namespace: 'observatory', version: '2.13.0' };
  return {
    slug: '178-transient-alerts', snapshot, title: 'Core worker scaled by a Redis, cpu and memory, spread over nothing, labels, a bucket in a range beside a shared Postgres',
    intent: `
metadata: {name: transient-alerts, namespace: observatory}
spec:
  labels: {app.kubernetes.io/part-of: night-watch, shift: night}
  workload:
    kind: worker
    tier: core
    containerImage: registry.sky.example/transient-alerts:2.13.0
    placement: {spread: none}
  dependencies:
    - {name: candidates, type: redis, shared: sky-cache}
    - {name: light-curves, type: postgres, shared: sky-data}
    - {name: cutouts, type: bucket, cidr: 10.120.4.0/22, port: 7480}
  scaling: {max: 12, cpu: 70, memory: 85, queue: {dependency: candidates, length: 200}}
`,
    expected: marked({ labels: { 'app.kubernetes.io/part-of': 'night-watch', shift: 'night' } }, [
      serviceAccount(s),
      deployment(s, { pod: pod(s, [silent(s, 'registry.sky.example/transient-alerts:2.13.0', STANDARD_CORE)]) }),
      budget(s), scaledObject(s, 'Deployment', 3, 12, byRedis(s, 'candidates', 'sky-cache', '200'), byUse('cpu', '70'), byUse('memory', '85')),
      networkPolicy(s, [], [toApp('sky-cache', 'candidates', 6379), toCluster('light-curves', 'sky-data'), toRange('10.120.4.0/22', 7480)]),
    ]),
  };
};

const skySurvey = (): Accepted => {
  const s: Subject = { name: 'sky-survey', namespace: 'observatory', version: '1.8.3' };
  return {
    slug: '179-sky-survey', snapshot, title: 'Public through the plain gateway: cross-origin rules, requests limited, affinity of clients, own Postgres of a version, release task, annotations',
    intent: `
metadata: {name: sky-survey, namespace: observatory}
spec:
  annotations: {sky.example/licence: CC-BY-4.0}
  workload:
    containerImage: registry.sky.example/sky-survey:1.8.3
    env: [{name: PGURI, valueFrom: {secretKeyRef: {name: sky-survey-tiles-app, key: uri}}}]
    migration: {command: [survey, db, upgrade]}
  networking:
    exposure: public-ingress
    hosts: [survey.sky.example]
    paths: [/tiles, /objects]
    sessionAffinity: ClientIP
    timeouts: {request: 12s}
    cors: {allowOrigins: ['https://atlas.sky.example'], allowMethods: [GET, HEAD], maxAge: 86400}
  dependencies: [{name: tiles, type: postgres, version: '17.2', size: 90Gi}]
  observability: {metrics: prometheus-standard}
`,
    expected: marked({ annotations: { 'sky.example/licence': 'CC-BY-4.0' } }, [
      serviceAccount(s), ownPostgres(s, 'tiles', 1, '90Gi', '17.2'),
      deployment(s, { replicas: 2, podAnnotations: scrapeAnnotations(8080), pod: spreadPod(s, [
        serving(s, 'registry.sky.example/sky-survey:1.8.3', STANDARD, { env: [secretKey('PGURI', 'sky-survey-tiles-app', 'uri')] }),
      ], {
        initContainers: [migration('registry.sky.example/sky-survey:1.8.3', { command: ['survey', 'db', 'upgrade'], env: [secretKey('PGURI', 'sky-survey-tiles-app', 'uri')] })],
      }) }),
      sticky(s, 'ClientIP', HTTP_SERVICE), budget(s),
      httpRoute(s, { parent: { name: 'shared', namespace: 'gateways' }, hostnames: ['survey.sky.example'], paths: ['/tiles', '/objects'], limits: {
        timeouts: { request: '12s' }, filters: [{ type: 'CORS', cors: { allowOrigins: ['https://atlas.sky.example'], allowMethods: ['GET', 'HEAD'], maxAge: 86400 } }],
      } }),
      networkPolicy(s, [fromNamespace('gateways', 8080), fromNamespace('monitoring', 8080)], [toCluster('sky-survey-tiles')]),
    ]),
  };
};

const domeControl = (): Accepted => {
  const s: Subject = { name: 'dome-control', namespace: 'telescope', version: '7.7.0' };
  return {
    slug: '180-dome-control', snapshot, title: 'Core stateful set scaled by a Kafka and cpu, spread over hosts, two own Postgres of which one of a version, labels and annotations',
    intent: `
metadata: {name: dome-control, namespace: telescope}
spec:
  labels: {dome: south}
  annotations: {sky.example/safety: sil-2}
  workload:
    kind: stateful
    tier: core
    containerImage: registry.sky.example/dome-control:7.7.0
    resources: burstable
    ports: [{name: rpc, containerPort: 7624}]
    volumes: [{name: track, mountPath: /track, size: 8Gi}]
    placement: {spread: hosts}
  networking: {exposure: internal}
  dependencies:
    - {name: pointings, type: kafka, shared: telescope-stream}
    - {name: calibrations, type: postgres, version: '15.10', size: 30Gi}
    - {name: weather-log, type: postgres}
  scaling: {min: 5, max: 15, cpu: 60, queue: {dependency: pointings, length: 10}}
`,
    expected: marked({ labels: { dome: 'south' }, annotations: { 'sky.example/safety': 'sil-2' } }, [
      serviceAccount(s), ownPostgres(s, 'calibrations', 3, '30Gi', '15.10'), ownPostgres(s, 'weather-log', 3, '10Gi'),
      statefulSet(s, { claims: [claimTemplate('track', '8Gi')], pod: pod(s, [serving(s, 'registry.sky.example/dome-control:7.7.0', BURSTABLE_CORE, {
        ports: [port('rpc', 7624)], ...probedAt('rpc'), volumeMounts: [tmpMount, mount('track', '/track')],
      })], { topologySpreadConstraints: overHosts(s) }) }),
      headless(s, servicePort('rpc', 7624)), service(s, servicePort('rpc', 7624)), budget(s),
      scaledObject(s, 'StatefulSet', 5, 15, byKafka(s, 'pointings', 'telescope-stream', '10'), byUse('cpu', '60')),
      networkPolicy(s, [fromOwnNamespace(on(7624))], [
        toApp('telescope-stream', 'pointings', 9092), toCluster('dome-control-calibrations'), toCluster('dome-control-weather-log'),
      ]),
    ]),
  };
};

export const onCnpgWide: Accepted[] = [plateSolver(), transientAlerts(), skySurvey(), domeControl()];
