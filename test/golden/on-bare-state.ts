/** Accepted scenarios on bare-1.30 that keep data: stateful sets, single writers, shared claims. */
import type { Accepted } from './scenario.ts';
import {
  BURSTABLE, BURSTABLE_CORE, HTTP, STANDARD, STANDARD_CORE, autoscaler, beside, besideCore, budget, claim, claimTemplate, claimed, corePod, deployment, fileMount,
  inPool, liveTcp, onNodes, ofArch, podSecurity, port, probedAt, recreate, serviceAccount, serving, silent, spreadPod, statefulSet, tmp, tmpMount, without,
  writableRoot, type Subject,
} from './workload.ts';
import { fromConfigMap, fromSecret, inMemory, literal, mount, scratch, secretKey } from './pieces.ts';
import {
  HTTP_SERVICE, fromCallers, fromNamespace, fromOwnNamespace, headless, networkPolicy, on, scrapeAnnotations, service, servicePort, toApp, toInternet, toNeighbour, toRange,
} from './traffic.ts';

const snapshot = 'bare-1.30';

const tideStore = (): Accepted => {
  const s: Subject = { name: 'tide-store', namespace: 'hydrography', version: '16.6' };
  return {
    slug: '71-tide-store', snapshot, title: 'Core stateful set without exposure: two claims, an existing one and memory, Secret files, users, scraped by annotation',
    intent: `
metadata: {name: tide-store, namespace: hydrography}
spec:
  workload:
    kind: stateful
    tier: core
    containerImage: docker.io/timescale/timescaledb:16.6
    resources: high-priority-compute
    ports: [{name: sql, containerPort: 5432}, {name: exporter, containerPort: 9187}]
    probes:
      startup: {exec: {command: [pg_isready]}, failureThreshold: 90, periodSeconds: 10}
    volumes:
      - {name: data, mountPath: /var/lib/tides, size: 750Gi, storageClassName: nvme}
      - {name: wal, mountPath: /var/lib/wal, size: 80Gi}
      - {name: charts, mountPath: /charts, claimName: sea-charts}
      - {name: shm, mountPath: /dev/shm, medium: Memory}
    files:
      - {path: /run/pg/tls, secret: tide-store-tls}
      - {path: /run/pg/password, secret: tide-store-admin, key: password, mode: 256}
    security: {runAsUser: 70, runAsGroup: 70, fsGroup: 70}
  observability: {metricsEndpoint: {port: 9187, path: /metrics}}
`,
    expected: [
      serviceAccount(s),
      statefulSet(s, { replicas: 3, podAnnotations: scrapeAnnotations(9187), claims: [claimTemplate('data', '750Gi', { storageClassName: 'nvme' }), claimTemplate('wal', '80Gi')],
        pod: corePod(s, [serving(s, 'docker.io/timescale/timescaledb:16.6', { requests: { cpu: '2', memory: '4Gi' }, limits: { cpu: '2', memory: '4Gi' } }, {
          ports: [port('sql', 5432), port('exporter', 9187)], ...probedAt('sql'), startupProbe: { exec: { command: ['pg_isready'] }, failureThreshold: 90, periodSeconds: 10 },
          volumeMounts: [
            tmpMount, mount('data', '/var/lib/tides'), mount('wal', '/var/lib/wal'), mount('charts', '/charts'), mount('shm', '/dev/shm'),
            fileMount('file-0', '/run/pg/tls'), fileMount('file-1', '/run/pg/password', 'password'),
          ],
        })], {
          securityContext: podSecurity({ runAsUser: 70, runAsGroup: 70, fsGroup: 70 }),
          volumes: [tmp, claimed('charts', 'sea-charts'), inMemory('shm'), fromSecret(0, 'tide-store-tls'), fromSecret(1, 'tide-store-admin', 'password', 256)],
        }) }),
      headless(s, servicePort('sql', 5432), servicePort('exporter', 9187)), budget(s),
      networkPolicy(s, [fromNamespace('monitoring', 9187)]),
    ],
  };
};

const lighthouseRegistry = (): Accepted => {
  const s: Subject = { name: 'lighthouse-registry', namespace: 'hydrography', version: '2.8.3' };
  return {
    slug: '72-lighthouse-registry', snapshot, title: 'Service on a volume that many can write, two replicas by a stated minimum, init container, caller, SSH out',
    intent: `
metadata: {name: lighthouse-registry, namespace: hydrography}
spec:
  workload:
    containerImage: docker.io/library/registry:2.8.3
    resources: burstable
    ports: [{name: registry, containerPort: 5000}]
    env: [{name: REGISTRY_HTTP_SECRET, valueFrom: {secretKeyRef: {name: registry-http, key: secret}}}]
    volumes: [{name: blobs, mountPath: /var/lib/registry, size: 2Ti, storageClassName: shared-nfs, accessModes: [ReadWriteMany]}]
    init: [{name: fsck, containerImage: 'registry.corp/hydro/blob-fsck:0.9.0', args: [--fast], workingDir: /opt/fsck}]
    security: {fsGroup: 5000}
  networking:
    exposure: internal
    allowFrom: [{name: image-builder, namespace: ci}]
    egress: [{host: mirror.charts.example, port: 22}]
  scaling: {min: 2}
`,
    expected: [
      serviceAccount(s), claim(s, 'blobs', '2Ti', { storageClassName: 'shared-nfs', accessModes: ['ReadWriteMany'] }),
      deployment(s, { replicas: 2, strategy: recreate, pod: spreadPod(s, [serving(s, 'docker.io/library/registry:2.8.3', BURSTABLE, {
        ports: [port('registry', 5000)], ...probedAt('registry'), env: [secretKey('REGISTRY_HTTP_SECRET', 'registry-http', 'secret')],
        volumeMounts: [tmpMount, mount('blobs', '/var/lib/registry')],
      })], {
        securityContext: podSecurity({ fsGroup: 5000 }),
        initContainers: [beside('fsck', 'registry.corp/hydro/blob-fsck:0.9.0', { args: ['--fast'], workingDir: '/opt/fsck' })],
        volumes: [tmp, claimed('blobs', 'lighthouse-registry-blobs')],
      }) }),
      service(s, servicePort('registry', 5000)), budget(s),
      networkPolicy(s, [fromCallers([{ name: 'image-builder', namespace: 'ci' }], on(5000))], [toInternet(22)]),
    ],
  };
};

const buoyCache = (): Accepted => {
  const s: Subject = { name: 'buoy-cache', namespace: 'hydrography', version: '1.6.34-alpine' };
  return {
    slug: '73-buoy-cache', snapshot, title: 'Internal stateful set with a writable root and one claim: no scratch volume is left, half of the probes stated',
    intent: `
metadata: {name: buoy-cache, namespace: hydrography}
spec:
  workload:
    kind: stateful
    containerImage: docker.io/library/memcached:1.6.34-alpine
    args: [memcached, -m, '1024']
    ports: [{name: memcache, containerPort: 11211}, {name: memcache-udp, containerPort: 11211, protocol: UDP}]
    probes: {liveness: {tcpSocket: {port: memcache}, initialDelaySeconds: 5, periodSeconds: 30}}
    volumes: [{name: extstore, mountPath: /extstore, size: 15Gi, accessModes: [ReadWriteOncePod]}]
    security: {writableRoot: true, runAsUser: 11211}
  networking: {exposure: internal}
`,
    expected: [
      serviceAccount(s),
      statefulSet(s, { replicas: 2, claims: [claimTemplate('extstore', '15Gi', { accessModes: ['ReadWriteOncePod'] })],
        pod: without('volumes', spreadPod(s, [serving(s, 'docker.io/library/memcached:1.6.34-alpine', STANDARD, {
          args: ['memcached', '-m', '1024'], ports: [port('memcache', 11211), port('memcache-udp', 11211, 'UDP')],
          livenessProbe: { tcpSocket: { port: 'memcache' }, initialDelaySeconds: 5, periodSeconds: 30 }, readinessProbe: { tcpSocket: { port: 'memcache' }, periodSeconds: 10 },
          securityContext: writableRoot, volumeMounts: [mount('extstore', '/extstore')],
        })], { securityContext: podSecurity({ runAsUser: 11211 }) })) }),
      headless(s, servicePort('memcache', 11211), servicePort('memcache-udp', 11211, 'UDP')),
      service(s, servicePort('memcache', 11211), servicePort('memcache-udp', 11211, 'UDP')), budget(s),
      networkPolicy(s, [fromOwnNamespace(on(11211), on(11211, 'UDP'))]),
    ],
  };
};

const pilotLog = (): Accepted => {
  const s: Subject = { name: 'pilot-log', namespace: 'harbour', version: '4.1.2' };
  return {
    slug: '74-pilot-log', snapshot, title: 'Core worker that is the only writer of its volume: one replica, recreate; a service account of others, a sidecar',
    intent: `
metadata: {name: pilot-log, namespace: harbour}
spec:
  workload:
    kind: worker
    tier: core
    containerImage: registry.corp/harbour/pilot-log:4.1.2
    resources: burstable
    command: [/bin/journal]
    args: [--fsync, always]
    volumes:
      - {name: journal, mountPath: /journal, size: 60Gi}
      - {name: staging, mountPath: /staging}
    sidecars: [{name: archiver, containerImage: 'registry.corp/harbour/archiver:1.1.0', envFrom: [{secretRef: {name: archiver-keys}}]}]
    identity: {serviceAccount: harbour-journal}
    rollout: {terminationGracePeriodSeconds: 60}
  dependencies:
    - {name: berth-planner, type: service, port: 9000}
    - {name: cold-archive, type: external, cidr: 10.77.0.0/16, port: 2049}
`,
    expected: [
      claim(s, 'journal', '60Gi'),
      deployment(s, { replicas: 1, strategy: recreate, pod: corePod(s, [
        silent(s, 'registry.corp/harbour/pilot-log:4.1.2', BURSTABLE_CORE, {
          command: ['/bin/journal'], args: ['--fsync', 'always'], volumeMounts: [tmpMount, mount('journal', '/journal'), mount('staging', '/staging')],
        }),
        besideCore('archiver', 'registry.corp/harbour/archiver:1.1.0', { envFrom: [{ secretRef: { name: 'archiver-keys' } }] }),
      ], {
        serviceAccountName: 'harbour-journal', terminationGracePeriodSeconds: 60, volumes: [tmp, claimed('journal', 'pilot-log-journal'), scratch('staging')],
      }) }),
      budget(s),
      networkPolicy(s, [], [toNeighbour('berth-planner', 9000), toRange('10.77.0.0/16', 2049)]),
    ],
  };
};

const soundingTiles = (): Accepted => {
  const s: Subject = { name: 'sounding-tiles', namespace: 'hydrography', version: '1.0.0-beta.3' };
  return {
    slug: '75-sounding-tiles', snapshot, title: 'Core internal stateful set autoscaled from a maximum alone, pool and architecture, tolerations, scraped, Redis',
    intent: `
metadata: {name: sounding-tiles, namespace: hydrography}
spec:
  workload:
    kind: stateful
    tier: core
    containerImage: registry.corp/hydro/sounding-tiles:1.0.0-beta.3
    volumes: [{name: tiles, mountPath: /tiles, size: 120Gi}]
    files: [{path: /etc/tiles/style.json, configMap: tile-style, key: style.json, mode: 292}]
    env: [{name: CACHE, value: 'redis://tile-cache.hydro-data:6379'}]
    probes: {readiness: {httpGet: {path: /tiles/0/0/0, port: http}, periodSeconds: 15}}
    placement:
      nodePool: io
      arch: amd64
      tolerations:
        - {key: io, operator: Exists, effect: NoSchedule}
        - {key: maintenance, operator: Equal, value: planned, effect: NoExecute, tolerationSeconds: 120}
  networking: {exposure: internal, allowFrom: [{name: chart-viewer}, {name: berth-planner, namespace: harbour}]}
  dependencies: [{name: tile-cache, type: redis, shared: hydro-data}]
  scaling: {max: 6}
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      statefulSet(s, { podAnnotations: scrapeAnnotations(8080), claims: [claimTemplate('tiles', '120Gi')], pod: corePod(s, [
        serving(s, 'registry.corp/hydro/sounding-tiles:1.0.0-beta.3', STANDARD_CORE, {
          ports: [HTTP], env: [literal('CACHE', 'redis://tile-cache.hydro-data:6379')], livenessProbe: liveTcp('http'),
          readinessProbe: { httpGet: { path: '/tiles/0/0/0', port: 'http' }, periodSeconds: 15 },
          volumeMounts: [tmpMount, mount('tiles', '/tiles'), fileMount('file-0', '/etc/tiles/style.json', 'style.json')],
        }),
      ], {
        affinity: { nodeAffinity: onNodes(inPool('io'), ofArch('amd64')) },
        tolerations: [
          { key: 'io', operator: 'Exists', effect: 'NoSchedule' }, { key: 'maintenance', operator: 'Equal', value: 'planned', effect: 'NoExecute', tolerationSeconds: 120 },
        ],
        volumes: [tmp, fromConfigMap(0, 'tile-style', 'style.json', 292)],
      }) }),
      headless(s, HTTP_SERVICE), service(s, HTTP_SERVICE), budget(s), autoscaler(s, 'StatefulSet', 3, 6, 75),
      networkPolicy(s, [fromCallers([{ name: 'chart-viewer' }, { name: 'berth-planner', namespace: 'harbour' }], on(8080)), fromNamespace('monitoring', 8080)],
        [toApp('hydro-data', 'tile-cache', 6379)]),
    ],
  };
};

export const onBareState: Accepted[] = [tideStore(), lighthouseRegistry(), buoyCache(), pilotLog(), soundingTiles()];
