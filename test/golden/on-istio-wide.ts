/** Accepted scenarios on istio-gateway of limits of outside requests, cross-origin rules, alerts, spreads, buckets and release tasks. */
import type { Accepted } from './scenario.ts';
import {
  BURSTABLE_CORE, HIGH, STANDARD, autoscaler, awayFromZoneB, budget, deployment, job, pod, port, probedAt, serviceAccount, serving, silent, spreadPod, type Subject,
} from './workload.ts';
import { alerts, marked, migrationCore, overHosts, runAlerts } from './extras.ts';
import { literal, secretKey } from './pieces.ts';
import {
  HTTP_SERVICE, LOGIN, edge, fromNamespace, httpRoute, injected, networkPolicy, podMonitor, scrape, service, serviceMonitor, servicePort, sticky, toApp, toInternet,
  toIstiod, toRange, tokenHolders, tokens,
} from './traffic.ts';

const snapshot = 'istio-gateway';

const tramTimes = (): Accepted => {
  const s: Subject = { name: 'tram-times', namespace: 'transit', version: '3.3.0' };
  return {
    slug: '169-tram-times', snapshot, title: 'Tokens behind TLS with a limit of requests, credentials across origins, clients that stay with a pod, scraped, alerts',
    intent: `
metadata: {name: tram-times, namespace: transit}
spec:
  workload:
    containerImage: registry.transit.example/tram-times:3.3.0
    ports: [{name: rest, containerPort: 8300, appProtocol: http}]
  networking:
    exposure: public-ingress
    hosts: [tram-times.apps.corp.example]
    paths: [/v1, /v2]
    authPolicy: jwt-validated
    audiences: [rider]
    sessionAffinity: ClientIP
    timeouts: {request: 30s}
    cors:
      allowOrigins: ['https://map.transit.example', 'https://transit.example']
      allowMethods: [GET, POST]
      allowHeaders: [Authorization]
      allowCredentials: true
      maxAge: 600
  dependencies: [{name: timetable, type: postgres, shared: transit-data}]
  observability: {metrics: prometheus-standard, alerts: standard}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 2, podLabels: injected, pod: spreadPod(s, [
        serving(s, 'registry.transit.example/tram-times:3.3.0', STANDARD, { ports: [port('rest', 8300)], ...probedAt('rest') }),
      ]) }),
      sticky(s, 'ClientIP', servicePort('rest', 8300, 'TCP', 'http')), budget(s),
      httpRoute(s, { parent: edge('https'), hostnames: ['tram-times.apps.corp.example'], paths: ['/v1', '/v2'], port: 8300, limits: {
        timeouts: { request: '30s' },
        filters: [{ type: 'CORS', cors: {
          allowOrigins: ['https://map.transit.example', 'https://transit.example'], allowMethods: ['GET', 'POST'], allowHeaders: ['Authorization'], allowCredentials: true, maxAge: 600,
        } }],
      } }),
      tokens(s, { ...LOGIN, audiences: ['rider'] }), tokenHolders(s, scrape()), serviceMonitor(s, 'rest'), alerts(s),
      networkPolicy(s, [fromNamespace('edge', 8300), fromNamespace('monitoring', 8300)], [toIstiod, toApp('transit-data', 'timetable', 5432)]),
    ],
  };
};

const departureBoards = (): Accepted => {
  const s: Subject = { name: 'departure-boards', namespace: 'transit', version: '1.20.4' };
  return {
    slug: '170-departure-boards', snapshot, title: 'Core over plain HTTP spread over hosts, full zone avoided, any origin, requests limited, bucket by host, labels, alerts without metrics',
    intent: `
metadata: {name: departure-boards, namespace: transit}
spec:
  labels: {app.kubernetes.io/part-of: passenger-information, line: red}
  workload:
    tier: core
    containerImage: registry.transit.example/departure-boards:1.20.4
    resources: high-priority-compute
    placement: {spread: hosts}
  networking:
    exposure: public-ingress
    tls: false
    hosts: [boards.tram-stops.example]
    timeouts: {request: 1m30s}
    cors: {allowOrigins: ['*'], exposeHeaders: [X-Board-Revision]}
  dependencies: [{name: stop-photos, type: bucket, host: stop-photos.objects.example}]
  scaling: {min: 4, max: 9, cpu: 65}
  observability: {alerts: standard}
`,
    expected: marked({ labels: { 'app.kubernetes.io/part-of': 'passenger-information', line: 'red' } }, [
      serviceAccount(s),
      deployment(s, { pod: pod(s, [serving(s, 'registry.transit.example/departure-boards:1.20.4', HIGH)], {
        topologySpreadConstraints: overHosts(s), affinity: { nodeAffinity: awayFromZoneB },
      }) }),
      service(s, HTTP_SERVICE), budget(s), autoscaler(s, 'Deployment', 4, 9, 65),
      httpRoute(s, { parent: edge('http'), hostnames: ['boards.tram-stops.example'], limits: {
        timeouts: { request: '1m30s' }, filters: [{ type: 'CORS', cors: { allowOrigins: ['*'], exposeHeaders: ['X-Board-Revision'] } }],
      } }),
      alerts(s, 'core'), networkPolicy(s, [fromNamespace('edge', 8080)], [toInternet(443)]),
    ]),
  };
};

const fareReconciler = (): Accepted => {
  const s: Subject = { name: 'fare-reconciler', namespace: 'transit-finance', version: '8.0.0' };
  return {
    slug: '171-fare-reconciler', snapshot, title: 'Core worker spread over nothing with a release task of its own variables, scraped from its pods, alerts, MySQL and a bucket in a range',
    intent: `
metadata: {name: fare-reconciler, namespace: transit-finance}
spec:
  annotations: {transit.example/ledger: fares-2}
  workload:
    kind: worker
    tier: core
    containerImage: registry.transit.example/fare-reconciler:8.0.0
    resources: burstable
    ports: [{name: stats, containerPort: 9188}]
    env: [{name: CURRENCY, value: EUR}, {name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: fares, key: password}}}]
    migration:
      command: [reconciler, schema]
      env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: fares-owner, key: password}}}]
    placement: {spread: none, spot: false}
  dependencies:
    - {name: fares, type: mysql, shared: transit-data}
    - {name: statements, type: bucket, cidr: 10.61.0.0/20}
  scaling: {min: 2}
  observability: {metrics: prometheus-standard, alerts: standard}
`,
    expected: marked({ annotations: { 'transit.example/ledger': 'fares-2' } }, [
      serviceAccount(s),
      deployment(s, { replicas: 2, pod: pod(s, [silent(s, 'registry.transit.example/fare-reconciler:8.0.0', BURSTABLE_CORE, {
        ports: [port('stats', 9188)], env: [literal('CURRENCY', 'EUR'), secretKey('DB_PASSWORD', 'fares', 'password')],
      })], {
        initContainers: [migrationCore('registry.transit.example/fare-reconciler:8.0.0', {
          command: ['reconciler', 'schema'], env: [secretKey('DB_PASSWORD', 'fares-owner', 'password')],
        })],
      }) }),
      budget(s), podMonitor(s, 'stats'), alerts(s, 'core'),
      networkPolicy(s, [fromNamespace('monitoring', 9188)], [toApp('transit-data', 'fares', 3306), toRange('10.61.0.0/20', 443)]),
    ]),
  };
};

const depotStocktake = (): Accepted => {
  const s: Subject = { name: 'depot-stocktake', namespace: 'tram-depot', version: '2025-04' };
  return {
    slug: '172-depot-stocktake', snapshot, title: 'Job with an alert of its failure, exact resources, a bucket on a port of its own, labels and annotations, pull secret',
    intent: `
metadata: {name: depot-stocktake, namespace: tram-depot}
spec:
  labels: {depot: north}
  annotations: {transit.example/requested-by: stores}
  workload:
    kind: job
    containerImage: registry.transit.example/depot-stocktake:2025-04
    resourceRequirements: {requests: {cpu: 150m, memory: 300Mi}, limits: {memory: 600Mi}}
    args: [--depot, north]
    pullSecrets: [{name: transit-registry}]
  dependencies:
    - {name: stock-scans, type: bucket, host: stock-scans.objects.example, port: 8333}
    - {name: spare-parts, type: postgres, shared: depot-data}
  observability: {alerts: standard}
`,
    expected: marked({ labels: { depot: 'north' }, annotations: { 'transit.example/requested-by': 'stores' } }, [
      serviceAccount(s),
      job(s, { pod: pod(s, [silent(s, 'registry.transit.example/depot-stocktake:2025-04', {
        requests: { cpu: '150m', memory: '300Mi' }, limits: { memory: '600Mi' },
      }, { args: ['--depot', 'north'] })], { imagePullSecrets: [{ name: 'transit-registry' }] }) }),
      runAlerts(s), networkPolicy(s, [], [toInternet(8333), toApp('depot-data', 'spare-parts', 5432)]),
    ]),
  };
};

export const onIstioWide: Accepted[] = [tramTimes(), departureBoards(), fareReconciler(), depotStocktake()];
