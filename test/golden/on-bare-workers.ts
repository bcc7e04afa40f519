/** Accepted scenarios on bare-1.30 that serve nobody: daemons and workers. */
import type { Accepted } from './scenario.ts';
import {
  BURSTABLE, STANDARD, STANDARD_CORE, autoscaler, besideCore, budget, corePod, daemonSet, deployment, fileMount, filesMap, permitted, pod, podSecurity, port, rolling,
  serviceAccount, silent, spreadPod, tmp, tmpMount, withCapability, type Subject,
} from './workload.ts';
import { fromSecret, inMemory, inline, inlineMount, literal, mount, podField, scratch } from './pieces.ts';
import { fromNamespace, networkPolicy, scrapeAnnotations, toApp, toInternet, toNeighbour, toRange } from './traffic.ts';

const snapshot = 'bare-1.30';

const radarFeed = (): Accepted => {
  const s: Subject = { name: 'radar-feed', namespace: 'coastguard', version: '1.2.0' };
  return {
    slug: '81-radar-feed', snapshot, title: 'Daemon replaced by surge, scraped by annotation on its second port, memory volume, UDP out, node name in its environment',
    intent: `
metadata: {name: radar-feed, namespace: coastguard}
spec:
  workload:
    kind: daemon
    containerImage: registry.corp/coastguard/radar-feed:1.2.0
    resources: burstable
    ports: [{name: feed, containerPort: 7400, protocol: UDP}, {name: stats, containerPort: 7401}]
    env: [{name: NODE_NAME, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]
    volumes: [{name: frames, mountPath: /frames, medium: Memory}]
    rollout: {maxSurge: 1}
  networking: {egress: [{cidr: 172.18.0.0/16, port: 7500, protocol: UDP}]}
  observability: {metricsEndpoint: {port: 7401, path: /stats}}
`,
    expected: [
      serviceAccount(s),
      daemonSet(s, { maxSurge: 1, maxUnavailable: 0 }, { podAnnotations: scrapeAnnotations(7401, '/stats'), pod: pod(s, [
        silent(s, 'registry.corp/coastguard/radar-feed:1.2.0', BURSTABLE, {
          ports: [port('feed', 7400, 'UDP'), port('stats', 7401)], env: [podField('NODE_NAME', 'spec.nodeName')], volumeMounts: [tmpMount, mount('frames', '/frames')],
        }),
      ], { volumes: [tmp, inMemory('frames')] }) }),
      networkPolicy(s, [fromNamespace('monitoring', 7401)], [toRange('172.18.0.0/16', 7500, 'UDP')]),
    ],
  };
};

const deckWatch = (): Accepted => {
  const s: Subject = { name: 'deck-watch', namespace: 'coastguard', version: '6.0.0' };
  return {
    slug: '82-deck-watch', snapshot, title: 'Core daemon without ports: capability, whole Secret, sidecar, priority, rights for an account of others, unavailability in percent',
    intent: `
metadata: {name: deck-watch, namespace: coastguard}
spec:
  workload:
    kind: daemon
    tier: core
    containerImage: registry.corp/coastguard/deck-watch:6.0.0
    files: [{path: /etc/deck-watch/keys, secret: deck-watch-keys}]
    sidecars: [{name: forwarder, containerImage: 'registry.corp/coastguard/forwarder:2.4.4', args: [--quiet]}]
    security: {capabilities: {add: [NET_BIND_SERVICE]}}
    identity:
      serviceAccount: watchkeeper
      permissions: [{apiGroups: [''], resources: [events], verbs: [create]}]
    placement: {tolerations: [{operator: Exists, effect: NoSchedule}]}
    priority: node-watch
    rollout: {maxUnavailable: 20%}
  networking: {egress: [{cidr: 10.96.0.1/32, port: 443}]}
`,
    expected: [
      ...permitted(s, [{ apiGroups: [''], resources: ['events'], verbs: ['create'] }], 'watchkeeper'),
      daemonSet(s, { maxUnavailable: '20%' }, { pod: pod(s, [
        silent(s, 'registry.corp/coastguard/deck-watch:6.0.0', STANDARD_CORE, {
          securityContext: withCapability('NET_BIND_SERVICE'), volumeMounts: [tmpMount, fileMount('file-0', '/etc/deck-watch/keys')],
        }),
        besideCore('forwarder', 'registry.corp/coastguard/forwarder:2.4.4', { args: ['--quiet'] }),
      ], {
        serviceAccountName: 'watchkeeper', automountServiceAccountToken: true, tolerations: [{ operator: 'Exists', effect: 'NoSchedule' }], priorityClassName: 'node-watch',
        volumes: [tmp, fromSecret(0, 'deck-watch-keys')],
      }) }),
      networkPolicy(s, [], [toRange('10.96.0.1/32', 443)]),
    ],
  };
};

const cargoMatcher = (): Accepted => {
  const s: Subject = { name: 'cargo-matcher', namespace: 'freight', version: '9.3.0' };
  return {
    slug: '83-cargo-matcher', snapshot, title: 'Worker without ports under an elastic profile with memory besides, Kafka, Postgres and two neighbours',
    intent: `
metadata: {name: cargo-matcher, namespace: freight}
spec:
  workload:
    kind: worker
    containerImage: registry.corp/freight/cargo-matcher:9.3.0
    resourceRequirements:
      requests: {cpu: 600m, memory: 900Mi}
      limits: {cpu: '2', memory: 1800Mi}
    volumes: [{name: index, mountPath: /index}]
    rollout: {maxSurge: 25%, maxUnavailable: 10%}
  dependencies:
    - {name: offers, type: kafka, shared: messaging}
    - {name: matches, type: postgres, shared: freight-data}
    - {name: route-costs, type: service, port: 50051}
    - {name: carrier-scores, type: service, port: 8088}
  scaling: {profile: elastic, memory: 75}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { strategy: rolling('25%', '10%'), pod: spreadPod(s, [silent(s, 'registry.corp/freight/cargo-matcher:9.3.0', {
        requests: { cpu: '600m', memory: '900Mi' }, limits: { cpu: '2', memory: '1800Mi' },
      }, { volumeMounts: [tmpMount, mount('index', '/index')] })], { volumes: [tmp, scratch('index')] }) }),
      budget(s), autoscaler(s, 'Deployment', 2, 10, 60, 75),
      networkPolicy(s, [], [toApp('messaging', 'offers', 9092), toApp('freight-data', 'matches', 5432), toNeighbour('route-costs', 50051), toNeighbour('carrier-scores', 8088)]),
    ],
  };
};

const signalRelay = (): Accepted => {
  const s: Subject = { name: 'signal-relay', namespace: 'coastguard', version: '3.0.7' };
  const health = (path: string) => ({ httpGet: { path, port: 'ops' } });
  return {
    slug: '84-signal-relay', snapshot, title: 'Core worker with two ports, all three probes stated, exact metrics endpoint by annotation, steady, stopped by a command',
    intent: `
metadata: {name: signal-relay, namespace: coastguard}
spec:
  workload:
    kind: worker
    tier: core
    containerImage: registry.corp/coastguard/signal-relay:3.0.7
    ports: [{name: intake, containerPort: 6969}, {name: ops, containerPort: 6970}]
    probes:
      liveness: {httpGet: {path: /alive, port: ops}}
      readiness: {httpGet: {path: /ready, port: ops}}
      startup: {httpGet: {path: /started, port: ops}}
    files: [{path: /etc/relay.conf, content: "retry 3\\n"}]
    rollout: {preStop: {exec: {command: [/bin/flush, --all]}}, terminationGracePeriodSeconds: 75}
    security: {runAsGroup: 900}
  dependencies: [{name: alerts, type: external, host: alerts.sea-rescue.example, port: 8883}]
  scaling: {profile: steady}
  observability: {metricsEndpoint: {port: 6970}}
`,
    expected: [
      serviceAccount(s), filesMap(s, { 'etc-relay.conf': 'retry 3\n' }),
      deployment(s, { podAnnotations: scrapeAnnotations(6970), pod: corePod(s, [silent(s, 'registry.corp/coastguard/signal-relay:3.0.7', STANDARD_CORE, {
        ports: [port('intake', 6969), port('ops', 6970)], livenessProbe: health('/alive'), readinessProbe: health('/ready'), startupProbe: health('/started'),
        lifecycle: { preStop: { exec: { command: ['/bin/flush', '--all'] } } }, volumeMounts: [tmpMount, inlineMount('/etc/relay.conf', 'etc-relay.conf')],
      })], { securityContext: podSecurity({ runAsGroup: 900 }), terminationGracePeriodSeconds: 75, volumes: [tmp, inline(s, 'etc-relay.conf')] }) }),
      budget(s), autoscaler(s, 'Deployment', 3, 4, 80),
      networkPolicy(s, [fromNamespace('monitoring', 6970)], [toInternet(8883)]),
    ],
  };
};

const idleReplayer = (): Accepted => {
  const s: Subject = { name: 'idle-replayer', namespace: 'freight', version: '0.0.4' };
  return {
    slug: '85-idle-replayer', snapshot, title: 'Worker held at no replica at all, recreate, a command and a variable',
    intent: `
metadata: {name: idle-replayer, namespace: freight}
spec:
  workload:
    kind: worker
    containerImage: registry.corp/freight/replayer:0.0.4
    command: [/replay, --from-start]
    env: [{name: DRY_RUN, value: 'true'}]
    rollout: {type: recreate}
  scaling: {min: 0}
  dependencies: [{name: offers-replay, type: kafka, shared: messaging}]
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 0, strategy: { type: 'Recreate' }, pod: spreadPod(s, [silent(s, 'registry.corp/freight/replayer:0.0.4', STANDARD, {
        command: ['/replay', '--from-start'], env: [literal('DRY_RUN', 'true')],
      })]) }),
      budget(s), networkPolicy(s, [], [toApp('messaging', 'offers-replay', 9092)]),
    ],
  };
};

export const onBareWorkers: Accepted[] = [radarFeed(), deckWatch(), cargoMatcher(), signalRelay(), idleReplayer()];
