/** Accepted scenarios on istio-gateway: Istio, Gateway API, Prometheus operator, cert-manager; public traffic through edge/public; zone-b is full. */
import type { Accepted } from './scenario.ts';
import {
  BURSTABLE, BURSTABLE_CORE, HIGH, HTTP, STANDARD, STANDARD_CORE, autoscaler, awayFromZoneB, beside, besideCore, budget, claim, claimTemplate, claimed, corePod,
  cronJob, deployment, inPool, job, liveTcp, ofArch, onNodes, pod, podSecurity, port, probedAt, readyTcp, recreate, rolling, serviceAccount, serving, silent,
  spreadPod, statefulSet, tmp, tmpMount, without, writableRoot, type Subject,
} from './workload.ts';
import {
  HTTP_SERVICE, LOGIN, edge, exempt, fromCallers, fromNamespace, fromOwnNamespace, headless, httpRoute, injected, networkPolicy, on, podMonitor, scrape, service,
  serviceMonitor, servicePort, strictPeers, toApp, toInternet, toIstiod, toNeighbour, toRange, tokenHolders, tokens,
} from './traffic.ts';

const snapshot = 'istio-gateway';

const userAuth = (): Accepted => {
  const s: Subject = { name: 'user-auth-service', namespace: 'default', version: '2.2.0' };
  return {
    slug: '01-user-auth-service', snapshot, title: 'Public service behind tokens, scraped, high priority away from the full zone',
    intent: `
metadata:
  name: user-auth-service
spec:
  workload:
    containerImage: registry.corp/auth-svc:2.2.0
    resources: 'high-priority-compute'
  networking:
    exposure: 'public-ingress'
    authPolicy: 'jwt-validated'
  observability:
    metrics: 'prometheus-standard'
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 2, podLabels: injected, pod: spreadPod(s, [serving(s, 'registry.corp/auth-svc:2.2.0', HIGH)], { affinity: { nodeAffinity: awayFromZoneB } }) }),
      service(s, HTTP_SERVICE), budget(s),
      httpRoute(s, { parent: edge('https'), hostnames: ['user-auth-service.apps.corp.example'] }),
      tokens(s, LOGIN), tokenHolders(s, scrape()), serviceMonitor(s),
      networkPolicy(s, [fromNamespace('edge', 8080), fromNamespace('monitoring', 8080)], [toIstiod]),
    ],
  };
};

const checkoutApi = (): Accepted => {
  const s: Subject = { name: 'checkout-api', namespace: 'shop', version: '5.12.3' };
  return {
    slug: '20-checkout-api', snapshot, title: 'Core public API: two hosts, two paths, tokens with audiences and exempt paths, autoscaling on cpu and memory, two dependencies',
    intent: `
metadata: {name: checkout-api, namespace: shop}
spec:
  workload:
    containerImage: registry.corp/shop/checkout-api:5.12.3
    tier: core
    resources: high-priority-compute
    env: [{name: ORDERS_URL, value: 'http://orders:8080'}]
  networking:
    exposure: public-ingress
    hosts: [checkout.apps.corp.example, pay.apps.corp.example]
    paths: [/api/checkout, /api/payment-methods]
    authPolicy: jwt-validated
    audiences: [checkout, mobile-app]
    exemptPaths: [/healthz, /api/checkout/webhooks/*]
  dependencies:
    - {name: orders, type: service, port: 8080}
    - {name: carts, type: redis, shared: production}
  scaling: {min: 4, max: 20, cpu: 70, memory: 85}
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { podLabels: injected, pod: corePod(s, [serving(s, 'registry.corp/shop/checkout-api:5.12.3', HIGH, {
        env: [{ name: 'ORDERS_URL', value: 'http://orders:8080' }],
      })], { affinity: { nodeAffinity: awayFromZoneB } }) }),
      service(s, HTTP_SERVICE), budget(s), autoscaler(s, 'Deployment', 4, 20, 70, 85),
      httpRoute(s, { parent: edge('https'), hostnames: ['checkout.apps.corp.example', 'pay.apps.corp.example'], paths: ['/api/checkout', '/api/payment-methods'] }),
      tokens(s, { ...LOGIN, audiences: ['checkout', 'mobile-app'] }), tokenHolders(s, exempt('/healthz', '/api/checkout/webhooks/*'), scrape()), serviceMonitor(s),
      networkPolicy(s, [fromNamespace('edge', 8080), fromNamespace('monitoring', 8080)], [toIstiod, toNeighbour('orders', 8080), toApp('production', 'carts', 6379)]),
    ],
  };
};

const paymentsLedger = (): Accepted => {
  const s: Subject = { name: 'payments-ledger', namespace: 'payments', version: '1.0.27' };
  return {
    slug: '21-payments-ledger', snapshot, title: 'Core stateful set in mutual TLS with a persistent volume, named callers, scraped, bank reached by range',
    intent: `
metadata: {name: payments-ledger, namespace: payments}
spec:
  workload:
    kind: stateful
    tier: core
    containerImage: registry.corp/payments/ledger:1.0.27
    ports: [{name: grpc, containerPort: 50051, appProtocol: grpc}]
    probes:
      liveness: {grpc: {port: 50051}, periodSeconds: 30}
      readiness: {grpc: {port: 50051, service: ledger.v1.Ledger}}
    volumes: [{name: journal, mountPath: /var/lib/ledger, size: 100Gi, storageClassName: replicated}]
  networking:
    exposure: internal
    authPolicy: mtls
    allowFrom:
      - {name: checkout-api, namespace: shop}
      - {name: refund-worker}
  dependencies: [{name: bank-core, type: external, cidr: 198.51.100.0/24}]
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      statefulSet(s, { replicas: 3, podLabels: injected, claims: [claimTemplate('journal', '100Gi', { storageClassName: 'replicated' })],
        pod: corePod(s, [serving(s, 'registry.corp/payments/ledger:1.0.27', STANDARD_CORE, {
          ports: [port('grpc', 50051)], livenessProbe: { grpc: { port: 50051 }, periodSeconds: 30 }, readinessProbe: { grpc: { port: 50051, service: 'ledger.v1.Ledger' } },
          volumeMounts: [tmpMount, { name: 'journal', mountPath: '/var/lib/ledger' }],
        })]) }),
      headless(s, servicePort('grpc', 50051, 'TCP', 'grpc')), service(s, servicePort('grpc', 50051, 'TCP', 'grpc')), budget(s), strictPeers(s), serviceMonitor(s, 'grpc'),
      networkPolicy(s, [fromCallers([{ name: 'checkout-api', namespace: 'shop' }, { name: 'refund-worker' }], on(50051)), fromNamespace('monitoring', 50051)],
        [toIstiod, toRange('198.51.100.0/24', 443)]),
    ],
  };
};

const partnerGateway = (): Accepted => {
  const s: Subject = { name: 'partner-gateway', namespace: 'partners', version: '3.0.0' };
  const partner = { issuer: 'https://id.partner.example', jwksUri: 'https://id.partner.example/keys', audiences: ['corp-api'] };
  return {
    slug: '22-partner-gateway', snapshot, title: "A partner's own issuer, metrics on a second port and path, TLS asked for by name, surge",
    intent: `
metadata: {name: partner-gateway, namespace: partners}
spec:
  workload:
    containerImage: registry.corp/partners/gateway:3.0.0
    ports:
      - {name: web, containerPort: 3000}
      - {name: telemetry, containerPort: 9464}
    rollout: {maxSurge: 2}
  networking:
    exposure: public-ingress
    tls: true
    hosts: [partners.apps.corp.example]
    auth:
      issuer: https://id.partner.example
      jwksUri: https://id.partner.example/keys
      audiences: [corp-api]
      exemptPaths: [/.well-known/*]
  observability:
    metricsEndpoint: {port: 9464, path: /internal/metrics}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 2, podLabels: injected, strategy: rolling(2), pod: spreadPod(s, [serving(s, 'registry.corp/partners/gateway:3.0.0', STANDARD, {
        ports: [port('web', 3000), port('telemetry', 9464)], ...probedAt('web'),
      })]) }),
      service(s, servicePort('web', 3000), servicePort('telemetry', 9464)), budget(s),
      httpRoute(s, { parent: edge('https'), hostnames: ['partners.apps.corp.example'], port: 3000 }),
      tokens(s, partner), tokenHolders(s, exempt('/.well-known/*'), scrape('/internal/metrics')), serviceMonitor(s, 'telemetry', '/internal/metrics'),
      networkPolicy(s, [fromNamespace('edge', 3000), fromNamespace('monitoring', 9464)], [toIstiod]),
    ],
  };
};

const legacyPortal = (): Accepted => {
  const s: Subject = { name: 'legacy-portal', namespace: 'intranet', version: '2019-SP4' };
  return {
    slug: '23-legacy-portal', snapshot, title: 'Plain HTTP on the public gateway, recreate, writable root, burstable, callers inside as well, MySQL',
    intent: `
metadata: {name: legacy-portal, namespace: intranet}
spec:
  workload:
    containerImage: registry.corp/intranet/portal:2019-SP4
    resources: burstable
    security: {writableRoot: true, runAsUser: 48, runAsGroup: 48}
    rollout: {type: recreate}
    ports: [{name: http, containerPort: 8000}]
  networking:
    exposure: public-ingress
    tls: false
    paths: [/portal]
    allowFrom: [{name: link-checker, namespace: tooling}]
  dependencies: [{name: portal-db, type: mysql, shared: databases}]
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 2, strategy: recreate, pod: without('volumes', spreadPod(s, [without('volumeMounts', serving(s, 'registry.corp/intranet/portal:2019-SP4', BURSTABLE, {
        ports: [port('http', 8000)], securityContext: writableRoot,
      }))], { securityContext: podSecurity({ runAsUser: 48, runAsGroup: 48 }) })) }),
      service(s, servicePort('http', 8000)), budget(s),
      httpRoute(s, { parent: edge('http'), hostnames: ['legacy-portal.apps.corp.example'], paths: ['/portal'], port: 8000 }),
      networkPolicy(s, [fromCallers([{ name: 'link-checker', namespace: 'tooling' }], on(8000)), fromNamespace('edge', 8000)], [toApp('databases', 'portal-db', 3306)]),
    ],
  };
};

const fraudScorer = (): Accepted => {
  const s: Subject = { name: 'fraud-scorer', namespace: 'risk', version: '0.8.1' };
  return {
    slug: '24-fraud-scorer', snapshot, title: 'High-priority core worker in a pool, scraped without a Service, elastic, Kafka and Postgres without a database operator',
    intent: `
metadata: {name: fraud-scorer, namespace: risk}
spec:
  workload:
    kind: worker
    tier: core
    containerImage: registry.corp/risk/fraud-scorer:0.8.1
    resources: high-priority-compute
    ports: [{name: metrics, containerPort: 9100}]
    probes:
      liveness: {exec: {command: [/bin/alive]}, periodSeconds: 60, timeoutSeconds: 5}
    placement:
      nodePool: compute
      tolerations: [{key: compute, operator: Exists}]
  dependencies:
    - {name: transactions, type: kafka, shared: streaming}
    - {name: risk-db, type: postgres, shared: production}
  scaling: {profile: elastic}
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { pod: corePod(s, [silent(s, 'registry.corp/risk/fraud-scorer:0.8.1', HIGH, {
        ports: [port('metrics', 9100)], livenessProbe: { exec: { command: ['/bin/alive'] }, periodSeconds: 60, timeoutSeconds: 5 },
      })], { affinity: { nodeAffinity: { ...awayFromZoneB, ...onNodes(inPool('compute')) } }, tolerations: [{ key: 'compute', operator: 'Exists' }] }) }),
      budget(s), autoscaler(s, 'Deployment', 3, 10, 60), podMonitor(s, 'metrics'),
      networkPolicy(s, [fromNamespace('monitoring', 9100)], [toApp('streaming', 'transactions', 9092), toApp('production', 'risk-db', 5432)]),
    ],
  };
};

const imageResizer = (): Accepted => {
  const s: Subject = { name: 'image-resizer', namespace: 'media', version: '1.9.0' };
  return {
    slug: '25-image-resizer', snapshot, title: 'High priority on arm64, memory-backed volume, autoscaling from a maximum alone, internal and scraped, bucket and CDN',
    intent: `
metadata: {name: image-resizer, namespace: media}
spec:
  workload:
    containerImage: registry.corp/media/image-resizer:1.9.0
    resources: high-priority-compute
    placement: {arch: arm64}
    volumes: [{name: frames, mountPath: /dev/frames, medium: Memory}]
  networking:
    exposure: internal
    egress:
      - {host: storage.googleapis.com, port: 443}
      - {cidr: 203.0.113.16/28, port: 8443}
  scaling: {max: 12}
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { pod: spreadPod(s, [serving(s, 'registry.corp/media/image-resizer:1.9.0', HIGH, {
        volumeMounts: [tmpMount, { name: 'frames', mountPath: '/dev/frames' }],
      })], {
        affinity: { nodeAffinity: { ...awayFromZoneB, ...onNodes(ofArch('arm64')) } }, volumes: [tmp, { name: 'frames', emptyDir: { medium: 'Memory' } }],
      }) }),
      service(s, HTTP_SERVICE), budget(s), autoscaler(s, 'Deployment', 2, 12, 75), serviceMonitor(s),
      networkPolicy(s, [fromOwnNamespace(on(8080)), fromNamespace('monitoring', 8080)], [toInternet(443), toRange('203.0.113.16/28', 8443)]),
    ],
  };
};

const settlement = (): Accepted => {
  const s: Subject = { name: 'settlement-batch', namespace: 'payments', version: '11.4.0' };
  return {
    slug: '26-settlement-batch', snapshot, title: 'High-priority core cron away from the full zone with an init container, secrets and three dependencies',
    intent: `
metadata: {name: settlement-batch, namespace: payments}
spec:
  workload:
    kind: cron
    tier: core
    containerImage: registry.corp/payments/settlement:11.4.0
    resources: high-priority-compute
    schedule: {cron: '0 4 * * 1-5', timeZone: America/New_York}
    command: [/bin/settle]
    env:
      - {name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: settlement-db, key: password}}}
      - {name: WINDOW, valueFrom: {configMapKeyRef: {name: settlement-window, key: hours, optional: true}}}
    init: [{name: fetch-rates, containerImage: 'registry.corp/tools/fetch:2.0.1', command: [fetch, --rates]}]
    security: {fsGroup: 3000}
  dependencies:
    - {name: ledger-db, type: postgres, shared: production}
    - {name: payments-ledger, type: service, port: 50051}
    - {name: swift, type: external, host: swift.bank.example, port: 5443}
`,
    expected: [
      serviceAccount(s),
      cronJob(s, { schedule: '0 4 * * 1-5', timeZone: 'America/New_York' }, { pod: pod(s, [silent(s, 'registry.corp/payments/settlement:11.4.0', HIGH, {
        command: ['/bin/settle'],
        env: [
          { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'settlement-db', key: 'password' } } },
          { name: 'WINDOW', valueFrom: { configMapKeyRef: { name: 'settlement-window', key: 'hours', optional: true } } },
        ],
      })], {
        securityContext: podSecurity({ fsGroup: 3000 }), affinity: { nodeAffinity: awayFromZoneB },
        initContainers: [besideCore('fetch-rates', 'registry.corp/tools/fetch:2.0.1', { command: ['fetch', '--rates'] })],
      }) }),
      networkPolicy(s, [], [toApp('production', 'ledger-db', 5432), toNeighbour('payments-ledger', 50051), toInternet(5443)]),
    ],
  };
};

const sessionStore = (): Accepted => {
  const s: Subject = { name: 'session-store', namespace: 'identity', version: '7.4.1' };
  const ping = (periodSeconds: number) => ({ exec: { command: ['redis-cli', 'ping'] }, periodSeconds });
  return {
    slug: '27-session-store', snapshot, title: 'Stateful set without exposure in mutual TLS, pod monitor on an exporter port, exec probes, scratch data',
    intent: `
metadata: {name: session-store, namespace: identity}
spec:
  workload:
    kind: stateful
    containerImage: docker.io/library/redis:7.4.1
    resources: burstable
    args: [--save, '', --appendonly, 'no']
    ports:
      - {name: redis, containerPort: 6379}
      - {name: exporter, containerPort: 9121}
    probes:
      liveness: {exec: {command: [redis-cli, ping]}, periodSeconds: 15}
      readiness: {exec: {command: [redis-cli, ping]}, periodSeconds: 5}
    volumes: [{name: data, mountPath: /data}]
    security: {runAsUser: 999, fsGroup: 999}
  networking: {authPolicy: mtls}
  observability: {metricsEndpoint: {port: 9121}}
`,
    expected: [
      serviceAccount(s),
      statefulSet(s, { replicas: 2, podLabels: injected, pod: spreadPod(s, [serving(s, 'docker.io/library/redis:7.4.1', BURSTABLE, {
        args: ['--save', '', '--appendonly', 'no'], ports: [port('redis', 6379), port('exporter', 9121)], livenessProbe: ping(15), readinessProbe: ping(5),
        volumeMounts: [tmpMount, { name: 'data', mountPath: '/data' }],
      })], { securityContext: podSecurity({ runAsUser: 999, fsGroup: 999 }), volumes: [tmp, { name: 'data', emptyDir: {} }] }) }),
      headless(s, servicePort('redis', 6379), servicePort('exporter', 9121)), budget(s), strictPeers(s), podMonitor(s, 'exporter'),
      networkPolicy(s, [fromNamespace('monitoring', 9121)], [toIstiod]),
    ],
  };
};

const graphqlEdge = (): Accepted => {
  const s: Subject = { name: 'graphql-edge', namespace: 'shop', version: '16.0.2' };
  return {
    slug: '28-graphql-edge', snapshot, title: 'Public tokens without metrics, two ports of two application protocols, init and sidecar, three services called, steady',
    intent: `
metadata: {name: graphql-edge, namespace: shop}
spec:
  workload:
    containerImage: registry.corp/shop/graphql-edge:16.0.2
    ports:
      - {name: graphql, containerPort: 4000, appProtocol: http}
      - {name: grpc, containerPort: 4001, appProtocol: kubernetes.io/h2c}
    init: [{name: compose, containerImage: 'registry.corp/shop/rover:0.26.1', args: [supergraph, compose]}]
    sidecars: [{name: coprocessor, containerImage: 'registry.corp/shop/coprocessor:1.1.0'}]
  networking: {exposure: public-ingress, authPolicy: jwt-validated}
  dependencies:
    - {name: catalog, type: service, port: 8080}
    - {name: reviews, type: service, port: 8082, shared: community}
    - {name: identity, type: service, port: 9090, shared: identity}
  scaling: {profile: steady}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { podLabels: injected, pod: spreadPod(s, [
        serving(s, 'registry.corp/shop/graphql-edge:16.0.2', STANDARD, { ports: [port('graphql', 4000), port('grpc', 4001)], ...probedAt('graphql') }),
        beside('coprocessor', 'registry.corp/shop/coprocessor:1.1.0'),
      ], { initContainers: [beside('compose', 'registry.corp/shop/rover:0.26.1', { args: ['supergraph', 'compose'] })] }) }),
      service(s, servicePort('graphql', 4000, 'TCP', 'http'), servicePort('grpc', 4001, 'TCP', 'kubernetes.io/h2c')), budget(s), autoscaler(s, 'Deployment', 2, 4, 80),
      httpRoute(s, { parent: edge('https'), hostnames: ['graphql-edge.apps.corp.example'], port: 4000 }),
      tokens(s, LOGIN), tokenHolders(s),
      networkPolicy(s, [fromNamespace('edge', 4000)], [toIstiod, toNeighbour('catalog', 8080), toApp('community', 'reviews', 8082), toApp('identity', 'identity', 9090)]),
    ],
  };
};

const featureFlags = (): Accepted => {
  const s: Subject = { name: 'feature-flags', namespace: 'platform', version: '2.3.4' };
  return {
    slug: '29-feature-flags', snapshot, title: 'Internal tokens for named callers, core, existing service account, half of the probes stated, fixed replicas',
    intent: `
metadata: {name: feature-flags, namespace: platform}
spec:
  workload:
    containerImage: registry.corp/platform/feature-flags:2.3.4
    tier: core
    resources: burstable
    identity: {serviceAccount: flags-reader}
    probes: {readiness: {httpGet: {path: /ready, port: 8080}}}
  networking:
    exposure: internal
    authPolicy: jwt-validated
    audiences: [flags]
    allowFrom: [{name: storefront, namespace: shop}, {name: graphql-edge, namespace: shop}]
  scaling: {min: 4}
`,
    expected: [
      deployment(s, { replicas: 4, podLabels: injected, pod: corePod(s, [serving(s, 'registry.corp/platform/feature-flags:2.3.4', BURSTABLE_CORE, {
        livenessProbe: liveTcp('http'), readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
      })], { serviceAccountName: 'flags-reader' }) }),
      service(s, HTTP_SERVICE), budget(s), tokens(s, { ...LOGIN, audiences: ['flags'] }), tokenHolders(s),
      networkPolicy(s, [fromCallers([{ name: 'storefront', namespace: 'shop' }, { name: 'graphql-edge', namespace: 'shop' }], on(8080))], [toIstiod]),
    ],
  };
};

const digest = '9b2b7d4f6a1c3e5d7f9081a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6';
const notifier = (): Accepted => {
  const s: Subject = { name: 'notifier', namespace: 'shop' };
  return {
    slug: '30-notifier', snapshot, title: 'Image by digest alone (no version label), no exposure, pod monitor, steady core, two outside hosts',
    intent: `
metadata: {name: notifier, namespace: shop}
spec:
  workload:
    containerImage: registry.corp/shop/notifier@sha256:${digest}
    tier: core
    probes: {liveness: {httpGet: {path: /health, port: http}, failureThreshold: 5}}
  dependencies:
    - {name: smtp, type: external, host: smtp.mailer.example, port: 587}
    - {name: push, type: external, host: fcm.googleapis.com}
  scaling: {profile: steady}
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { pod: corePod(s, [serving(s, `registry.corp/shop/notifier@sha256:${digest}`, STANDARD_CORE, {
        livenessProbe: { httpGet: { path: '/health', port: 'http' }, failureThreshold: 5 }, readinessProbe: readyTcp('http'),
      })]) }),
      budget(s), autoscaler(s, 'Deployment', 3, 4, 80), podMonitor(s),
      networkPolicy(s, [fromNamespace('monitoring', 8080)], [toInternet(587), toInternet(443)]),
    ],
  };
};

const mlTrain = (): Accepted => {
  const s: Subject = { name: 'model-retrain', namespace: 'risk', version: '2024.46' };
  return {
    slug: '31-model-retrain', snapshot, title: 'High-priority job on a GPU pool with exact tolerations, persistent and memory volumes, surplus core rules absent',
    intent: `
metadata: {name: model-retrain, namespace: risk}
spec:
  workload:
    kind: job
    containerImage: registry.corp/risk/retrain:2024.46@sha256:${digest}
    resources: high-priority-compute
    args: [--epochs, '12']
    volumes:
      - {name: dataset, mountPath: /data, size: 500Gi, storageClassName: bulk, accessModes: [ReadWriteMany]}
      - {name: shm, mountPath: /dev/shm, medium: Memory}
    placement:
      nodePool: gpu
      arch: amd64
      tolerations:
        - {key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}
  networking: {egress: [{host: pypi.org, port: 443}]}
`,
    expected: [
      serviceAccount(s), claim(s, 'dataset', '500Gi', { storageClassName: 'bulk', accessModes: ['ReadWriteMany'] }),
      job(s, { pod: pod(s, [silent(s, `registry.corp/risk/retrain:2024.46@sha256:${digest}`, HIGH, {
        args: ['--epochs', '12'], volumeMounts: [tmpMount, { name: 'dataset', mountPath: '/data' }, { name: 'shm', mountPath: '/dev/shm' }],
      })], {
        affinity: { nodeAffinity: { ...awayFromZoneB, ...onNodes(inPool('gpu'), ofArch('amd64')) } },
        tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
        volumes: [tmp, claimed('dataset', 'model-retrain-dataset'), { name: 'shm', emptyDir: { medium: 'Memory' } }],
      }) }),
      networkPolicy(s, [], [toInternet(443)]),
    ],
  };
};

const chatRooms = (): Accepted => {
  const s: Subject = { name: 'chat-rooms', namespace: 'community', version: '0.31.0' };
  return {
    slug: '32-chat-rooms', snapshot, title: 'Public stateful set in mutual TLS with a persistent volume and exact autoscaling, scraped, Redis shared',
    intent: `
metadata: {name: chat-rooms, namespace: community}
spec:
  workload:
    kind: stateful
    containerImage: registry.corp/community/chat-rooms:0.31.0
    ports: [{name: http, containerPort: 8080}, {name: ws, containerPort: 8090}]
    volumes: [{name: rooms, mountPath: /var/rooms, size: 5Gi}]
    rollout: {terminationGracePeriodSeconds: 300, preStop: {exec: {command: [/bin/drain, --wait]}}}
  networking: {exposure: public-ingress, authPolicy: mtls, hosts: [chat.apps.corp.example]}
  dependencies: [{name: presence, type: redis, shared: community-data}]
  scaling: {min: 2, max: 6}
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      statefulSet(s, { podLabels: injected, claims: [claimTemplate('rooms', '5Gi')], pod: spreadPod(s, [serving(s, 'registry.corp/community/chat-rooms:0.31.0', STANDARD, {
        ports: [HTTP, port('ws', 8090)], lifecycle: { preStop: { exec: { command: ['/bin/drain', '--wait'] } } },
        volumeMounts: [tmpMount, { name: 'rooms', mountPath: '/var/rooms' }],
      })], { terminationGracePeriodSeconds: 300 }) }),
      headless(s, HTTP_SERVICE, servicePort('ws', 8090)), service(s, HTTP_SERVICE, servicePort('ws', 8090)), budget(s), autoscaler(s, 'StatefulSet', 2, 6, 75),
      httpRoute(s, { parent: edge('https'), hostnames: ['chat.apps.corp.example'] }), strictPeers(s), serviceMonitor(s),
      networkPolicy(s, [fromNamespace('edge', 8080), fromNamespace('monitoring', 8080)], [toIstiod, toApp('community-data', 'presence', 6379)]),
    ],
  };
};

export const onIstio: Accepted[] = [
  userAuth(), checkoutApi(), paymentsLedger(), partnerGateway(), legacyPortal(), fraudScorer(), imageResizer(), settlement(), sessionStore(), graphqlEdge(),
  featureFlags(), notifier(), mlTrain(), chatRooms(),
];
