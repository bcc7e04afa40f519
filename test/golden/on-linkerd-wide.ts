/** Accepted scenarios on linkerd-nginx of limits of outside requests, cross-origin rules, alerts, spreads, buckets and release tasks. */
import type { Accepted } from './scenario.ts';
import {
  BURSTABLE, STANDARD, STANDARD_CORE, budget, claimTemplate, corePod, daemonSet, deployment, pod, port, probedAt, rolling, serviceAccount, serving, silent, spreadPod,
  statefulSet, tmpMount, type Subject,
} from './workload.ts';
import { alerts, marked, migration, migrationCore, overHosts } from './extras.ts';
import { literal, mount, secretKey } from './pieces.ts';
import {
  HTTP_SERVICE, fromCallers, fromNamespace, headless, ingressPlain, ingressWithTls, meshIdentities, meshPort, meshed, networkPolicy, on, podMonitor, serviceMonitor,
  service, servicePort, sticky, toApp, toInternet, toLinkerd, toRange,
} from './traffic.ts';

const snapshot = 'linkerd-nginx';

const branchCatalogue = (): Accepted => {
  const s: Subject = { name: 'branch-catalogue', namespace: 'lending', version: '6.2.0' };
  return {
    slug: '173-branch-catalogue', snapshot, title: 'TLS, idle connections and bodies bounded, every cross-origin rule, affinity of clients, labels and annotations, alerts',
    intent: `
metadata: {name: branch-catalogue, namespace: lending}
spec:
  labels: {team: catalogue}
  annotations: {library.example/contact: catalogue@library.example}
  workload:
    containerImage: registry.library.example/branch-catalogue:6.2.0
    rollout: {maxSurge: 2}
  networking:
    exposure: public-ingress
    hosts: [catalogue.library.example, kids.library.example]
    paths: [/search, /card]
    sessionAffinity: ClientIP
    timeouts: {idle: 75s}
    bodySize: 20Mi
    cors:
      allowOrigins: ['https://reader.library.example', 'https://play.library.example']
      allowMethods: [GET, PUT, DELETE]
      allowHeaders: [Authorization, X-Card]
      exposeHeaders: [X-Total, X-Page]
      allowCredentials: true
      maxAge: 3600
  dependencies: [{name: covers, type: bucket, host: covers.objects.example}]
  observability: {metrics: prometheus-standard, alerts: standard}
`,
    expected: marked({ labels: { team: 'catalogue' }, annotations: { 'library.example/contact': 'catalogue@library.example' } }, [
      serviceAccount(s),
      deployment(s, { replicas: 2, strategy: rolling(2), pod: spreadPod(s, [serving(s, 'registry.library.example/branch-catalogue:6.2.0', STANDARD)]) }),
      sticky(s, 'ClientIP', HTTP_SERVICE), budget(s),
      ingressWithTls(s, ['catalogue.library.example', 'kids.library.example'], ['/search', '/card'], 'http', {
        'nginx.ingress.kubernetes.io/proxy-read-timeout': '75', 'nginx.ingress.kubernetes.io/proxy-send-timeout': '75',
        'nginx.ingress.kubernetes.io/proxy-body-size': '20m',
        'nginx.ingress.kubernetes.io/enable-cors': 'true',
        'nginx.ingress.kubernetes.io/cors-allow-origin': 'https://reader.library.example, https://play.library.example',
        'nginx.ingress.kubernetes.io/cors-allow-methods': 'GET, PUT, DELETE',
        'nginx.ingress.kubernetes.io/cors-allow-headers': 'Authorization, X-Card',
        'nginx.ingress.kubernetes.io/cors-expose-headers': 'X-Total, X-Page',
        'nginx.ingress.kubernetes.io/cors-allow-credentials': 'true',
        'nginx.ingress.kubernetes.io/cors-max-age': '3600',
      }),
      serviceMonitor(s), alerts(s),
      networkPolicy(s, [fromNamespace('ingress-nginx', 8080), fromNamespace('monitoring', 8080)], [toInternet(443)]),
    ]),
  };
};

const readingRoom = (): Accepted => {
  const s: Subject = { name: 'reading-room', namespace: 'lending', version: '0.9.14' };
  return {
    slug: '174-reading-room', snapshot, title: 'Stateful set over plain HTTP spread over hosts, long idle connections, bodies in bytes, one origin and default rules, release task',
    intent: `
metadata: {name: reading-room, namespace: lending}
spec:
  workload:
    kind: stateful
    containerImage: registry.library.example/reading-room:0.9.14
    resources: burstable
    ports: [{name: web, containerPort: 8420}]
    volumes: [{name: notes, mountPath: /notes, size: 14Gi}]
    placement: {spread: hosts}
    migration: {containerImage: 'registry.library.example/room-schema:0.9.14', args: [up]}
  networking:
    exposure: public-ingress
    tls: false
    timeouts: {idle: 1h30m}
    bodySize: 1500000
    cors: {allowOrigins: ['https://desk.library.example'], allowCredentials: false}
`,
    expected: [
      serviceAccount(s),
      statefulSet(s, { replicas: 2, claims: [claimTemplate('notes', '14Gi')], pod: pod(s, [
        serving(s, 'registry.library.example/reading-room:0.9.14', BURSTABLE, { ports: [port('web', 8420)], ...probedAt('web'), volumeMounts: [tmpMount, mount('notes', '/notes')] }),
      ], { topologySpreadConstraints: overHosts(s), initContainers: [migration('registry.library.example/room-schema:0.9.14', { args: ['up'] })] }) }),
      headless(s, servicePort('web', 8420)), service(s, servicePort('web', 8420)), budget(s),
      ingressPlain(s, ['reading-room.apps.corp.example'], ['/'], 'web', {
        'nginx.ingress.kubernetes.io/proxy-read-timeout': '5400', 'nginx.ingress.kubernetes.io/proxy-send-timeout': '5400',
        'nginx.ingress.kubernetes.io/proxy-body-size': '1500000',
        'nginx.ingress.kubernetes.io/enable-cors': 'true',
        'nginx.ingress.kubernetes.io/cors-allow-origin': 'https://desk.library.example',
        'nginx.ingress.kubernetes.io/cors-allow-methods': 'GET, HEAD, POST',
        'nginx.ingress.kubernetes.io/cors-allow-headers': 'Accept, Accept-Language, Content-Language, Content-Type',
        'nginx.ingress.kubernetes.io/cors-allow-credentials': 'false',
        'nginx.ingress.kubernetes.io/cors-max-age': '5',
      }),
      networkPolicy(s, [fromNamespace('ingress-nginx', 8420)]),
    ],
  };
};

const shelfSensors = (): Accepted => {
  const s: Subject = { name: 'shelf-sensors', namespace: 'stacks', version: '3.1.0' };
  return {
    slug: '175-shelf-sensors', snapshot, title: 'Daemon with alerts, scraped from its pods, a bucket in a range on the customary port, toleration, labels and annotations',
    intent: `
metadata: {name: shelf-sensors, namespace: stacks}
spec:
  labels: {app.kubernetes.io/component: sensing}
  annotations: {library.example/building: annexe, library.example/floor: '2'}
  workload:
    kind: daemon
    containerImage: registry.library.example/shelf-sensors:3.1.0
    ports: [{name: metrics, containerPort: 9417}]
    placement: {tolerations: [{key: stacks, operator: Exists, effect: NoSchedule}]}
    rollout: {maxUnavailable: 2}
  dependencies: [{name: readings, type: bucket, cidr: 10.77.3.0/26}]
  observability: {metrics: prometheus-standard, alerts: standard}
`,
    expected: marked({ labels: { 'app.kubernetes.io/component': 'sensing' }, annotations: { 'library.example/building': 'annexe', 'library.example/floor': '2' } }, [
      serviceAccount(s),
      daemonSet(s, { maxUnavailable: 2 }, { pod: pod(s, [silent(s, 'registry.library.example/shelf-sensors:3.1.0', STANDARD, { ports: [port('metrics', 9417)] })], {
        tolerations: [{ key: 'stacks', operator: 'Exists', effect: 'NoSchedule' }],
      }) }),
      podMonitor(s, 'metrics'), alerts(s), networkPolicy(s, [fromNamespace('monitoring', 9417)], [toRange('10.77.3.0/26', 443)]),
    ]),
  };
};

const loanLedger = (): Accepted => {
  const s: Subject = { name: 'loan-ledger', namespace: 'lending', version: '10.4.1' };
  return {
    slug: '176-loan-ledger', snapshot, title: 'Core in mutual TLS over zones by name, affinity of clients, callers, release task with its variables, second port scraped, alerts',
    intent: `
metadata: {name: loan-ledger, namespace: lending}
spec:
  annotations: {library.example/audit: yearly}
  workload:
    tier: core
    containerImage: registry.library.example/loan-ledger:10.4.1
    ports: [{name: grpc, containerPort: 9660, appProtocol: grpc}, {name: ops, containerPort: 9661}]
    env: [{name: LEDGER_DB, value: loans.lending-data}, {name: LEDGER_KEY, valueFrom: {secretKeyRef: {name: loans-db, key: password}}}]
    migration: {workingDir: /app, command: [ledger, migrate]}
    placement: {spread: zones}
  networking:
    exposure: internal
    authPolicy: mtls
    sessionAffinity: ClientIP
    allowFrom: [{name: branch-catalogue}, {name: kiosk, namespace: reading-rooms}]
  dependencies: [{name: loans, type: postgres, shared: lending-data}]
  observability: {metricsEndpoint: {port: 9661, path: /prom}, alerts: standard}
`,
    expected: marked({ annotations: { 'library.example/audit': 'yearly' } }, [
      serviceAccount(s),
      deployment(s, { replicas: 3, podAnnotations: meshed, pod: corePod(s, [serving(s, 'registry.library.example/loan-ledger:10.4.1', STANDARD_CORE, {
        ports: [port('grpc', 9660), port('ops', 9661)], ...probedAt('grpc'), env: [literal('LEDGER_DB', 'loans.lending-data'), secretKey('LEDGER_KEY', 'loans-db', 'password')],
      })], {
        initContainers: [migrationCore('registry.library.example/loan-ledger:10.4.1', {
          workingDir: '/app', command: ['ledger', 'migrate'], env: [literal('LEDGER_DB', 'loans.lending-data'), secretKey('LEDGER_KEY', 'loans-db', 'password')],
        })],
      }) }),
      sticky(s, 'ClientIP', servicePort('grpc', 9660, 'TCP', 'grpc'), servicePort('ops', 9661)), budget(s),
      meshIdentities(s), ...meshPort(s, 'grpc'), ...meshPort(s, 'ops'), serviceMonitor(s, 'ops', '/prom'), alerts(s, 'core'),
      networkPolicy(s, [fromCallers([{ name: 'branch-catalogue' }, { name: 'kiosk', namespace: 'reading-rooms' }], on(9660), on(9661)), fromNamespace('monitoring', 9661)],
        [toLinkerd, toApp('lending-data', 'loans', 5432)]),
    ]),
  };
};

export const onLinkerdWide: Accepted[] = [branchCatalogue(), readingRoom(), shelfSensors(), loanLedger()];
