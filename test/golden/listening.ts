/** Accepted scenarios about ports: what a Service offers under another number, what is not TCP, what listens and mounts beside the main container. */
import { mount, scratch } from './pieces.ts';
import type { Accepted } from './scenario.ts';
import {
  HIGH, STANDARD, STANDARD_CORE, awayFromZoneB, beside, besideCore, budget, claimTemplate, corePod, deployment, port, probedAt, serviceAccount, serving, spreadPod,
  statefulSet, tmp, tmpMount, type Subject,
} from './workload.ts';
import {
  edge, fromCallers, fromNamespace, fromOwnNamespace, headless, httpRoute, ingressWithTls, networkPolicy, on, service, serviceMonitor, servicePort, toApp,
} from './traffic.ts';

/** A Service port of another number than the container's. */
const offered = (name: string, number: number, protocol = 'TCP') => servicePort(name, number, protocol);

const parcelTracker = (): Accepted => {
  const s: Subject = { name: 'parcel-tracker', namespace: 'mailroom', version: '3.1.0' };
  return {
    slug: '193-parcel-tracker', snapshot: 'istio-gateway', title: 'A public service offered at 80 through the Gateway, scraped at its own port',
    intent: `
metadata: {name: parcel-tracker, namespace: mailroom}
spec:
  workload:
    containerImage: registry.post.example/parcel-tracker:3.1.0
    resources: high-priority-compute
    ports: [{name: http, containerPort: 8000, servicePort: 80}]
  networking: {exposure: public-ingress, hosts: [parcels.apps.corp.example]}
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 2, pod: spreadPod(s, [serving(s, 'registry.post.example/parcel-tracker:3.1.0', HIGH, { ports: [port('http', 8000)] })], { affinity: { nodeAffinity: awayFromZoneB } }) }),
      service(s, offered('http', 80)), budget(s), serviceMonitor(s),
      networkPolicy(s, [fromNamespace('edge', 8000), fromNamespace('monitoring', 8000)]),
      httpRoute(s, { parent: edge('https'), hostnames: ['parcels.apps.corp.example'], port: 80 }),
    ],
  };
};

const stampShop = (): Accepted => {
  const s: Subject = { name: 'stamp-shop', namespace: 'mailroom', version: '0.8.2' };
  return {
    slug: '194-stamp-shop', snapshot: 'linkerd-nginx', title: 'A public service offered at 443 and 81, encrypted, with a sidecar that listens and is probed',
    intent: `
metadata: {name: stamp-shop, namespace: mailroom}
spec:
  workload:
    containerImage: registry.post.example/stamp-shop:0.8.2
    ports:
      - {name: web, containerPort: 9000, servicePort: 443}
      - {name: admin, containerPort: 9001, servicePort: 81}
    sidecars:
      - name: counter
        containerImage: registry.post.example/counter:1.4.0
        args: [--every, 10s]
        ports: [{name: counts, containerPort: 9102}]
        probes: {readiness: {httpGet: {path: /ready, port: 9102}, periodSeconds: 15}}
  networking: {exposure: public-ingress, tls: true, hosts: [stamps.corp.example], paths: [/shop]}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 2, pod: spreadPod(s, [
        serving(s, 'registry.post.example/stamp-shop:0.8.2', STANDARD, { ports: [port('web', 9000), port('admin', 9001)], ...probedAt('web') }),
        beside('counter', 'registry.post.example/counter:1.4.0', { args: ['--every', '10s'], ports: [port('counts', 9102)], readinessProbe: { httpGet: { path: '/ready', port: 9102 }, periodSeconds: 15 } }),
      ]) }),
      service(s, offered('web', 443), offered('admin', 81)), budget(s),
      networkPolicy(s, [fromNamespace('ingress-nginx', 9000)]),
      ingressWithTls(s, ['stamps.corp.example'], ['/shop'], 'web'),
    ],
  };
};

const sortingQueue = (): Accepted => {
  const s: Subject = { name: 'sorting-queue', namespace: 'mailroom', version: '5.0.0' };
  const queue = mount('queue', '/var/queue');
  return {
    slug: '195-sorting-queue', snapshot: 'bare-1.30', title: 'A core stateful set whose init container and sidecar mount its volume; the headless Service keeps the container\'s port',
    intent: `
metadata: {name: sorting-queue, namespace: mailroom}
spec:
  workload:
    kind: stateful
    tier: core
    containerImage: registry.post.example/sorting-queue:5.0.0
    ports: [{name: amqp, containerPort: 5673, servicePort: 5672}]
    volumes: [{name: queue, mountPath: /var/queue, size: 15Gi}]
    init:
      - {name: repair, containerImage: 'registry.post.example/repair:5.0.0', command: [/bin/repair], volumeMounts: [{name: queue, mountPath: /queue}]}
    sidecars:
      - {name: archive, containerImage: 'registry.post.example/archive:2.2.1', volumeMounts: [{name: queue, mountPath: /queue, readOnly: true}]}
  networking: {exposure: internal, allowFrom: [{name: sorter}]}
  dependencies: [{name: ledger, type: redis, shared: caches}]
`,
    expected: [
      serviceAccount(s),
      statefulSet(s, { replicas: 3, claims: [claimTemplate('queue', '15Gi')], pod: corePod(s, [
        serving(s, 'registry.post.example/sorting-queue:5.0.0', STANDARD_CORE, { ports: [port('amqp', 5673)], ...probedAt('amqp'), volumeMounts: [tmpMount, queue] }),
        besideCore('archive', 'registry.post.example/archive:2.2.1', { volumeMounts: [{ ...mount('queue', '/queue'), readOnly: true }] }),
      ], { initContainers: [besideCore('repair', 'registry.post.example/repair:5.0.0', { command: ['/bin/repair'], volumeMounts: [mount('queue', '/queue')] })] }) }),
      headless(s, servicePort('amqp', 5673)), service(s, offered('amqp', 5672)), budget(s),
      networkPolicy(s, [fromCallers([{ name: 'sorter' }], on(5673))], [toApp('caches', 'ledger', 6379)]),
    ],
  };
};

const nameServer = (): Accepted => {
  const s: Subject = { name: 'name-server', namespace: 'mailroom', version: '9.18.4' };
  const alive = { exec: { command: ['/bin/ask', 'self'] } };
  return {
    slug: '196-name-server', snapshot: 'cnpg-keda', title: 'Datagrams first, offered at 53, with probes of its own and scratch space that a sidecar shares',
    intent: `
metadata: {name: name-server, namespace: mailroom}
spec:
  workload:
    containerImage: registry.post.example/name-server:9.18.4
    ports:
      - {name: dns, containerPort: 5353, servicePort: 53, protocol: UDP}
      - {name: dns-tcp, containerPort: 5353, servicePort: 53}
    probes: {liveness: {exec: {command: [/bin/ask, self]}}, readiness: {exec: {command: [/bin/ask, self]}}}
    volumes: [{name: zones, mountPath: /zones}]
    sidecars:
      - {name: fetch, containerImage: 'registry.post.example/fetch:1.0.9', volumeMounts: [{name: zones, mountPath: /out}]}
  networking: {exposure: internal}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 2, pod: spreadPod(s, [
        serving(s, 'registry.post.example/name-server:9.18.4', STANDARD, {
          ports: [port('dns', 5353, 'UDP'), port('dns-tcp', 5353)], livenessProbe: alive, readinessProbe: alive, volumeMounts: [tmpMount, mount('zones', '/zones')],
        }),
        beside('fetch', 'registry.post.example/fetch:1.0.9', { volumeMounts: [mount('zones', '/out')] }),
      ], { volumes: [tmp, scratch('zones')] }) }),
      service(s, offered('dns', 53, 'UDP'), offered('dns-tcp', 53)), budget(s),
      networkPolicy(s, [fromOwnNamespace(on(5353, 'UDP'), on(5353))]),
    ],
  };
};

export const listening: readonly Accepted[] = [parcelTracker(), stampShop(), sortingQueue(), nameServer()];
