/** Further accepted scenarios on istio-gateway that the cluster alone reaches, or nobody: tokens and mutual TLS inside, state behind them. */
import type { Accepted } from './scenario.ts';
import {
  BURSTABLE, HIGH, STANDARD, autoscaler, awayFromZoneB, budget, claimTemplate, claimed, corePod, deployment, fileMount, permitted, podSecurity, port,
  probedAt, rolling, serviceAccount, serving, spreadPod, statefulSet, tmp, tmpMount, type Subject,
} from './workload.ts';
import { fromSecret, inMemory, mount } from './pieces.ts';
import {
  HTTP_SERVICE, LOGIN, exempt, fromCallers, fromNamespace, fromOwnNamespace, headless, injected, networkPolicy, on, podMonitor, scrape, service, serviceMonitor,
  servicePort, strictPeers, toApp, toIstiod, toRange, tokenHolders, tokens,
} from './traffic.ts';

const snapshot = 'istio-gateway';

const usherRoster = (): Accepted => {
  const s: Subject = { name: 'usher-roster', namespace: 'theatre', version: '1.12.0' };
  return {
    slug: '92-usher-roster', snapshot, title: 'Internal tokens with exempt paths and callers, an existing claim, an account of others, no metrics',
    intent: `
metadata: {name: usher-roster, namespace: theatre}
spec:
  workload:
    containerImage: registry.corp/theatre/usher-roster:1.12.0
    volumes: [{name: rosters, mountPath: /rosters, claimName: staff-share}]
    identity: {serviceAccount: staff-reader}
  networking:
    exposure: internal
    authPolicy: jwt-validated
    exemptPaths: [/ping]
    allowFrom: [{name: payroll, namespace: people}, {name: stage-door}]
`,
    expected: [
      deployment(s, { replicas: 2, podLabels: injected, pod: spreadPod(s, [serving(s, 'registry.corp/theatre/usher-roster:1.12.0', STANDARD, {
        volumeMounts: [tmpMount, mount('rosters', '/rosters')],
      })], { serviceAccountName: 'staff-reader', volumes: [tmp, claimed('rosters', 'staff-share')] }) }),
      service(s, HTTP_SERVICE), budget(s), tokens(s, LOGIN), tokenHolders(s, exempt('/ping')),
      networkPolicy(s, [fromCallers([{ name: 'payroll', namespace: 'people' }, { name: 'stage-door' }], on(8080))], [toIstiod]),
    ],
  };
};

const boxSettlement = (): Accepted => {
  const s: Subject = { name: 'box-settlement', namespace: 'theatre', version: '8.0.3' };
  return {
    slug: '93-box-settlement', snapshot, title: 'Core in mutual TLS with exact resources, five dependencies of five types, metrics on the second port, surge in percent',
    intent: `
metadata: {name: box-settlement, namespace: theatre}
spec:
  workload:
    containerImage: registry.corp/theatre/box-settlement:8.0.3
    tier: core
    resourceRequirements:
      requests: {cpu: 700m, memory: 1200Mi}
      limits: {cpu: 700m, memory: 1200Mi}
    ports: [{name: grpc, containerPort: 50055, appProtocol: grpc}, {name: prom, containerPort: 9404}]
    probes:
      liveness: {grpc: {port: 50055}}
      readiness: {grpc: {port: 50055}, periodSeconds: 5}
    rollout: {maxSurge: 30%}
  networking: {exposure: internal, authPolicy: mtls}
  dependencies:
    - {name: takings, type: postgres, shared: theatre-data}
    - {name: legacy-takings, type: mysql, shared: theatre-data}
    - {name: locks, type: redis, shared: theatre-data}
    - {name: sales, type: kafka, shared: event-bus}
    - {name: clearing-house, type: external, cidr: 203.0.113.64/27}
  observability: {metricsEndpoint: {port: 9404}}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 3, strategy: rolling('30%'), podLabels: injected, pod: corePod(s, [serving(s, 'registry.corp/theatre/box-settlement:8.0.3', {
        requests: { cpu: '700m', memory: '1200Mi' }, limits: { cpu: '700m', memory: '1200Mi' },
      }, {
        ports: [port('grpc', 50055), port('prom', 9404)], livenessProbe: { grpc: { port: 50055 } }, readinessProbe: { grpc: { port: 50055 }, periodSeconds: 5 },
      })]) }),
      service(s, servicePort('grpc', 50055, 'TCP', 'grpc'), servicePort('prom', 9404)), budget(s), strictPeers(s), serviceMonitor(s, 'prom'),
      networkPolicy(s, [fromOwnNamespace(on(50055), on(9404)), fromNamespace('monitoring', 9404)], [
        toIstiod, toApp('theatre-data', 'takings', 5432), toApp('theatre-data', 'legacy-takings', 3306), toApp('theatre-data', 'locks', 6379),
        toApp('event-bus', 'sales', 9092), toRange('203.0.113.64/27', 443),
      ]),
    ],
  };
};

const encoreRewards = (): Accepted => {
  const s: Subject = { name: 'encore-rewards', namespace: 'discovery', version: '0.9.9' };
  return {
    slug: '94-encore-rewards', snapshot, title: 'Tokens on a service that is not exposed, scraped from its pods, fixed replicas',
    intent: `
metadata: {name: encore-rewards, namespace: discovery}
spec:
  workload: {containerImage: 'ghcr.io/discovery/encore-rewards:0.9.9', resources: burstable}
  networking: {authPolicy: jwt-validated, audiences: [rewards]}
  scaling: {min: 3}
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 3, podLabels: injected, pod: spreadPod(s, [serving(s, 'ghcr.io/discovery/encore-rewards:0.9.9', BURSTABLE)]) }),
      budget(s), tokens(s, { ...LOGIN, audiences: ['rewards'] }), tokenHolders(s, scrape()), podMonitor(s),
      networkPolicy(s, [fromNamespace('monitoring', 8080)], [toIstiod]),
    ],
  };
};

const queueWarden = (): Accepted => {
  const s: Subject = { name: 'queue-warden', namespace: 'theatre', version: '2.2.0' };
  return {
    slug: '95-queue-warden', snapshot, title: 'Core stateful set behind tokens with exempt paths, claim, memory and Secret file, own metrics path, exact autoscaling',
    intent: `
metadata: {name: queue-warden, namespace: theatre}
spec:
  workload:
    kind: stateful
    tier: core
    containerImage: registry.corp/theatre/queue-warden:2.2.0
    resources: high-priority-compute
    ports: [{name: http, containerPort: 8080}, {name: gossip, containerPort: 7946}, {name: gossip-udp, containerPort: 7946, protocol: UDP}]
    volumes:
      - {name: queue, mountPath: /var/queue, size: 35Gi, accessModes: [ReadWriteOncePod]}
      - {name: ring, mountPath: /ring, medium: Memory}
    files: [{path: /etc/warden/seal.key, secret: warden-seal, key: seal.key, mode: 256}]
    placement: {tolerations: [{key: sale-day, operator: Equal, value: 'yes', effect: NoSchedule}]}
  networking:
    exposure: internal
    authPolicy: jwt-validated
    audiences: [queue]
    exemptPaths: [/join, /position/*, /healthz]
  scaling: {min: 3, max: 9, cpu: 40}
  observability: {metricsEndpoint: {port: 8080, path: /admin/metrics}}
`,
    expected: [
      serviceAccount(s),
      statefulSet(s, { podLabels: injected, claims: [claimTemplate('queue', '35Gi', { accessModes: ['ReadWriteOncePod'] })], pod: corePod(s, [
        serving(s, 'registry.corp/theatre/queue-warden:2.2.0', HIGH, {
          ports: [port('http', 8080), port('gossip', 7946), port('gossip-udp', 7946, 'UDP')],
          volumeMounts: [tmpMount, mount('queue', '/var/queue'), mount('ring', '/ring'), fileMount('file-0', '/etc/warden/seal.key', 'seal.key')],
        }),
      ], {
        affinity: { nodeAffinity: awayFromZoneB }, tolerations: [{ key: 'sale-day', operator: 'Equal', value: 'yes', effect: 'NoSchedule' }],
        volumes: [tmp, inMemory('ring'), fromSecret(0, 'warden-seal', 'seal.key', 256)],
      }) }),
      headless(s, HTTP_SERVICE, servicePort('gossip', 7946), servicePort('gossip-udp', 7946, 'UDP')),
      service(s, HTTP_SERVICE, servicePort('gossip', 7946), servicePort('gossip-udp', 7946, 'UDP')), budget(s), autoscaler(s, 'StatefulSet', 3, 9, 40),
      tokens(s, { ...LOGIN, audiences: ['queue'] }), tokenHolders(s, exempt('/join', '/position/*', '/healthz'), scrape('/admin/metrics')),
      serviceMonitor(s, 'http', '/admin/metrics'),
      networkPolicy(s, [fromOwnNamespace(on(8080), on(7946), on(7946, 'UDP')), fromNamespace('monitoring', 8080)], [toIstiod]),
    ],
  };
};

const backstageChat = (): Accepted => {
  const s: Subject = { name: 'backstage-chat', namespace: 'broadcast', version: '1.3.5' };
  return {
    slug: '96-backstage-chat', snapshot, title: 'Stateful set of one replica in mutual TLS without exposure: one probe over gRPC, memory volume, grace period',
    intent: `
metadata: {name: backstage-chat, namespace: broadcast}
spec:
  workload:
    kind: stateful
    containerImage: registry.broadcast.example/backstage-chat:1.3.5
    ports: [{name: rpc, containerPort: 4222, appProtocol: grpc}]
    probes: {readiness: {grpc: {port: 4222, service: chat.Health}, initialDelaySeconds: 3}}
    volumes: [{name: rooms, mountPath: /rooms, medium: Memory}]
    rollout: {terminationGracePeriodSeconds: 15}
  networking: {authPolicy: mtls}
  scaling: {min: 1}
`,
    expected: [
      serviceAccount(s),
      statefulSet(s, { replicas: 1, podLabels: injected, pod: spreadPod(s, [serving(s, 'registry.broadcast.example/backstage-chat:1.3.5', STANDARD, {
        ports: [port('rpc', 4222)], ...probedAt('rpc'), readinessProbe: { grpc: { port: 4222, service: 'chat.Health' }, initialDelaySeconds: 3 },
        volumeMounts: [tmpMount, mount('rooms', '/rooms')],
      })], { terminationGracePeriodSeconds: 15, volumes: [tmp, inMemory('rooms')] }) }),
      headless(s, servicePort('rpc', 4222, 'TCP', 'grpc')), budget(s), strictPeers(s),
      networkPolicy(s, [], [toIstiod]),
    ],
  };
};

const seatLock = (): Accepted => {
  const s: Subject = { name: 'seat-lock', namespace: 'theatre', version: '0.77.0' };
  return {
    slug: '97-seat-lock', snapshot, title: 'Internal without authentication: rights on leases, four callers of three namespaces, exact resources, users',
    intent: `
metadata: {name: seat-lock, namespace: theatre}
spec:
  workload:
    containerImage: registry.corp/theatre/seat-lock:0.77.0
    resourceRequirements:
      requests: {cpu: 150m, memory: 96Mi}
      limits: {memory: 192Mi}
    identity:
      permissions: [{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, list, watch, create, update]}]
    security: {runAsUser: 65532, runAsGroup: 65532}
  networking:
    exposure: internal
    authPolicy: none
    allowFrom:
      - {name: ticket-office}
      - {name: queue-warden}
      - {name: kiosk, namespace: lobby}
      - {name: phone-sales, namespace: call-centre}
    egress: [{cidr: 10.96.0.1/32, port: 443}]
`,
    expected: [
      serviceAccount(s),
      ...permitted(s, [{ apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'list', 'watch', 'create', 'update'] }]),
      deployment(s, { replicas: 2, pod: spreadPod(s, [serving(s, 'registry.corp/theatre/seat-lock:0.77.0', {
        requests: { cpu: '150m', memory: '96Mi' }, limits: { memory: '192Mi' },
      })], { automountServiceAccountToken: true, securityContext: podSecurity({ runAsUser: 65532, runAsGroup: 65532 }) }) }),
      service(s, HTTP_SERVICE), budget(s),
      networkPolicy(s, [fromCallers([
        { name: 'ticket-office' }, { name: 'queue-warden' }, { name: 'kiosk', namespace: 'lobby' }, { name: 'phone-sales', namespace: 'call-centre' },
      ], on(8080))], [toRange('10.96.0.1/32', 443)]),
    ],
  };
};

export const onIstioInternal: Accepted[] = [usherRoster(), boxSettlement(), encoreRewards(), queueWarden(), backstageChat(), seatLock()];
