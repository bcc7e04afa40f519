/** Accepted scenarios on bare-1.30 that end by themselves: crons and jobs. */
import type { Accepted } from './scenario.ts';
import {
  BURSTABLE, HIGH, STANDARD, beside, claim, claimed, cronJob, fileMount, filesMap, inPool, job, ofArch, onNodes, permitted, pod, podSecurity, serviceAccount, silent,
  tmp, tmpMount, type Subject,
} from './workload.ts';
import { configKey, fromConfigMap, fromSecret, inMemory, inline, inlineMount, literal, mount, scratch, secretKey } from './pieces.ts';
import { networkPolicy, toApp, toInternet, toNeighbour, toRange } from './traffic.ts';

const snapshot = 'bare-1.30';

const dredgeForecast = (): Accepted => {
  const s: Subject = { name: 'dredge-forecast', namespace: 'dredging', version: '2025.06.1' };
  return {
    slug: '76-dredge-forecast', snapshot, title: 'Core cron with exact equal resources, rights of its own, two destinations out and a zone of its own',
    intent: `
metadata: {name: dredge-forecast, namespace: dredging}
spec:
  workload:
    kind: cron
    tier: core
    containerImage: registry.corp/dredging/forecast:2025.06.1
    resourceRequirements:
      requests: {cpu: 1500m, memory: 5Gi}
      limits: {cpu: 1500m, memory: 5Gi}
    schedule: {cron: '20 */6 * * *', timeZone: Asia/Singapore}
    identity:
      permissions:
        - {apiGroups: [''], resources: [configmaps], resourceNames: [sediment-model], verbs: [get, patch]}
        - {apiGroups: [batch], resources: [jobs], verbs: [list]}
  networking:
    egress:
      - {host: api.tides.example, port: 443}
      - {cidr: 10.96.0.1/32, port: 443}
  dependencies: [{name: survey-db, type: postgres, shared: survey}]
`,
    expected: [
      serviceAccount(s),
      ...permitted(s, [
        { apiGroups: [''], resources: ['configmaps'], resourceNames: ['sediment-model'], verbs: ['get', 'patch'] },
        { apiGroups: ['batch'], resources: ['jobs'], verbs: ['list'] },
      ]),
      cronJob(s, { schedule: '20 */6 * * *', timeZone: 'Asia/Singapore' }, { pod: pod(s, [silent(s, 'registry.corp/dredging/forecast:2025.06.1', {
        requests: { cpu: '1500m', memory: '5Gi' }, limits: { cpu: '1500m', memory: '5Gi' },
      })], { automountServiceAccountToken: true }) }),
      networkPolicy(s, [], [toApp('survey', 'survey-db', 5432), toInternet(443), toRange('10.96.0.1/32', 443)]),
    ],
  };
};

const anchorageSweep = (): Accepted => {
  const s: Subject = { name: 'anchorage-sweep', namespace: 'dredging', version: '0.1.9' };
  return {
    slug: '77-anchorage-sweep', snapshot, title: 'Cron that runs as an existing account with rights, in memory, on a pool of one architecture',
    intent: `
metadata: {name: anchorage-sweep, namespace: dredging}
spec:
  workload:
    kind: cron
    containerImage: ghcr.io/dredging/anchorage-sweep:0.1.9
    resources: burstable
    schedule: {cron: '@hourly', concurrencyPolicy: Replace}
    volumes: [{name: sweep, mountPath: /sweep, medium: Memory}]
    identity:
      serviceAccount: sweeper
      permissions: [{apiGroups: [apps], resources: [deployments, statefulsets], verbs: [get, list]}]
    placement: {nodePool: spot, arch: arm64, tolerations: [{key: spot, operator: Exists}]}
  networking: {egress: [{cidr: 10.96.0.1/32, port: 443}]}
`,
    expected: [
      ...permitted(s, [{ apiGroups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: ['get', 'list'] }], 'sweeper'),
      cronJob(s, { schedule: '@hourly', concurrencyPolicy: 'Replace' }, { pod: pod(s, [silent(s, 'ghcr.io/dredging/anchorage-sweep:0.1.9', BURSTABLE, {
        volumeMounts: [tmpMount, mount('sweep', '/sweep')],
      })], {
        serviceAccountName: 'sweeper', automountServiceAccountToken: true, affinity: { nodeAffinity: onNodes(inPool('spot'), ofArch('arm64')) },
        tolerations: [{ key: 'spot', operator: 'Exists' }], volumes: [tmp, inMemory('sweep')],
      }) }),
      networkPolicy(s, [], [toRange('10.96.0.1/32', 443)]),
    ],
  };
};

const hullInspection = (): Accepted => {
  const s: Subject = { name: 'hull-inspection', namespace: 'shipyard', version: '12' };
  return {
    slug: '78-hull-inspection', snapshot, title: 'Job with init, sidecar, and files of all three sources; priority class, pull secret, working directory',
    intent: `
metadata: {name: hull-inspection, namespace: shipyard}
spec:
  workload:
    kind: job
    containerImage: registry.yard.example:5000/inspection/hull:12
    workingDir: /inspect
    command: [python3, inspect.py]
    env: [{name: VESSEL, valueFrom: {configMapKeyRef: {name: dock-state, key: vessel}}}]
    files:
      - {path: /inspect/thresholds.yaml, configMap: hull-thresholds}
      - {path: /inspect/plan.txt, content: "port\\nstarboard\\n"}
      - {path: /inspect/token, secret: inspection-token, key: token, mode: 256}
    init: [{name: fetch-scans, containerImage: 'registry.yard.example:5000/inspection/fetch:3.0', envFrom: [{secretRef: {name: scan-bucket}}]}]
    sidecars: [{name: uploader, containerImage: 'registry.yard.example:5000/inspection/upload:3.0', args: [--exit-with-main]}]
    pullSecrets: [{name: yard-registry}]
    priority: yard-deadline
  dependencies: [{name: scans, type: external, host: scans.storage.example}]
`,
    expected: [
      serviceAccount(s), filesMap(s, { 'inspect-plan.txt': 'port\nstarboard\n' }),
      job(s, { pod: pod(s, [
        silent(s, 'registry.yard.example:5000/inspection/hull:12', STANDARD, {
          workingDir: '/inspect', command: ['python3', 'inspect.py'], env: [configKey('VESSEL', 'dock-state', 'vessel')],
          volumeMounts: [
            tmpMount, fileMount('file-0', '/inspect/thresholds.yaml'), inlineMount('/inspect/plan.txt', 'inspect-plan.txt'), fileMount('file-2', '/inspect/token', 'token'),
          ],
        }),
        beside('uploader', 'registry.yard.example:5000/inspection/upload:3.0', { args: ['--exit-with-main'] }),
      ], {
        initContainers: [beside('fetch-scans', 'registry.yard.example:5000/inspection/fetch:3.0', { envFrom: [{ secretRef: { name: 'scan-bucket' } }] })],
        imagePullSecrets: [{ name: 'yard-registry' }], priorityClassName: 'yard-deadline',
        volumes: [tmp, fromConfigMap(0, 'hull-thresholds'), inline(s, 'inspect-plan.txt'), fromSecret(2, 'inspection-token', 'token', 256)],
      }) }),
      networkPolicy(s, [], [toInternet(443)]),
    ],
  };
};

const wakeSimulation = (): Accepted => {
  const s: Subject = { name: 'wake-simulation', namespace: 'shipyard', version: '0.3.0' };
  return {
    slug: '79-wake-simulation', snapshot, title: 'High-priority core job on a new claim, an existing one and scratch space, where no zone is full; group and grace period',
    intent: `
metadata: {name: wake-simulation, namespace: shipyard}
spec:
  workload:
    kind: job
    tier: core
    containerImage: registry.yard.example:5000/sim/wake:0.3.0
    resources: high-priority-compute
    args: [--mesh, fine]
    volumes:
      - {name: mesh, mountPath: /mesh, size: 90Gi, storageClassName: scratch-ssd}
      - {name: hulls, mountPath: /hulls, claimName: hull-models}
      - {name: out, mountPath: /out}
    security: {runAsUser: 6100, fsGroup: 6100}
    rollout: {terminationGracePeriodSeconds: 600}
  dependencies:
    - {name: licence-server, type: service, port: 27000, shared: licences}
    - {name: results, type: service, port: 8080}
`,
    expected: [
      serviceAccount(s), claim(s, 'mesh', '90Gi', { storageClassName: 'scratch-ssd' }),
      job(s, { pod: pod(s, [silent(s, 'registry.yard.example:5000/sim/wake:0.3.0', HIGH, {
        args: ['--mesh', 'fine'], volumeMounts: [tmpMount, mount('mesh', '/mesh'), mount('hulls', '/hulls'), mount('out', '/out')],
      })], {
        securityContext: podSecurity({ runAsUser: 6100, fsGroup: 6100 }), terminationGracePeriodSeconds: 600,
        volumes: [tmp, claimed('mesh', 'wake-simulation-mesh'), claimed('hulls', 'hull-models'), scratch('out')],
      }) }),
      networkPolicy(s, [], [toApp('licences', 'licence-server', 27000), toNeighbour('results', 8080)]),
    ],
  };
};

const portStatistics = (): Accepted => {
  const s: Subject = { name: 'port-statistics', namespace: 'harbour', version: '20250601' };
  return {
    slug: '80-port-statistics', snapshot, title: 'Cron that may overlap, with MySQL, Redis and Kafka, a password and a mail relay by range over two protocols',
    intent: `
metadata: {name: port-statistics, namespace: harbour}
spec:
  workload:
    kind: cron
    containerImage: registry.corp/harbour/port-statistics:20250601
    schedule: {cron: '5 6 1 * *', timeZone: Etc/UTC, concurrencyPolicy: Allow}
    args: [--month, previous]
    env:
      - {name: REPORT_TO, value: harbourmaster@port.example}
      - {name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: statistics-db, key: password}}}
  networking:
    egress:
      - {cidr: 10.12.4.25/32, port: 25}
      - {cidr: 10.12.4.0/24, port: 514, protocol: UDP}
  dependencies:
    - {name: statistics, type: mysql, shared: harbour-data}
    - {name: counters, type: redis, shared: harbour-data}
    - {name: movements, type: kafka, shared: messaging}
`,
    expected: [
      serviceAccount(s),
      cronJob(s, { schedule: '5 6 1 * *', timeZone: 'Etc/UTC', concurrencyPolicy: 'Allow' }, { pod: pod(s, [
        silent(s, 'registry.corp/harbour/port-statistics:20250601', STANDARD, {
          args: ['--month', 'previous'], env: [literal('REPORT_TO', 'harbourmaster@port.example'), secretKey('DB_PASSWORD', 'statistics-db', 'password')],
        }),
      ]) }),
      networkPolicy(s, [], [
        toApp('harbour-data', 'statistics', 3306), toApp('harbour-data', 'counters', 6379), toApp('messaging', 'movements', 9092),
        toRange('10.12.4.25/32', 25), toRange('10.12.4.0/24', 514, 'UDP'),
      ]),
    ],
  };
};

export const onBareBatch: Accepted[] = [dredgeForecast(), anchorageSweep(), hullInspection(), wakeSimulation(), portStatistics()];
