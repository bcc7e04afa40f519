/** Further accepted scenarios on cnpg-keda that serve nobody: workers and a daemon. */
import type { Accepted } from './scenario.ts';
import {
  BURSTABLE_CORE, HIGH, STANDARD, autoscaler, beside, budget, claim, claimed, corePod, daemonSet, deployment, fileMount, inPool, onNodes, pod, port, recreate, rolling,
  serviceAccount, silent, spreadPod, tmp, tmpMount, type Subject,
} from './workload.ts';
import { fromConfigMap, literal, mount, podField } from './pieces.ts';
import { fromNamespace, networkPolicy, ownPostgres, scrapeAnnotations, toApp, toCluster, toInternet, toRange } from './traffic.ts';

const snapshot = 'cnpg-keda';

const pestAlerts = (): Accepted => {
  const s: Subject = { name: 'pest-alerts', namespace: 'agronomy', version: '1.41.0' };
  return {
    slug: '140-pest-alerts', snapshot, title: 'Core worker, steady, own Postgres on three instances, Kafka, Redis, a service elsewhere and a push gateway by host',
    intent: `
metadata: {name: pest-alerts, namespace: agronomy}
spec:
  workload:
    kind: worker
    tier: core
    containerImage: registry.agronomy.example:8443/pest-alerts:1.41.0
    resources: burstable
    env: [{name: SHARD, valueFrom: {fieldRef: {fieldPath: metadata.uid}}}, {name: LANG, value: C.UTF-8}]
    rollout: {maxUnavailable: 1}
  dependencies:
    - {name: sightings, type: postgres, size: 22Gi}
    - {name: trap-events, type: kafka, shared: agri-stream}
    - {name: alert-dedup, type: redis, shared: agri-cache}
    - {name: field-reports, type: service, port: 8080, shared: farming}
    - {name: push, type: external, host: push.mobile.example, port: 5228}
  scaling: {profile: steady}
`,
    expected: [
      serviceAccount(s), ownPostgres(s, 'sightings', 3, '22Gi'),
      deployment(s, { strategy: rolling(1, 1), pod: corePod(s, [silent(s, 'registry.agronomy.example:8443/pest-alerts:1.41.0', BURSTABLE_CORE, {
        env: [podField('SHARD', 'metadata.uid'), literal('LANG', 'C.UTF-8')],
      })]) }),
      budget(s), autoscaler(s, 'Deployment', 3, 4, 80),
      networkPolicy(s, [], [
        toCluster('pest-alerts-sightings'), toApp('agri-stream', 'trap-events', 9092), toApp('agri-cache', 'alert-dedup', 6379), toApp('farming', 'field-reports', 8080),
        toInternet(5228),
      ]),
    ],
  };
};

const tractorIngest = (): Accepted => {
  const s: Subject = { name: 'tractor-ingest', namespace: 'machinery', version: '0.2.0-alpha' };
  return {
    slug: '141-tractor-ingest', snapshot, title: 'Worker with three ports, scraped by annotation on the second, readiness alone stated, surge in percent, sidecar, fixed replicas',
    intent: `
metadata: {name: tractor-ingest, namespace: machinery}
spec:
  workload:
    kind: worker
    containerImage: registry.machinery.example/tractor-ingest:0.2.0-alpha
    ports: [{name: coap, containerPort: 5683, protocol: UDP}, {name: metrics, containerPort: 9464}, {name: admin, containerPort: 9465}]
    probes: {readiness: {tcpSocket: {port: admin}, successThreshold: 2}}
    sidecars: [{name: batcher, containerImage: 'registry.machinery.example/batcher:0.2.0', command: [batch], envFrom: [{configMapRef: {name: batch-sizes}}]}]
    rollout: {maxSurge: 75%}
  dependencies: [{name: telemetry, type: kafka, shared: agri-stream}]
  scaling: {min: 6}
  observability: {metricsEndpoint: {port: 9464}}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 6, strategy: rolling('75%'), podAnnotations: scrapeAnnotations(9464), pod: spreadPod(s, [
        silent(s, 'registry.machinery.example/tractor-ingest:0.2.0-alpha', STANDARD, {
          ports: [port('coap', 5683, 'UDP'), port('metrics', 9464), port('admin', 9465)], readinessProbe: { tcpSocket: { port: 'admin' }, successThreshold: 2 },
        }),
        beside('batcher', 'registry.machinery.example/batcher:0.2.0', { command: ['batch'], envFrom: [{ configMapRef: { name: 'batch-sizes' } }] }),
      ]) }),
      budget(s), networkPolicy(s, [fromNamespace('monitoring', 9464)], [toApp('agri-stream', 'telemetry', 9092)]),
    ],
  };
};

const siloProbe = (): Accepted => {
  const s: Subject = { name: 'silo-probe', namespace: 'machinery', version: '1.0.0' };
  return {
    slug: '142-silo-probe', snapshot, title: 'High-priority daemon with a shared Postgres, scraped by annotation, whole ConfigMap, pool, two nodes of surge, pull secret',
    intent: `
metadata: {name: silo-probe, namespace: machinery}
spec:
  workload:
    kind: daemon
    containerImage: registry.machinery.example/silo-probe:1.0.0
    resources: high-priority-compute
    ports: [{name: metrics, containerPort: 9797}]
    files: [{path: /etc/silo, configMap: silo-levels}]
    placement: {nodePool: edge}
    rollout: {maxSurge: 2}
    pullSecrets: [{name: machinery-registry}]
  dependencies: [{name: silo-history, type: postgres, shared: agri-data}]
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      daemonSet(s, { maxSurge: 2, maxUnavailable: 0 }, { podAnnotations: scrapeAnnotations(9797), pod: pod(s, [silent(s, 'registry.machinery.example/silo-probe:1.0.0', HIGH, {
        ports: [port('metrics', 9797)], volumeMounts: [tmpMount, fileMount('file-0', '/etc/silo')],
      })], {
        affinity: { nodeAffinity: onNodes(inPool('edge')) }, imagePullSecrets: [{ name: 'machinery-registry' }], volumes: [tmp, fromConfigMap(0, 'silo-levels')],
      }) }),
      networkPolicy(s, [fromNamespace('monitoring', 9797)], [toCluster('silo-history', 'agri-data')]),
    ],
  };
};

const dronePlanner = (): Accepted => {
  const s: Subject = { name: 'drone-planner', namespace: 'machinery', version: '0.11.3' };
  return {
    slug: '144-drone-planner', snapshot, title: 'Worker that is the only writer of its volume beside its own Postgres, probes over a command, stopped by a pause',
    intent: `
metadata: {name: drone-planner, namespace: machinery}
spec:
  workload:
    kind: worker
    containerImage: registry.machinery.example/drone-planner:0.11.3
    volumes: [{name: terrain, mountPath: /terrain, size: 110Gi}]
    probes:
      liveness: {exec: {command: [planner, ping]}, periodSeconds: 45, failureThreshold: 2}
      startup: {exec: {command: [planner, loaded]}, failureThreshold: 60, periodSeconds: 5}
    rollout: {preStop: {sleep: {seconds: 12}}, terminationGracePeriodSeconds: 90}
  networking: {egress: [{cidr: 10.150.0.0/18, port: 14550, protocol: UDP}]}
  dependencies: [{name: missions, type: postgres, size: 9Gi}]
`,
    expected: [
      serviceAccount(s), claim(s, 'terrain', '110Gi'), ownPostgres(s, 'missions', 1, '9Gi'),
      deployment(s, { replicas: 1, strategy: recreate, pod: spreadPod(s, [silent(s, 'registry.machinery.example/drone-planner:0.11.3', STANDARD, {
        livenessProbe: { exec: { command: ['planner', 'ping'] }, periodSeconds: 45, failureThreshold: 2 },
        startupProbe: { exec: { command: ['planner', 'loaded'] }, failureThreshold: 60, periodSeconds: 5 },
        lifecycle: { preStop: { sleep: { seconds: 12 } } }, volumeMounts: [tmpMount, mount('terrain', '/terrain')],
      })], { terminationGracePeriodSeconds: 90, volumes: [tmp, claimed('terrain', 'drone-planner-terrain')] }) }),
      budget(s), networkPolicy(s, [], [toCluster('drone-planner-missions'), toRange('10.150.0.0/18', 14550, 'UDP')]),
    ],
  };
};

export const onCnpgWorkers: Accepted[] = [pestAlerts(), tractorIngest(), siloProbe(), dronePlanner()];
