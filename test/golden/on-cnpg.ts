/** Accepted scenarios on cnpg-keda: CloudNativePG, Gateway API with one plain HTTP gateway (gateways/shared), no Prometheus operator, no mesh. */
import type { JsonObject } from '../../src/kubernetes.ts';
import type { Accepted } from './scenario.ts';
import {
  BURSTABLE, HIGH, STANDARD, STANDARD_CORE, autoscaler, beside, budget, claimTemplate, corePod, cronJob, deployment, fileMount, filesMap, job, pod,
  podSecurity, port, probedAt, readyTcp, rolling, serviceAccount, serving, silent, spreadPod, statefulSet, tmp, tmpMount, without, withCapability, writableRoot,
  type Subject,
} from './workload.ts';
import {
  HTTP_SERVICE, fromCallers, fromNamespace, fromOwnNamespace, headless, httpRoute, networkPolicy, on, ownPostgres, scrapeAnnotations, service, servicePort, toApp,
  toCluster, toInternet, toNeighbour, toRange,
} from './traffic.ts';

const snapshot = 'cnpg-keda';
const shared: JsonObject = { name: 'shared', namespace: 'gateways' };

const inventoryApi = (): Accepted => {
  const s: Subject = { name: 'inventory-api', namespace: 'shop', version: '1.4.1' };
  return {
    slug: '35-inventory-api-cnpg', snapshot, title: 'Internal API that may only speak to the shared Postgres of production, as CloudNativePG labels it',
    intent: `
metadata: {name: inventory-api, namespace: shop}
spec:
  workload: {containerImage: 'registry.corp/inventory-api:1.4.1', resources: standard}
  networking: {exposure: internal}
  dependencies:
    - {name: orders-db, type: postgres, shared: production}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 2, pod: spreadPod(s, [serving(s, 'registry.corp/inventory-api:1.4.1', STANDARD)]) }),
      service(s, HTTP_SERVICE), budget(s),
      networkPolicy(s, [fromOwnNamespace(on(8080))], [toCluster('orders-db', 'production')]),
    ],
  };
};

const shopApi = (): Accepted => {
  const s: Subject = { name: 'shop-api', namespace: 'shop', version: '9.9.0' };
  const env = [{ name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'shop-api-main-app', key: 'uri' } } }];
  return {
    slug: '36-shop-api', snapshot, title: 'Public through the only gateway, TLS left open so no listener is named, own Postgres with a size, elastic',
    intent: `
metadata: {name: shop-api, namespace: shop}
spec:
  workload:
    containerImage: registry.corp/shop/api:9.9.0
    env: [{name: DATABASE_URL, valueFrom: {secretKeyRef: {name: shop-api-main-app, key: uri}}}]
    files: [{path: /app/flags.yaml, content: 'beta: false'}]
  networking: {exposure: public-ingress, paths: [/api, /admin]}
  dependencies:
    - {name: main, type: postgres, size: 50Gi}
    - {name: cache, type: redis, shared: shop}
  scaling: {profile: elastic}
`,
    expected: [
      serviceAccount(s), filesMap(s, { 'app-flags.yaml': 'beta: false' }), ownPostgres(s, 'main', 1, '50Gi'),
      deployment(s, { pod: spreadPod(s, [serving(s, 'registry.corp/shop/api:9.9.0', STANDARD, { env, volumeMounts: [tmpMount, fileMount('files', '/app/flags.yaml', 'app-flags.yaml')] })], {
        volumes: [tmp, { name: 'files', configMap: { name: 'shop-api-files', items: [{ key: 'app-flags.yaml', path: 'app-flags.yaml' }] } }],
      }) }),
      service(s, HTTP_SERVICE), budget(s), autoscaler(s, 'Deployment', 2, 10, 60),
      httpRoute(s, { parent: shared, hostnames: ['shop-api.apps.corp.example'], paths: ['/api', '/admin'] }),
      networkPolicy(s, [fromNamespace('gateways', 8080)], [toCluster('shop-api-main'), toApp('shop', 'cache', 6379)]),
    ],
  };
};

const billing = (): Accepted => {
  const s: Subject = { name: 'billing', namespace: 'finance', version: '2.0.0' };
  return {
    slug: '37-billing', snapshot, title: 'Core, public over plain HTTP on the named listener, own Postgres by default size and three instances, scraped by annotation, autoscaled',
    intent: `
metadata: {name: billing, namespace: finance}
spec:
  workload:
    containerImage: registry.corp/finance/billing:2.0.0
    tier: core
    ports: [{name: http, containerPort: 8088}, {name: ops, containerPort: 8089}]
    probes:
      liveness: {httpGet: {path: /live, port: ops}}
  networking:
    exposure: public-ingress
    tls: false
    hosts: [billing.corp.example]
  dependencies: [{name: ledger, type: postgres}]
  scaling: {max: 9}
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s), ownPostgres(s, 'ledger', 3, '10Gi'),
      deployment(s, { podAnnotations: scrapeAnnotations(8088), pod: corePod(s, [serving(s, 'registry.corp/finance/billing:2.0.0', STANDARD_CORE, {
        ports: [port('http', 8088), port('ops', 8089)], livenessProbe: { httpGet: { path: '/live', port: 'ops' } }, readinessProbe: readyTcp('http'),
      })]) }),
      service(s, servicePort('http', 8088), servicePort('ops', 8089)), budget(s), autoscaler(s, 'Deployment', 3, 9, 75),
      httpRoute(s, { parent: { ...shared, sectionName: 'http' }, hostnames: ['billing.corp.example'], port: 8088 }),
      networkPolicy(s, [fromNamespace('gateways', 8088), fromNamespace('monitoring', 8088)], [toCluster('billing-ledger')]),
    ],
  };
};

const timeseries = (): Accepted => {
  const s: Subject = { name: 'metrics-store', namespace: 'observability', version: 'v1.106.0' };
  return {
    slug: '38-metrics-store', snapshot, title: 'Stateful set with two claims and a memory volume, UDP intake, named callers, scraped by annotation on a second port',
    intent: `
metadata: {name: metrics-store, namespace: observability}
spec:
  workload:
    kind: stateful
    containerImage: docker.io/victoriametrics/victoria-metrics:v1.106.0
    resources: high-priority-compute
    args: [-retentionPeriod=12]
    ports:
      - {name: api, containerPort: 8428}
      - {name: graphite, containerPort: 2003, protocol: UDP}
      - {name: self, containerPort: 8429}
    volumes:
      - {name: data, mountPath: /storage, size: 300Gi}
      - {name: index, mountPath: /index, size: 20Gi, storageClassName: fast}
      - {name: cache, mountPath: /cache, medium: Memory}
  networking:
    exposure: internal
    allowFrom: [{name: grafana}, {name: collector, namespace: kube-system}]
  observability: {metricsEndpoint: {port: 8429, path: /self}}
`,
    expected: [
      serviceAccount(s),
      statefulSet(s, { replicas: 2, podAnnotations: scrapeAnnotations(8429, '/self'), claims: [claimTemplate('data', '300Gi'), claimTemplate('index', '20Gi', { storageClassName: 'fast' })],
        pod: spreadPod(s, [serving(s, 'docker.io/victoriametrics/victoria-metrics:v1.106.0', HIGH, {
          args: ['-retentionPeriod=12'], ports: [port('api', 8428), port('graphite', 2003, 'UDP'), port('self', 8429)], ...probedAt('api'),
          volumeMounts: [tmpMount, { name: 'data', mountPath: '/storage' }, { name: 'index', mountPath: '/index' }, { name: 'cache', mountPath: '/cache' }],
        })], { volumes: [tmp, { name: 'cache', emptyDir: { medium: 'Memory' } }] }) }),
      headless(s, servicePort('api', 8428), servicePort('graphite', 2003, 'UDP'), servicePort('self', 8429)),
      service(s, servicePort('api', 8428), servicePort('graphite', 2003, 'UDP'), servicePort('self', 8429)), budget(s),
      networkPolicy(s, [fromCallers([{ name: 'grafana' }, { name: 'collector', namespace: 'kube-system' }], on(8428), on(2003, 'UDP'), on(8429)), fromNamespace('monitoring', 8429)]),
    ],
  };
};

const etl = (): Accepted => {
  const s: Subject = { name: 'orders-etl', namespace: 'analytics', version: '0.5.2' };
  return {
    slug: '39-orders-etl', snapshot, title: 'Core cron with exact equal resources, shared CloudNativePG database, Kafka, warehouse by host, Secret file',
    intent: `
metadata: {name: orders-etl, namespace: analytics}
spec:
  workload:
    kind: cron
    tier: core
    containerImage: registry.corp/analytics/etl:0.5.2
    resourceRequirements:
      requests: {cpu: '1', memory: 3Gi}
      limits: {cpu: '1', memory: 3Gi}
    schedule: {cron: '*/15 * * * *'}
    files: [{path: /secrets/warehouse.json, secret: warehouse-account, key: credentials.json, mode: 288}]
    env: [{name: GOOGLE_APPLICATION_CREDENTIALS, value: /secrets/warehouse.json}]
    identity: {serviceAccount: etl-runner}
    pullSecrets: [{name: corp-registry}]
  dependencies:
    - {name: orders-db, type: postgres, shared: production}
    - {name: order-events, type: kafka, shared: production}
    - {name: warehouse, type: external, host: bigquery.googleapis.com}
`,
    expected: [
      cronJob(s, { schedule: '*/15 * * * *' }, { pod: pod(s, [silent(s, 'registry.corp/analytics/etl:0.5.2', { requests: { cpu: '1', memory: '3Gi' }, limits: { cpu: '1', memory: '3Gi' } }, {
        env: [{ name: 'GOOGLE_APPLICATION_CREDENTIALS', value: '/secrets/warehouse.json' }],
        volumeMounts: [tmpMount, fileMount('file-0', '/secrets/warehouse.json', 'credentials.json')],
      })], {
        serviceAccountName: 'etl-runner', imagePullSecrets: [{ name: 'corp-registry' }],
        volumes: [tmp, { name: 'file-0', secret: { secretName: 'warehouse-account', items: [{ key: 'credentials.json', path: 'credentials.json', mode: 288 }] } }],
      }) }),
      networkPolicy(s, [], [toCluster('orders-db', 'production'), toApp('production', 'order-events', 9092), toInternet(443)]),
    ],
  };
};

const recommender = (): Accepted => {
  const s: Subject = { name: 'recommender', namespace: 'shop', version: '1.2.3' };
  return {
    slug: '40-recommender', snapshot, title: 'Worker with ports, own and shared Postgres side by side, memory volume, steady, scraped by annotation',
    intent: `
metadata: {name: recommender, namespace: shop}
spec:
  workload:
    kind: worker
    containerImage: registry.corp/shop/recommender:1.2.3
    ports: [{name: metrics, containerPort: 2112}]
    volumes: [{name: model, mountPath: /model, medium: Memory}, {name: spool, mountPath: /spool}]
    probes: {startup: {exec: {command: [test, -f, /model/ready]}, failureThreshold: 120, periodSeconds: 5}}
  dependencies:
    - {name: orders-db, type: postgres, shared: production}
    - {name: vectors, type: postgres, size: 120Gi}
    - {name: embedder, type: service, port: 8000, shared: ml}
  scaling: {profile: steady}
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s), ownPostgres(s, 'vectors', 1, '120Gi'),
      deployment(s, { podAnnotations: scrapeAnnotations(2112), pod: spreadPod(s, [silent(s, 'registry.corp/shop/recommender:1.2.3', STANDARD, {
        ports: [port('metrics', 2112)], startupProbe: { exec: { command: ['test', '-f', '/model/ready'] }, failureThreshold: 120, periodSeconds: 5 },
        volumeMounts: [tmpMount, { name: 'model', mountPath: '/model' }, { name: 'spool', mountPath: '/spool' }],
      })], { volumes: [tmp, { name: 'model', emptyDir: { medium: 'Memory' } }, { name: 'spool', emptyDir: {} }] }) }),
      budget(s), autoscaler(s, 'Deployment', 2, 4, 80),
      networkPolicy(s, [fromNamespace('monitoring', 2112)], [toCluster('orders-db', 'production'), toCluster('recommender-vectors'), toApp('ml', 'embedder', 8000)]),
    ],
  };
};

const dnsFilter = (): Accepted => {
  const s: Subject = { name: 'dns-filter', namespace: 'platform', version: '1.12.0' };
  return {
    slug: '41-dns-filter', snapshot, title: 'Name server on privileged ports, writable root with an added capability, UDP to a resolver range, unavailability allowed',
    intent: `
metadata: {name: dns-filter, namespace: platform}
spec:
  workload:
    containerImage: docker.io/coredns/coredns:1.12.0
    resources: burstable
    ports: [{name: dns-tcp, containerPort: 53}, {name: dns, containerPort: 53, protocol: UDP}]
    probes:
      liveness: {httpGet: {path: /health, port: 8080}}
      readiness: {httpGet: {path: /ready, port: 8181}}
    files: [{path: /etc/coredns, configMap: dns-filter-zones}]
    args: [-conf, /etc/coredns/Corefile]
    security: {capabilities: {add: [NET_BIND_SERVICE]}}
    rollout: {maxUnavailable: 1, maxSurge: 0}
  networking:
    exposure: internal
    egress: [{cidr: 10.0.0.53/32, port: 53, protocol: UDP}, {cidr: 10.0.0.53/32, port: 853}]
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 2, strategy: rolling(0, 1), pod: spreadPod(s, [serving(s, 'docker.io/coredns/coredns:1.12.0', BURSTABLE, {
        ports: [port('dns-tcp', 53), port('dns', 53, 'UDP')], args: ['-conf', '/etc/coredns/Corefile'], securityContext: withCapability('NET_BIND_SERVICE'),
        livenessProbe: { httpGet: { path: '/health', port: 8080 } }, readinessProbe: { httpGet: { path: '/ready', port: 8181 } },
        volumeMounts: [tmpMount, fileMount('file-0', '/etc/coredns')],
      })], { volumes: [tmp, { name: 'file-0', configMap: { name: 'dns-filter-zones' } }] }) }),
      service(s, servicePort('dns-tcp', 53), servicePort('dns', 53, 'UDP')), budget(s),
      networkPolicy(s, [fromOwnNamespace(on(53), on(53, 'UDP'))], [toRange('10.0.0.53/32', 53, 'UDP'), toRange('10.0.0.53/32', 853)]),
    ],
  };
};

const seed = (): Accepted => {
  const s: Subject = { name: 'seed-data', namespace: 'shop', version: 'sha-4f1c2ab' };
  return {
    slug: '42-seed-data', snapshot, title: 'Job with writable root, two init containers, inline file and its own database, service called next door',
    intent: `
metadata: {name: seed-data, namespace: shop}
spec:
  workload:
    kind: job
    containerImage: registry.corp/shop/seed:sha-4f1c2ab
    resources: burstable
    workingDir: /seed
    command: [python, -m, seed]
    files: [{path: /seed/plan.yaml, content: "orders: 500\\nusers: 40\\n"}]
    init:
      - {name: unpack, containerImage: 'registry.corp/tools/unpack:1.0.0', workingDir: /seed}
      - {name: check, containerImage: 'registry.corp/tools/check:1.3.0', envFrom: [{secretRef: {name: seed-check, optional: true}}]}
    security: {writableRoot: true, runAsUser: 1500}
  dependencies:
    - {name: target, type: postgres, size: 5Gi}
    - {name: shop-api, type: service, port: 8080}
`,
    expected: [
      serviceAccount(s), filesMap(s, { 'seed-plan.yaml': 'orders: 500\nusers: 40\n' }), ownPostgres(s, 'target', 1, '5Gi'),
      job(s, { pod: pod(s, [silent(s, 'registry.corp/shop/seed:sha-4f1c2ab', BURSTABLE, {
        workingDir: '/seed', command: ['python', '-m', 'seed'], securityContext: writableRoot, volumeMounts: [fileMount('files', '/seed/plan.yaml', 'seed-plan.yaml')],
      })], {
        securityContext: podSecurity({ runAsUser: 1500 }),
        initContainers: [
          beside('unpack', 'registry.corp/tools/unpack:1.0.0', { workingDir: '/seed' }),
          beside('check', 'registry.corp/tools/check:1.3.0', { envFrom: [{ secretRef: { name: 'seed-check', optional: true } }] }),
        ],
        volumes: [{ name: 'files', configMap: { name: 'seed-data-files', items: [{ key: 'seed-plan.yaml', path: 'seed-plan.yaml' }] } }],
      }) }),
      networkPolicy(s, [], [toCluster('seed-data-target'), toNeighbour('shop-api', 8080)]),
    ],
  };
};

const landing = (): Accepted => {
  const s: Subject = { name: 'landing-page', namespace: 'marketing', version: '1.27.2-alpine' };
  return {
    slug: '43-landing-page', snapshot, title: 'Public static site: third-party image with a writable root, three hosts, high availability by minimum, preStop over HTTP',
    intent: `
metadata: {name: landing-page, namespace: marketing}
spec:
  workload:
    containerImage: docker.io/nginxinc/nginx-unprivileged:1.27.2-alpine
    resources: burstable
    security: {writableRoot: true, runAsUser: 101}
    rollout: {preStop: {httpGet: {path: /drain, port: http}}, maxSurge: 100%}
    placement: {tolerations: [{key: spot, operator: Exists, effect: NoSchedule}]}
  networking:
    exposure: public-ingress
    tls: false
    hosts: [www.corp.example, corp.example, corp.example.org]
  scaling: {min: 6}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 6, strategy: rolling('100%'), pod: without('volumes', spreadPod(s, [without('volumeMounts', serving(s, 'docker.io/nginxinc/nginx-unprivileged:1.27.2-alpine', BURSTABLE, {
        securityContext: writableRoot, lifecycle: { preStop: { httpGet: { path: '/drain', port: 'http' } } },
      }))], { securityContext: podSecurity({ runAsUser: 101 }), tolerations: [{ key: 'spot', operator: 'Exists', effect: 'NoSchedule' }] })) }),
      service(s, HTTP_SERVICE), budget(s),
      httpRoute(s, { parent: { ...shared, sectionName: 'http' }, hostnames: ['www.corp.example', 'corp.example', 'corp.example.org'] }),
      networkPolicy(s, [fromNamespace('gateways', 8080)]),
    ],
  };
};

export const onCnpg: Accepted[] = [inventoryApi(), shopApi(), billing(), timeseries(), etl(), recommender(), dnsFilter(), seed(), landing()];
