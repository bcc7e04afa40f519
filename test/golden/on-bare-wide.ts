/** Accepted scenarios on bare-1.30 of spreads, release tasks, buckets, affinity of clients, and labels and annotations of one's own. */
import type { Accepted } from './scenario.ts';
import {
  BURSTABLE, HIGH, STANDARD_CORE, autoscaler, besideCore, budget, claimTemplate, corePod, cronJob, deployment, filesMap, pod, port, probedAt, serviceAccount, serving,
  silent, statefulSet, tmp, tmpMount, without, writableRoot, type Subject,
} from './workload.ts';
import { marked, migration, migrationCore, overHosts } from './extras.ts';
import { inline, inlineMount, literal, mount, secretKey } from './pieces.ts';
import {
  HTTP_SERVICE, fromCallers, fromNamespace, fromOwnNamespace, headless, networkPolicy, on, scrapeAnnotations, servicePort, sticky, toApp, toInternet, toRange,
} from './traffic.ts';

const snapshot = 'bare-1.30';

const liftTelemetry = (): Accepted => {
  const s: Subject = { name: 'lift-telemetry', namespace: 'ski-lifts', version: '4.0.2' };
  return {
    slug: '165-lift-telemetry', snapshot, title: 'Core stateful set spread over hosts, clients that stay with a pod, release task from an image of its own, labels and annotations',
    intent: `
metadata: {name: lift-telemetry, namespace: ski-lifts}
spec:
  labels: {team: lifts, app.kubernetes.io/part-of: resort}
  annotations: {resort.example/runbook: 'https://runbooks.resort.example/lift-telemetry'}
  workload:
    kind: stateful
    tier: core
    containerImage: registry.resort.example/lift-telemetry:4.0.2
    ports: [{name: ingest, containerPort: 7071}, {name: query, containerPort: 7072, appProtocol: http}]
    volumes: [{name: series, mountPath: /series, size: 45Gi}]
    placement: {spread: hosts}
    migration:
      containerImage: registry.resort.example/lift-schema:4.0.2
      command: [schema, upgrade]
      env: [{name: LOCK_TIMEOUT, value: 30s}]
  networking: {exposure: internal, sessionAffinity: ClientIP}
`,
    expected: marked({ labels: { team: 'lifts', 'app.kubernetes.io/part-of': 'resort' }, annotations: { 'resort.example/runbook': 'https://runbooks.resort.example/lift-telemetry' } }, [
      serviceAccount(s),
      statefulSet(s, { replicas: 3, claims: [claimTemplate('series', '45Gi')], pod: pod(s, [
        serving(s, 'registry.resort.example/lift-telemetry:4.0.2', STANDARD_CORE, {
          ports: [port('ingest', 7071), port('query', 7072)], ...probedAt('ingest'), volumeMounts: [tmpMount, mount('series', '/series')],
        }),
      ], {
        topologySpreadConstraints: overHosts(s),
        initContainers: [migrationCore('registry.resort.example/lift-schema:4.0.2', { command: ['schema', 'upgrade'], env: [literal('LOCK_TIMEOUT', '30s')] })],
      }) }),
      headless(s, servicePort('ingest', 7071), servicePort('query', 7072, 'TCP', 'http')),
      sticky(s, 'ClientIP', servicePort('ingest', 7071), servicePort('query', 7072, 'TCP', 'http')), budget(s),
      networkPolicy(s, [fromOwnNamespace(on(7071), on(7072))]),
    ]),
  };
};

const snowcatDispatch = (): Accepted => {
  const s: Subject = { name: 'snowcat-dispatch', namespace: 'ski-lifts', version: '2.7.1' };
  const environment = {
    env: [literal('SHIFT', 'night'), secretKey('REDIS_PASSWORD', 'dispatch-cache', 'password')], envFrom: [{ configMapRef: { name: 'dispatch-settings' } }],
  };
  return {
    slug: '166-snowcat-dispatch', snapshot, title: 'Worker spread over nothing, release task with its image and variables, bucket by host, Redis, autoscaled on memory too',
    intent: `
metadata: {name: snowcat-dispatch, namespace: ski-lifts}
spec:
  workload:
    kind: worker
    containerImage: registry.resort.example/snowcat-dispatch:2.7.1
    resources: burstable
    env: [{name: SHIFT, value: night}, {name: REDIS_PASSWORD, valueFrom: {secretKeyRef: {name: dispatch-cache, key: password}}}]
    envFrom: [{configMapRef: {name: dispatch-settings}}]
    migration: {args: [migrate, --once]}
    placement: {spread: none, spot: false}
  dependencies:
    - {name: dispatch-cache, type: redis, shared: resort-data}
    - {name: piste-tracks, type: bucket, host: piste-tracks.objects.example}
  scaling: {max: 6, memory: 80}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { pod: pod(s, [silent(s, 'registry.resort.example/snowcat-dispatch:2.7.1', BURSTABLE, environment)], {
        initContainers: [migration('registry.resort.example/snowcat-dispatch:2.7.1', { args: ['migrate', '--once'], ...environment })],
      }) }),
      budget(s), autoscaler(s, 'Deployment', 2, 6, 75, 80), networkPolicy(s, [], [toApp('resort-data', 'dispatch-cache', 6379), toInternet(443)]),
    ],
  };
};

const SNOW = `registry.resort.example/snow-archive@sha256:${'5f0c'.repeat(16)}`;
const snowArchive = (): Accepted => {
  const s: Subject = { name: 'snow-archive', namespace: 'avalanche-service' };
  return {
    slug: '167-snow-archive', snapshot, title: 'Core cron by digest with a bucket in a range and one by host and port, an inline file, labels and annotations',
    intent: `
metadata: {name: snow-archive, namespace: avalanche-service}
spec:
  labels: {app.kubernetes.io/component: archive, cost-centre: snow-17}
  annotations: {resort.example/owner: snow-lab@resort.example}
  workload:
    kind: cron
    tier: core
    containerImage: ${SNOW}
    schedule: {cron: '20 1 * * 6', timeZone: Europe/Zurich}
    files: [{path: /etc/archive/keep.yaml, content: "seasons: 40\\n"}]
  dependencies:
    - {name: snow-lake, type: bucket, cidr: 10.44.8.0/24, port: 9000}
    - {name: cold-copy, type: bucket, host: cold.objects.example, port: 8443}
`,
    expected: marked({ labels: { 'app.kubernetes.io/component': 'archive', 'cost-centre': 'snow-17' }, annotations: { 'resort.example/owner': 'snow-lab@resort.example' } }, [
      serviceAccount(s), filesMap(s, { 'etc-archive-keep.yaml': 'seasons: 40\n' }),
      cronJob(s, { schedule: '20 1 * * 6', timeZone: 'Europe/Zurich' }, { pod: pod(s, [
        silent(s, SNOW, STANDARD_CORE, { volumeMounts: [tmpMount, inlineMount('/etc/archive/keep.yaml', 'etc-archive-keep.yaml')] }),
      ], { volumes: [tmp, inline(s, 'etc-archive-keep.yaml')] }) }),
      networkPolicy(s, [], [toRange('10.44.8.0/24', 9000), toInternet(8443)]),
    ]),
  };
};

const rescueRoster = (): Accepted => {
  const s: Subject = { name: 'rescue-roster', namespace: 'mountain-rescue', version: '12.1.0' };
  return {
    slug: '168-rescue-roster', snapshot, title: 'Core over zones by name, writable root also of the release task, which follows an init container; affinity None, scraped by annotation',
    intent: `
metadata: {name: rescue-roster, namespace: mountain-rescue}
spec:
  labels: {team: rescue}
  annotations: {peaks.example/on-call: hut-seven}
  workload:
    tier: core
    containerImage: registry.peaks.example/rescue-roster:12.1.0
    resources: high-priority-compute
    env: [{name: DB_HOST, value: roster.rescue-data}]
    security: {writableRoot: true}
    init: [{name: maps, containerImage: 'registry.peaks.example/map-check:1.0.2', args: [--strict]}]
    migration:
      workingDir: /srv/roster
      command: [rake, 'db:migrate']
      env: [{name: DB_USER, value: roster_owner}]
      envFrom: [{secretRef: {name: roster-owner}}]
    placement: {spread: zones}
  networking:
    exposure: internal
    sessionAffinity: None
    allowFrom: [{name: hut-board}, {name: pager, namespace: on-call}]
  dependencies: [{name: roster, type: postgres, shared: rescue-data}]
  observability: {metrics: prometheus-standard}
`,
    expected: marked({ labels: { team: 'rescue' }, annotations: { 'peaks.example/on-call': 'hut-seven' } }, [
      serviceAccount(s),
      deployment(s, { replicas: 3, podAnnotations: scrapeAnnotations(8080), pod: without('volumes', corePod(s, [
        without('volumeMounts', serving(s, 'registry.peaks.example/rescue-roster:12.1.0', HIGH, { env: [literal('DB_HOST', 'roster.rescue-data')], securityContext: writableRoot })),
      ], {
        initContainers: [
          besideCore('maps', 'registry.peaks.example/map-check:1.0.2', { args: ['--strict'] }),
          without('volumeMounts', migrationCore('registry.peaks.example/rescue-roster:12.1.0', {
            workingDir: '/srv/roster', command: ['rake', 'db:migrate'], env: [literal('DB_USER', 'roster_owner')], envFrom: [{ secretRef: { name: 'roster-owner' } }],
            securityContext: writableRoot,
          })),
        ],
      })) }),
      sticky(s, 'None', HTTP_SERVICE), budget(s),
      networkPolicy(s, [fromCallers([{ name: 'hut-board' }, { name: 'pager', namespace: 'on-call' }], on(8080)), fromNamespace('monitoring', 8080)],
        [toApp('rescue-data', 'roster', 5432)]),
    ]),
  };
};

export const onBareWide: Accepted[] = [liftTelemetry(), snowcatDispatch(), snowArchive(), rescueRoster()];
