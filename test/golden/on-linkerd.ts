/** Accepted scenarios on linkerd-nginx: Kubernetes 1.30, Linkerd, Prometheus operator, cert-manager, ingress class nginx. */
import type { Accepted } from './scenario.ts';
import {
  BURSTABLE, HIGH, HTTP, STANDARD, STANDARD_CORE, autoscaler, beside, budget, claim, claimTemplate, claimed, corePod, cronJob, daemonSet, deployment, fileMount, filesMap,
  inPool, onNodes, permitted, pod, podSecurity, port, probedAt, recreate, rolling, serviceAccount, serving, silent, spreadPod, statefulSet, tmp, tmpMount, type Subject,
} from './workload.ts';
import {
  HTTP_SERVICE, fromCallers, fromNamespace, fromOwnNamespace, headless, ingressPlain, ingressWithTls, meshIdentities, meshPort, meshed, networkPolicy, on, podMonitor,
  service, serviceMonitor, servicePort, toApp, toInternet, toLinkerd, toNeighbour, toRange,
} from './traffic.ts';

const snapshot = 'linkerd-nginx';

const storefront = (): Accepted => {
  const s: Subject = { name: 'storefront', namespace: 'shop', version: '2024.47.1' };
  return {
    slug: '03-storefront', snapshot, title: 'Public web shop through the ingress with a certificate for two hosts, scraped, two services called, steady',
    intent: `
metadata: {name: storefront, namespace: shop}
spec:
  workload:
    containerImage: registry.corp/shop/storefront:2024.47.1
    env: [{name: CATALOG_URL, value: 'http://catalog.shop:8080'}, {name: NODE_ENV, value: production}]
  networking:
    exposure: public-ingress
    hosts: [www.corp.example, shop.corp.example]
  dependencies:
    - {name: catalog, type: service, port: 8080}
    - {name: identity, type: service, port: 9090, shared: identity}
  scaling: {profile: steady}
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { pod: spreadPod(s, [serving(s, 'registry.corp/shop/storefront:2024.47.1', STANDARD, {
        env: [{ name: 'CATALOG_URL', value: 'http://catalog.shop:8080' }, { name: 'NODE_ENV', value: 'production' }],
      })]) }),
      service(s, HTTP_SERVICE), budget(s), autoscaler(s, 'Deployment', 2, 4, 80), ingressWithTls(s, ['www.corp.example', 'shop.corp.example']), serviceMonitor(s),
      networkPolicy(s, [fromNamespace('ingress-nginx', 8080), fromNamespace('monitoring', 8080)], [toNeighbour('catalog', 8080), toApp('identity', 'identity', 9090)]),
    ],
  };
};

const wiki = (): Accepted => {
  const s: Subject = { name: 'wiki', namespace: 'intranet', version: '1.42.3' };
  return {
    slug: '04-wiki', snapshot, title: 'Plain HTTP ingress to a single writer with a persistent volume, MySQL, inline file, capability-free user',
    intent: `
metadata: {name: wiki, namespace: intranet}
spec:
  workload:
    containerImage: docker.io/library/mediawiki:1.42.3
    ports: [{name: web, containerPort: 8081}]
    volumes: [{name: images, mountPath: /var/www/html/images, size: 30Gi}]
    files:
      - path: /var/www/html/LocalSettings.php
        content: |
          <?php
          $wgSitename = "Corp";
    env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: wiki-db, key: password}}}]
    security: {runAsUser: 33, runAsGroup: 33, fsGroup: 33}
  networking: {exposure: public-ingress, tls: false, paths: [/wiki, /w]}
  dependencies: [{name: wiki-db, type: mysql, shared: databases}]
`,
    expected: [
      serviceAccount(s), claim(s, 'images', '30Gi'), filesMap(s, { 'var-www-html-LocalSettings.php': '<?php\n$wgSitename = "Corp";\n' }),
      deployment(s, { replicas: 1, strategy: recreate, pod: spreadPod(s, [serving(s, 'docker.io/library/mediawiki:1.42.3', STANDARD, {
        ports: [port('web', 8081)], ...probedAt('web'), env: [{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'wiki-db', key: 'password' } } }],
        volumeMounts: [
          tmpMount, { name: 'images', mountPath: '/var/www/html/images' }, fileMount('files', '/var/www/html/LocalSettings.php', 'var-www-html-LocalSettings.php'),
        ],
      })], {
        securityContext: podSecurity({ runAsUser: 33, runAsGroup: 33, fsGroup: 33 }),
        volumes: [tmp, claimed('images', 'wiki-images'), { name: 'files', configMap: { name: 'wiki-files', items: [
          { key: 'var-www-html-LocalSettings.php', path: 'var-www-html-LocalSettings.php' },
        ] } }],
      }) }),
      service(s, servicePort('web', 8081)), budget(s), ingressPlain(s, ['wiki.apps.corp.example'], ['/wiki', '/w'], 'web'),
      networkPolicy(s, [fromNamespace('ingress-nginx', 8081)], [toApp('databases', 'wiki-db', 3306)]),
    ],
  };
};

const ledgerApi = (): Accepted => {
  const s: Subject = { name: 'ledger-api', namespace: 'payments', version: '6.1.0' };
  return {
    slug: '05-ledger-api', snapshot, title: 'Core internal service on two ports in mutual TLS of Linkerd, named callers, scraped, Postgres without operator',
    intent: `
metadata: {name: ledger-api, namespace: payments}
spec:
  workload:
    containerImage: registry.corp/payments/ledger-api:6.1.0
    tier: core
    ports:
      - {name: http, containerPort: 8080}
      - {name: grpc, containerPort: 9090, appProtocol: grpc}
  networking:
    exposure: internal
    authPolicy: mtls
    allowFrom: [{name: checkout-api, namespace: shop}]
  dependencies: [{name: ledger-db, type: postgres, shared: production}]
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 3, podAnnotations: meshed, pod: corePod(s, [serving(s, 'registry.corp/payments/ledger-api:6.1.0', STANDARD_CORE, {
        ports: [HTTP, port('grpc', 9090)],
      })]) }),
      service(s, HTTP_SERVICE, servicePort('grpc', 9090, 'TCP', 'grpc')), budget(s), meshIdentities(s), ...meshPort(s, 'http'), ...meshPort(s, 'grpc'), serviceMonitor(s),
      networkPolicy(s, [fromCallers([{ name: 'checkout-api', namespace: 'shop' }], on(8080), on(9090)), fromNamespace('monitoring', 8080)],
        [toLinkerd, toApp('production', 'ledger-db', 5432)]),
    ],
  };
};

const kafkaBridge = (): Accepted => {
  const s: Subject = { name: 'kafka-bridge', namespace: 'streaming', version: '3.9.0' };
  return {
    slug: '06-kafka-bridge', snapshot, title: 'Worker without ports: exact resources, files from ConfigMap and Secret, recreate, two Kafkas, proxy by range',
    intent: `
metadata: {name: kafka-bridge, namespace: streaming}
spec:
  workload:
    kind: worker
    containerImage: registry.corp/streaming/bridge:3.9.0
    resourceRequirements:
      requests: {cpu: 750m, memory: 1536Mi, ephemeral-storage: 2Gi}
      limits: {memory: 2Gi, ephemeral-storage: 4Gi}
    command: [/opt/kafka/bin/connect-mirror-maker.sh]
    args: [/etc/mm2/mm2.properties]
    files:
      - {path: /etc/mm2/mm2.properties, configMap: mirror-maker, key: mm2.properties}
      - {path: /etc/mm2/keystore.jks, secret: mirror-maker-keys, key: keystore.jks, mode: 256}
    rollout: {type: recreate, terminationGracePeriodSeconds: 90}
  networking:
    egress: [{cidr: 10.200.0.0/24, port: 3128}]
  dependencies:
    - {name: events, type: kafka, shared: production}
    - {name: events-replica, type: kafka, shared: analytics}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 2, strategy: recreate, pod: spreadPod(s, [silent(s, 'registry.corp/streaming/bridge:3.9.0', {
        requests: { cpu: '750m', memory: '1536Mi', 'ephemeral-storage': '2Gi' }, limits: { memory: '2Gi', 'ephemeral-storage': '4Gi' },
      }, {
        command: ['/opt/kafka/bin/connect-mirror-maker.sh'], args: ['/etc/mm2/mm2.properties'],
        volumeMounts: [tmpMount, fileMount('file-0', '/etc/mm2/mm2.properties', 'mm2.properties'), fileMount('file-1', '/etc/mm2/keystore.jks', 'keystore.jks')],
      })], {
        terminationGracePeriodSeconds: 90,
        volumes: [
          tmp, { name: 'file-0', configMap: { name: 'mirror-maker', items: [{ key: 'mm2.properties', path: 'mm2.properties' }] } },
          { name: 'file-1', secret: { secretName: 'mirror-maker-keys', items: [{ key: 'keystore.jks', path: 'keystore.jks', mode: 256 }] } },
        ],
      }) }),
      budget(s),
      networkPolicy(s, [], [toApp('production', 'events', 9092), toApp('analytics', 'events-replica', 9092), toRange('10.200.0.0/24', 3128)]),
    ],
  };
};

const vendorApi = (): Accepted => {
  const s: Subject = { name: 'vendor-api', namespace: 'partners', version: '4.0.1' };
  return {
    slug: '07-vendor-api', snapshot, title: 'Public ingress with TLS asked for by name in mutual TLS of Linkerd, metrics on their own port, elastic, callers inside too',
    intent: `
metadata: {name: vendor-api, namespace: partners}
spec:
  workload:
    containerImage: registry.corp/partners/vendor-api:4.0.1
    resources: high-priority-compute
    ports:
      - {name: api, containerPort: 5000}
      - {name: metrics, containerPort: 5001}
  networking:
    exposure: public-ingress
    tls: true
    paths: [/v1, /v2]
    authPolicy: mtls
    allowFrom: [{name: portal}]
  scaling: {profile: elastic}
  observability: {metricsEndpoint: {port: 5001, path: /prom}}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { podAnnotations: meshed, pod: spreadPod(s, [serving(s, 'registry.corp/partners/vendor-api:4.0.1', HIGH, {
        ports: [port('api', 5000), port('metrics', 5001)], ...probedAt('api'),
      })]) }),
      service(s, servicePort('api', 5000), servicePort('metrics', 5001)), budget(s), autoscaler(s, 'Deployment', 2, 10, 60),
      ingressWithTls(s, ['vendor-api.apps.corp.example'], ['/v1', '/v2'], 'api'),
      meshIdentities(s), ...meshPort(s, 'api'), ...meshPort(s, 'metrics'), serviceMonitor(s, 'metrics', '/prom'),
      networkPolicy(s, [fromCallers([{ name: 'portal' }], on(5000), on(5001)), fromNamespace('ingress-nginx', 5000), fromNamespace('monitoring', 5001)], [toLinkerd]),
    ],
  };
};

const docsSearch = (): Accepted => {
  const s: Subject = { name: 'docs-search', namespace: 'docs', version: 'v1.11.3' };
  return {
    slug: '08-docs-search', snapshot, title: 'Public stateful set with a claim of one class and mode, certificate, one replica, pool, probes stated',
    intent: `
metadata: {name: docs-search, namespace: docs}
spec:
  workload:
    kind: stateful
    containerImage: docker.io/getmeili/meilisearch:v1.11.3
    resources: burstable
    ports: [{name: http, containerPort: 7700}]
    envFrom: [{secretRef: {name: meili-keys}}]
    probes:
      liveness: {httpGet: {path: /health, port: http}, initialDelaySeconds: 15, periodSeconds: 20}
      readiness: {httpGet: {path: /health, port: http}, timeoutSeconds: 3}
      startup: {httpGet: {path: /health, port: http}, failureThreshold: 60}
    volumes: [{name: index, mountPath: /meili_data, size: 40Gi, storageClassName: local-nvme, accessModes: [ReadWriteOncePod]}]
    placement: {nodePool: storage}
  networking: {exposure: public-ingress, hosts: [search.docs.corp.example]}
  scaling: {min: 1}
`,
    expected: [
      serviceAccount(s),
      statefulSet(s, { replicas: 1, claims: [claimTemplate('index', '40Gi', { storageClassName: 'local-nvme', accessModes: ['ReadWriteOncePod'] })],
        pod: spreadPod(s, [serving(s, 'docker.io/getmeili/meilisearch:v1.11.3', BURSTABLE, {
          ports: [port('http', 7700)], envFrom: [{ secretRef: { name: 'meili-keys' } }],
          livenessProbe: { httpGet: { path: '/health', port: 'http' }, initialDelaySeconds: 15, periodSeconds: 20 },
          readinessProbe: { httpGet: { path: '/health', port: 'http' }, timeoutSeconds: 3 },
          startupProbe: { httpGet: { path: '/health', port: 'http' }, failureThreshold: 60 },
          volumeMounts: [tmpMount, { name: 'index', mountPath: '/meili_data' }],
        })], { affinity: { nodeAffinity: onNodes(inPool('storage')) } }) }),
      headless(s, servicePort('http', 7700)), service(s, servicePort('http', 7700)), budget(s), ingressWithTls(s, ['search.docs.corp.example']),
      networkPolicy(s, [fromNamespace('ingress-nginx', 7700)]),
    ],
  };
};

const nightlyReport = (): Accepted => {
  const s: Subject = { name: 'nightly-report', namespace: 'finance', version: 'r118' };
  return {
    slug: '09-nightly-report', snapshot, title: 'Cron that may overlap, inline files, whole environment from a ConfigMap, MySQL, mail by host and file share by range',
    intent: `
metadata: {name: nightly-report, namespace: finance}
spec:
  workload:
    kind: cron
    containerImage: registry.corp/finance/report:r118
    resources: burstable
    schedule: {cron: '@daily', concurrencyPolicy: Allow}
    envFrom: [{configMapRef: {name: report-settings}}]
    files: [{path: /report/template.html, content: '<h1>Report</h1>'}]
    sidecars: [{name: sql-proxy, containerImage: 'registry.corp/tools/sql-proxy:2.14.1', args: [--quitquitquit]}]
  networking:
    egress:
      - {host: smtp.corp.example, port: 465}
      - {cidr: 10.3.0.0/16, port: 445}
  dependencies: [{name: erp, type: mysql, shared: databases}]
`,
    expected: [
      serviceAccount(s), filesMap(s, { 'report-template.html': '<h1>Report</h1>' }),
      cronJob(s, { schedule: '@daily', concurrencyPolicy: 'Allow' }, { pod: pod(s, [
        silent(s, 'registry.corp/finance/report:r118', BURSTABLE, {
          envFrom: [{ configMapRef: { name: 'report-settings' } }], volumeMounts: [tmpMount, fileMount('files', '/report/template.html', 'report-template.html')],
        }),
        beside('sql-proxy', 'registry.corp/tools/sql-proxy:2.14.1', { args: ['--quitquitquit'] }),
      ], { volumes: [tmp, { name: 'files', configMap: { name: 'nightly-report-files', items: [{ key: 'report-template.html', path: 'report-template.html' }] } }] }) }),
      networkPolicy(s, [], [toApp('databases', 'erp', 3306), toInternet(465), toRange('10.3.0.0/16', 445)]),
    ],
  };
};

const eventStore = (): Accepted => {
  const s: Subject = { name: 'event-store', namespace: 'streaming', version: '24.10.1' };
  return {
    slug: '33-event-store', snapshot, title: 'Core stateful set without exposure in mutual TLS of Linkerd: pod monitor, persistent volume, tolerations',
    intent: `
metadata: {name: event-store, namespace: streaming}
spec:
  workload:
    kind: stateful
    tier: core
    containerImage: docker.io/eventstore/eventstore:24.10.1
    resources: high-priority-compute
    ports: [{name: tcp, containerPort: 1113}, {name: http, containerPort: 2113}]
    volumes: [{name: data, mountPath: /var/lib/eventstore, size: 1Ti}]
    placement: {tolerations: [{key: storage, operator: Equal, value: nvme, effect: NoExecute, tolerationSeconds: 600}]}
  networking: {authPolicy: mtls}
  observability: {metricsEndpoint: {port: 2113}}
`,
    expected: [
      serviceAccount(s),
      statefulSet(s, { replicas: 3, podAnnotations: meshed, claims: [claimTemplate('data', '1Ti')], pod: corePod(s, [
        serving(s, 'docker.io/eventstore/eventstore:24.10.1', HIGH, {
          ports: [port('tcp', 1113), port('http', 2113)], ...probedAt('tcp'), volumeMounts: [tmpMount, { name: 'data', mountPath: '/var/lib/eventstore' }],
        }),
      ], { tolerations: [{ key: 'storage', operator: 'Equal', value: 'nvme', effect: 'NoExecute', tolerationSeconds: 600 }] }) }),
      headless(s, servicePort('tcp', 1113), servicePort('http', 2113)), budget(s),
      meshIdentities(s), ...meshPort(s, 'tcp'), ...meshPort(s, 'http'), podMonitor(s, 'http'),
      networkPolicy(s, [fromNamespace('monitoring', 2113)], [toLinkerd]),
    ],
  };
};

const geocoder = (): Accepted => {
  const s: Subject = { name: 'geocoder', namespace: 'logistics', version: '2.8.0' };
  return {
    slug: '34-geocoder', snapshot, title: 'Internal high-priority service where no zone is full: no preference; init, claim, surge, autoscaling on cpu and memory, scraped',
    intent: `
metadata: {name: geocoder, namespace: logistics}
spec:
  workload:
    containerImage: registry.corp/logistics/geocoder:2.8.0
    resources: high-priority-compute
    init: [{name: warm-tiles, containerImage: 'registry.corp/logistics/tiles:2024.10', env: [{name: REGION, value: eu}]}]
    volumes: [{name: tiles, mountPath: /tiles, claimName: tiles-shared}]
    rollout: {maxSurge: 25%}
  networking: {exposure: internal}
  scaling: {max: 8, cpu: 50, memory: 70}
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { strategy: rolling('25%'), pod: spreadPod(s, [serving(s, 'registry.corp/logistics/geocoder:2.8.0', HIGH, {
        volumeMounts: [tmpMount, { name: 'tiles', mountPath: '/tiles' }],
      })], {
        initContainers: [beside('warm-tiles', 'registry.corp/logistics/tiles:2024.10', { env: [{ name: 'REGION', value: 'eu' }] })],
        volumes: [tmp, claimed('tiles', 'tiles-shared')],
      }) }),
      service(s, HTTP_SERVICE), budget(s), autoscaler(s, 'Deployment', 2, 8, 50, 70), serviceMonitor(s),
      networkPolicy(s, [fromOwnNamespace(on(8080)), fromNamespace('monitoring', 8080)]),
    ],
  };
};

const nodeAgent = (): Accepted => {
  const s: Subject = { name: 'node-agent', namespace: 'platform', version: '0.2.0' };
  return {
    slug: '44-node-agent', snapshot, title: 'Daemon on tainted nodes too, two nodes at a time, that may watch pods and read one ConfigMap, scraped on its only port',
    intent: `
metadata: {name: node-agent, namespace: platform}
spec:
  workload:
    containerImage: registry.corp/platform/node-agent:0.2.0
    kind: daemon
    ports: [{name: metrics, containerPort: 9100}]
    identity:
      permissions:
        - {apiGroups: [''], resources: [pods], verbs: [list, watch]}
        - {apiGroups: [''], resources: [configmaps], resourceNames: [node-agent-rules], verbs: [get]}
    placement: {tolerations: [{operator: Exists}]}
    probes: {liveness: {httpGet: {path: /healthz, port: metrics}, periodSeconds: 30}}
    rollout: {maxUnavailable: 2}
  networking: {egress: [{cidr: 10.96.0.1/32, port: 443}]}
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      ...permitted(s, [
        { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
        { apiGroups: [''], resources: ['configmaps'], resourceNames: ['node-agent-rules'], verbs: ['get'] },
      ]),
      daemonSet(s, { maxUnavailable: 2 }, { pod: pod(s, [silent(s, 'registry.corp/platform/node-agent:0.2.0', STANDARD, {
        ports: [port('metrics', 9100)], livenessProbe: { httpGet: { path: '/healthz', port: 'metrics' }, periodSeconds: 30 },
      })], { automountServiceAccountToken: true, tolerations: [{ operator: 'Exists' }] }) }),
      podMonitor(s, 'metrics'), networkPolicy(s, [fromNamespace('monitoring', 9100)], [toRange('10.96.0.1/32', 443)]),
    ],
  };
};

export const onLinkerd: Accepted[] = [storefront(), wiki(), ledgerApi(), kafkaBridge(), vendorApi(), docsSearch(), nightlyReport(), eventStore(), geocoder(), nodeAgent()];
