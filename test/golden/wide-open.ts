/** Scenarios about services that the world outside reaches by itself, and about how replicas of a stateful set start and are found; with what is refused there. */
import { migration } from './extras.ts';
import { mount } from './pieces.ts';
import type { Accepted, Refused } from './scenario.ts';
import {
  HIGH, STANDARD, STANDARD_CORE, autoscaler, awayFromZoneB, budget, claimTemplate, corePod, deployment, having, inPool, onNodes, port, probedAt, rolling, serviceAccount,
  serving, spreadPod, statefulSet, tmpMount, type Subject,
} from './workload.ts';
import {
  HTTP_SERVICE, LOGIN, atNode, exempt, fromAnyone, fromNamespace, fromOwnNamespace, headless, injected, networkPolicy, on, outward, scrape, scrapeAnnotations, service,
  serviceMonitor, servicePort, strictPeers, toApp, toIstiod, toRange, tokenHolders, tokens,
} from './traffic.ts';

const streamRelay = (): Accepted => {
  const s: Subject = { name: 'stream-relay', namespace: 'radio', version: '2.4.18' };
  return {
    slug: '205-stream-relay', snapshot: 'linkerd-nginx', title: 'Behind a load balancer, two ports, clients that stay with a pod, scraped, autoscaled, pods that must be ready for a while',
    intent: `
metadata: {name: stream-relay, namespace: radio}
spec:
  workload:
    containerImage: registry.radio.example/stream-relay:2.4.18
    imagePullPolicy: IfNotPresent
    ports: [{name: listen, containerPort: 8000, servicePort: 80}, {name: push, containerPort: 8001}]
    rollout: {maxSurge: 2, minReadySeconds: 20}
  networking: {exposure: load-balancer, sessionAffinity: ClientIP}
  scaling: {max: 6}
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      having(deployment(s, { strategy: rolling(2), pod: spreadPod(s, [serving(s, 'registry.radio.example/stream-relay:2.4.18', STANDARD, {
        imagePullPolicy: 'IfNotPresent', ports: [port('listen', 8000), port('push', 8001)], ...probedAt('listen'),
      })]) }), { minReadySeconds: 20 }),
      having(outward(s, 'LoadBalancer', servicePort('listen', 80), servicePort('push', 8001)), { sessionAffinity: 'ClientIP' }), budget(s),
      serviceMonitor(s, 'listen'), autoscaler(s, 'Deployment', 2, 6, 75),
      networkPolicy(s, [fromAnyone(on(8000), on(8001)), fromNamespace('monitoring', 8000)]),
    ],
  };
};

const transmitterControl = (): Accepted => {
  const s: Subject = { name: 'transmitter-control', namespace: 'masts', version: '11.2.0' };
  return {
    slug: '206-transmitter-control', snapshot: 'bare-1.30', title: 'Core on a port of every node, one of them for datagrams, names of its own in /etc/hosts, scraped by annotation',
    intent: `
metadata: {name: transmitter-control, namespace: masts}
spec:
  workload:
    tier: core
    containerImage: registry.radio.example/transmitter-control:11.2.0
    ports:
      - {name: web, containerPort: 8443, servicePort: 443, nodePort: 30443, appProtocol: https}
      - {name: traps, containerPort: 1162, servicePort: 162, nodePort: 30162, protocol: UDP}
    pod:
      hostAliases: [{ip: 10.12.0.4, hostnames: [mast-north.radio.example, mast-north]}]
  networking:
    exposure: node-port
    egress: [{cidr: 10.12.0.0/24, port: 161, protocol: UDP}]
  observability: {metricsEndpoint: {port: 8443, path: /stats}}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 3, podAnnotations: scrapeAnnotations(8443, '/stats'), pod: corePod(s, [serving(s, 'registry.radio.example/transmitter-control:11.2.0', STANDARD_CORE, {
        ports: [port('web', 8443), port('traps', 1162, 'UDP')], ...probedAt('web'),
      })], { hostAliases: [{ ip: '10.12.0.4', hostnames: ['mast-north.radio.example', 'mast-north'] }] }) }),
      outward(s, 'NodePort', atNode(30443, servicePort('web', 443, 'TCP', 'https')), atNode(30162, servicePort('traps', 162, 'UDP'))), budget(s),
      networkPolicy(s, [fromAnyone(on(8443), on(1162, 'UDP')), fromNamespace('monitoring', 8443)], [toRange('10.12.0.0/24', 161, 'UDP')]),
    ],
  };
};

const listenerAccounts = (): Accepted => {
  const s: Subject = { name: 'listener-accounts', namespace: 'radio', version: '5.1.3' };
  const image = 'registry.radio.example/listener-accounts:5.1.3';
  return {
    slug: '207-listener-accounts', snapshot: 'istio-gateway', title: 'Tokens behind a load balancer, a path without, scraped, release task, shared Postgres',
    intent: `
metadata: {name: listener-accounts, namespace: radio}
spec:
  workload:
    containerImage: ${image}
    migration: {args: [migrate]}
    rollout: {revisionHistoryLimit: 4}
  networking: {exposure: load-balancer, authPolicy: jwt-validated, audiences: [listener], exemptPaths: [/healthz]}
  dependencies: [{name: listeners, type: postgres, shared: radio-data}]
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      having(deployment(s, { replicas: 2, podLabels: injected, pod: spreadPod(s, [serving(s, image, STANDARD)], { initContainers: [migration(image, { args: ['migrate'] })] }) }), { revisionHistoryLimit: 4 }),
      outward(s, 'LoadBalancer', HTTP_SERVICE), budget(s),
      tokens(s, { ...LOGIN, audiences: ['listener'] }), tokenHolders(s, exempt('/healthz'), scrape()), serviceMonitor(s),
      networkPolicy(s, [fromAnyone(on(8080)), fromNamespace('monitoring', 8080)], [toIstiod, toApp('radio-data', 'listeners', 5432)]),
    ],
  };
};

const contestBoard = (): Accepted => {
  const s: Subject = { name: 'contest-board', namespace: 'radio', version: '0.22.0' };
  return {
    slug: '208-contest-board', snapshot: 'cnpg-keda', title: 'A stateful set on a port of every node that the cluster chooses, whose replicas are found before they are ready and start one after another, history kept',
    intent: `
metadata: {name: contest-board, namespace: radio}
spec:
  workload:
    kind: stateful
    containerImage: registry.radio.example/contest-board:0.22.0
    ports: [{name: calls, containerPort: 7400, servicePort: 74}]
    volumes: [{name: entries, mountPath: /entries, size: 8Gi}]
    rollout: {revisionHistoryLimit: 3, podManagementPolicy: OrderedReady}
  networking: {exposure: node-port, publishNotReadyAddresses: true}
`,
    expected: [
      serviceAccount(s),
      having(statefulSet(s, { replicas: 2, claims: [claimTemplate('entries', '8Gi')], pod: spreadPod(s, [serving(s, 'registry.radio.example/contest-board:0.22.0', STANDARD, {
        ports: [port('calls', 7400)], ...probedAt('calls'), volumeMounts: [tmpMount, mount('entries', '/entries')],
      })]) }), { revisionHistoryLimit: 3, podManagementPolicy: 'OrderedReady' }),
      having(headless(s, servicePort('calls', 7400)), { publishNotReadyAddresses: true }),
      outward(s, 'NodePort', servicePort('calls', 74)), budget(s),
      networkPolicy(s, [fromAnyone(on(7400))]),
    ],
  };
};

const cueStore = (): Accepted => {
  const s: Subject = { name: 'cue-store', namespace: 'playout', version: '3.0.9' };
  return {
    slug: '209-cue-store', snapshot: 'istio-gateway', title: 'Core stateful set in mutual TLS whose replicas start at once, find each other before they are ready, and keep apart, in a pool away from the full zone',
    intent: `
metadata: {name: cue-store, namespace: playout}
spec:
  workload:
    kind: stateful
    tier: core
    containerImage: registry.radio.example/cue-store:3.0.9
    resources: high-priority-compute
    ports: [{name: client, containerPort: 2379}, {name: peer, containerPort: 2380}, {name: stats, containerPort: 2381}]
    volumes: [{name: cues, mountPath: /var/lib/cues, size: 20Gi, storageClassName: fast-ssd}]
    rollout: {minReadySeconds: 15, podManagementPolicy: Parallel}
    placement:
      nodePool: general
      podAntiAffinity:
        requiredDuringSchedulingIgnoredDuringExecution:
          - {labelSelector: {matchLabels: {app.kubernetes.io/name: cue-store}}, topologyKey: kubernetes.io/hostname}
  networking: {exposure: internal, authPolicy: mtls, publishNotReadyAddresses: true}
  observability: {metricsEndpoint: {port: 2381}}
`,
    expected: [
      serviceAccount(s),
      having(statefulSet(s, { replicas: 3, podLabels: injected, claims: [claimTemplate('cues', '20Gi', { storageClassName: 'fast-ssd' })], pod: corePod(s, [
        serving(s, 'registry.radio.example/cue-store:3.0.9', HIGH, {
          ports: [port('client', 2379), port('peer', 2380), port('stats', 2381)], ...probedAt('client'), volumeMounts: [tmpMount, mount('cues', '/var/lib/cues')],
        }),
      ], { affinity: {
        nodeAffinity: { ...awayFromZoneB, ...onNodes(inPool('general')) },
        podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'cue-store' } }, topologyKey: 'kubernetes.io/hostname' }] },
      } }) }), { minReadySeconds: 15, podManagementPolicy: 'Parallel' }),
      having(headless(s, servicePort('client', 2379), servicePort('peer', 2380), servicePort('stats', 2381)), { publishNotReadyAddresses: true }),
      service(s, servicePort('client', 2379), servicePort('peer', 2380), servicePort('stats', 2381)), budget(s),
      strictPeers(s), serviceMonitor(s, 'stats'),
      networkPolicy(s, [fromOwnNamespace(on(2379), on(2380), on(2381)), fromNamespace('monitoring', 2381)], [toIstiod]),
    ],
  };
};

export const wideOpen: readonly Accepted[] = [streamRelay(), transmitterControl(), listenerAccounts(), contestBoard(), cueStore()];

export const refusedOpen: readonly Refused[] = [
  {
    slug: '219-callers-of-a-load-balancer', snapshot: 'bare-1.30', title: 'Callers named for a service behind a load balancer',
    rule: 'allowFrom is refused where anyone may come',
    intent: `
metadata: {name: phone-in, namespace: radio}
spec:
  workload:
    containerImage: registry.radio.example/phone-in:1.8.0
    ports: [{name: signal, containerPort: 5061}]
  networking: {exposure: load-balancer, allowFrom: [{name: studio-desk}, {name: switchboard, namespace: telephony}]}
`,
  },
  {
    slug: '220-mutual-tls-of-outsiders', snapshot: 'istio-gateway', title: 'Mutual TLS of a service on a port of every node',
    rule: 'authPolicy mtls is refused where callers come from outside the mesh',
    intent: `
metadata: {name: mast-gateway, namespace: masts}
spec:
  workload:
    containerImage: registry.radio.example/mast-gateway:4.0.0
    ports: [{name: grpc, containerPort: 9443, nodePort: 31443, appProtocol: grpc}]
  networking: {exposure: node-port, authPolicy: mtls}
  observability: {metrics: prometheus-standard}
`,
  },
  {
    slug: '221-named-claim-of-replicas', snapshot: 'cnpg-keda', title: 'One claim by name for the replicas of a stateful set',
    rule: 'size beside claimName is refused for kind stateful',
    intent: `
metadata: {name: jingle-store, namespace: playout}
spec:
  workload:
    kind: stateful
    containerImage: registry.radio.example/jingle-store:2.0.1
    volumes: [{name: jingles, mountPath: /jingles, size: 12Gi, claimName: jingles-2019}]
    rollout: {podManagementPolicy: Parallel}
  networking: {exposure: internal}
`,
  },
  {
    slug: '222-origins-of-a-load-balancer', snapshot: 'linkerd-nginx', title: 'Cross-origin rules of a service behind a load balancer',
    rule: 'timeouts, bodySize and cors are refused without a route',
    intent: `
metadata: {name: now-playing, namespace: radio}
spec:
  workload: {containerImage: 'registry.radio.example/now-playing:6.3.2'}
  networking:
    exposure: load-balancer
    sessionAffinity: ClientIP
    cors: {allowOrigins: ['https://player.radio.example'], allowMethods: [GET]}
`,
  },
];
