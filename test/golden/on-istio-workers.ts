/** Further accepted scenarios on istio-gateway outside the mesh: workers, daemons and a service that nobody calls, around the full zone. */
import type { Accepted } from './scenario.ts';
import {
  HIGH, STANDARD_CORE, autoscaler, awayFromZoneB, besideCore, budget, claim, claimed, corePod, daemonSet, deployment, fileMount, inPool, ofArch, onNodes, permitted,
  pod, port, recreate, serviceAccount, serving, silent, spreadPod, tmp, tmpMount, withCapability, writableRoot, type Subject,
} from './workload.ts';
import { fromConfigMap, inMemory, literal, mount, scratch } from './pieces.ts';
import { fromNamespace, networkPolicy, podMonitor, toApp, toInternet, toNeighbour, toRange } from './traffic.ts';

const snapshot = 'istio-gateway';

const posterRender = (): Accepted => {
  const s: Subject = { name: 'poster-render', namespace: 'artwork', version: '3.5.1' };
  return {
    slug: '98-poster-render', snapshot, title: 'High-priority worker of one pool and architecture, elastic, scraped from its pods, memory and scratch volumes',
    intent: `
metadata: {name: poster-render, namespace: artwork}
spec:
  workload:
    kind: worker
    containerImage: registry.corp/artwork/poster-render:3.5.1
    resources: high-priority-compute
    ports: [{name: health, containerPort: 8099}]
    probes: {readiness: {httpGet: {path: /, port: health}}}
    volumes: [{name: canvas, mountPath: /canvas, medium: Memory}, {name: fonts, mountPath: /fonts}]
    placement:
      nodePool: render
      arch: arm64
      tolerations: [{key: render, operator: Exists}, {key: spot, operator: Exists, effect: NoSchedule}]
  dependencies:
    - {name: artwork-jobs, type: redis, shared: artwork-data}
    - {name: artwork-store, type: external, host: artwork.objects.example}
  scaling: {profile: elastic}
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { pod: spreadPod(s, [silent(s, 'registry.corp/artwork/poster-render:3.5.1', HIGH, {
        ports: [port('health', 8099)], readinessProbe: { httpGet: { path: '/', port: 'health' } },
        volumeMounts: [tmpMount, mount('canvas', '/canvas'), mount('fonts', '/fonts')],
      })], {
        affinity: { nodeAffinity: { ...awayFromZoneB, ...onNodes(inPool('render'), ofArch('arm64')) } },
        tolerations: [{ key: 'render', operator: 'Exists' }, { key: 'spot', operator: 'Exists', effect: 'NoSchedule' }],
        volumes: [tmp, inMemory('canvas'), scratch('fonts')],
      }) }),
      budget(s), autoscaler(s, 'Deployment', 2, 10, 60), podMonitor(s, 'health'),
      networkPolicy(s, [fromNamespace('monitoring', 8099)], [toApp('artwork-data', 'artwork-jobs', 6379), toInternet(443)]),
    ],
  };
};

const gateScanner = (): Accepted => {
  const s: Subject = { name: 'gate-scanner', namespace: 'venue-edge', version: '2025.5' };
  return {
    slug: '99-gate-scanner', snapshot, title: 'High-priority daemon that prefers the zones with room, of one architecture, replaced by surge in percent, own metrics path',
    intent: `
metadata: {name: gate-scanner, namespace: venue-edge}
spec:
  workload:
    kind: daemon
    containerImage: registry.corp/venue-edge/gate-scanner:2025.5
    resources: high-priority-compute
    ports: [{name: metrics, containerPort: 9750}]
    placement: {arch: amd64}
    rollout: {maxSurge: 10%}
  dependencies: [{name: turnstile-api, type: service, port: 8080, shared: theatre}]
  observability: {metricsEndpoint: {port: 9750, path: /scan}}
`,
    expected: [
      serviceAccount(s),
      daemonSet(s, { maxSurge: '10%', maxUnavailable: 0 }, { pod: pod(s, [silent(s, 'registry.corp/venue-edge/gate-scanner:2025.5', HIGH, { ports: [port('metrics', 9750)] })], {
        affinity: { nodeAffinity: { ...awayFromZoneB, ...onNodes(ofArch('amd64')) } },
      }) }),
      podMonitor(s, 'metrics', '/scan'), networkPolicy(s, [fromNamespace('monitoring', 9750)], [toApp('theatre', 'turnstile-api', 8080)]),
    ],
  };
};

const resaleSweeper = (): Accepted => {
  const s: Subject = { name: 'resale-sweeper', namespace: 'treasury', version: '1.1.1' };
  return {
    slug: '102-resale-sweeper', snapshot, title: 'High-priority core worker on its own volume: one replica, recreate, full zone avoided, init container, two exchanges',
    intent: `
metadata: {name: resale-sweeper, namespace: treasury}
spec:
  workload:
    kind: worker
    tier: core
    containerImage: registry.corp/treasury/resale-sweeper:1.1.1
    resources: high-priority-compute
    volumes: [{name: offsets, mountPath: /offsets, size: 1Gi}]
    init: [{name: restore, containerImage: 'registry.corp/treasury/restore:1.0.0', command: [/restore], env: [{name: TARGET, value: /offsets}]}]
  dependencies:
    - {name: exchange-a, type: external, host: a.resale.example, port: 8443}
    - {name: exchange-b, type: external, host: b.resale.example}
    - {name: resale-events, type: kafka, shared: event-bus}
`,
    expected: [
      serviceAccount(s), claim(s, 'offsets', '1Gi'),
      deployment(s, { replicas: 1, strategy: recreate, pod: corePod(s, [silent(s, 'registry.corp/treasury/resale-sweeper:1.1.1', HIGH, {
        volumeMounts: [tmpMount, mount('offsets', '/offsets')],
      })], {
        affinity: { nodeAffinity: awayFromZoneB },
        initContainers: [besideCore('restore', 'registry.corp/treasury/restore:1.0.0', { command: ['/restore'], env: [literal('TARGET', '/offsets')] })],
        volumes: [tmp, claimed('offsets', 'resale-sweeper-offsets')],
      }) }),
      budget(s), networkPolicy(s, [], [toInternet(8443), toInternet(443), toApp('event-bus', 'resale-events', 9092)]),
    ],
  };
};

const crowdCounter = (): Accepted => {
  const s: Subject = { name: 'crowd-counter', namespace: 'venue-edge', version: '4.0.0' };
  return {
    slug: '103-crowd-counter', snapshot, title: 'Core daemon with a privileged UDP port, rights of its own, whole ConfigMap, tolerations, scraped on the second port',
    intent: `
metadata: {name: crowd-counter, namespace: venue-edge}
spec:
  workload:
    kind: daemon
    tier: core
    containerImage: registry.corp/venue-edge/crowd-counter:4.0.0
    ports: [{name: snmp, containerPort: 161, protocol: UDP}, {name: metrics, containerPort: 9161}]
    probes: {liveness: {tcpSocket: {port: metrics}}}
    files: [{path: /etc/crowd, configMap: crowd-zones}]
    security: {capabilities: {add: [NET_BIND_SERVICE]}}
    identity: {permissions: [{apiGroups: [''], resources: [pods], verbs: [get, list]}]}
    placement: {tolerations: [{key: gate, operator: Equal, value: north, effect: NoSchedule}, {key: gate, operator: Equal, value: south, effect: NoSchedule}]}
  networking: {egress: [{cidr: 10.96.0.1/32, port: 443}, {cidr: 10.60.0.0/14, port: 161, protocol: UDP}]}
  observability: {metricsEndpoint: {port: 9161}}
`,
    expected: [
      serviceAccount(s), ...permitted(s, [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }]),
      daemonSet(s, { maxUnavailable: 1 }, { pod: pod(s, [silent(s, 'registry.corp/venue-edge/crowd-counter:4.0.0', STANDARD_CORE, {
        ports: [port('snmp', 161, 'UDP'), port('metrics', 9161)], livenessProbe: { tcpSocket: { port: 'metrics' } }, securityContext: withCapability('NET_BIND_SERVICE'),
        volumeMounts: [tmpMount, fileMount('file-0', '/etc/crowd')],
      })], {
        automountServiceAccountToken: true,
        tolerations: [
          { key: 'gate', operator: 'Equal', value: 'north', effect: 'NoSchedule' }, { key: 'gate', operator: 'Equal', value: 'south', effect: 'NoSchedule' },
        ],
        volumes: [tmp, fromConfigMap(0, 'crowd-zones')],
      }) }),
      podMonitor(s, 'metrics'),
      networkPolicy(s, [fromNamespace('monitoring', 9161)], [toRange('10.96.0.1/32', 443), toRange('10.60.0.0/14', 161, 'UDP')]),
    ],
  };
};

const lightingDesk = (): Accepted => {
  const s: Subject = { name: 'lighting-desk', namespace: 'broadcast', version: '10.2.0' };
  return {
    slug: '104-lighting-desk', snapshot, title: 'Core service without exposure: writable root beside an existing claim, steady, pool, startup probe, stopped over HTTP',
    intent: `
metadata: {name: lighting-desk, namespace: broadcast}
spec:
  workload:
    containerImage: registry.broadcast.example/lighting-desk:10.2.0
    tier: core
    ports: [{name: artnet, containerPort: 6454}]
    probes: {startup: {tcpSocket: {port: artnet}, failureThreshold: 20}}
    volumes: [{name: shows, mountPath: /shows, claimName: show-files}]
    security: {writableRoot: true}
    placement: {nodePool: studio}
    rollout: {preStop: {httpGet: {path: /blackout, port: artnet}}, terminationGracePeriodSeconds: 20}
    sidecars: [{name: clock, containerImage: 'registry.broadcast.example/timecode:1.0.0'}]
  networking: {egress: [{cidr: 10.99.0.0/20, port: 6454, protocol: UDP}]}
  dependencies: [{name: stage-stream, type: service, port: 8090}]
  scaling: {profile: steady}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { pod: corePod(s, [
        serving(s, 'registry.broadcast.example/lighting-desk:10.2.0', STANDARD_CORE, {
          ports: [port('artnet', 6454)], livenessProbe: { tcpSocket: { port: 'artnet' }, periodSeconds: 20 }, readinessProbe: { tcpSocket: { port: 'artnet' }, periodSeconds: 10 },
          startupProbe: { tcpSocket: { port: 'artnet' }, failureThreshold: 20 }, securityContext: writableRoot,
          lifecycle: { preStop: { httpGet: { path: '/blackout', port: 'artnet' } } }, volumeMounts: [mount('shows', '/shows')],
        }),
        besideCore('clock', 'registry.broadcast.example/timecode:1.0.0'),
      ], { affinity: { nodeAffinity: onNodes(inPool('studio')) }, terminationGracePeriodSeconds: 20, volumes: [claimed('shows', 'show-files')] }) }),
      budget(s), autoscaler(s, 'Deployment', 3, 4, 80),
      networkPolicy(s, [], [toNeighbour('stage-stream', 8090), toRange('10.99.0.0/20', 6454, 'UDP')]),
    ],
  };
};

export const onIstioWorkers: Accepted[] = [posterRender(), gateScanner(), resaleSweeper(), crowdCounter(), lightingDesk()];
