/** Accepted scenarios on bare-1.30: Kubernetes 1.30, nothing installed, no settings, three zones. */
import type { JsonObject } from '../../src/kubernetes.ts';
import type { Accepted } from './scenario.ts';
import {
  BURSTABLE_CORE, HIGH, HTTP, STANDARD, STANDARD_CORE, autoscaler, beside, besideCore, budget, claim, claimTemplate, claimed, corePod, cronJob, deployment,
  fileMount, filesMap, inPool, job, liveTcp, ofArch, onNodes, pod, podSecurity, port, probedAt, recreate, rolling, serviceAccount, serving, silent, spreadPod,
  statefulSet, tmp, tmpMount, withCapability, without, writableRoot, type Subject,
} from './workload.ts';
import {
  HTTP_SERVICE, fromCallers, fromNamespace, fromOwnNamespace, headless, networkPolicy, on, scrapeAnnotations, service, servicePort, toApp, toInternet, toNeighbour,
  toRange,
} from './traffic.ts';

const snapshot = 'bare-1.30';

const inventoryApi = (): Accepted => {
  const s: Subject = { name: 'inventory-api', namespace: 'shop', version: '1.4.1' };
  return {
    slug: '02-inventory-api', snapshot, title: 'Internal API that may only speak to the shared Postgres of production, no database operator',
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
      networkPolicy(s, [fromOwnNamespace(on(8080))], [toApp('production', 'orders-db', 5432)]),
    ],
  };
};

const statsdRelay = (): Accepted => {
  const s: Subject = { name: 'statsd-relay', namespace: 'platform', version: 'v0.9.3' };
  return {
    slug: '10-statsd-relay', snapshot, title: 'TCP and UDP ports below 1024 with an added capability, named callers of two namespaces, UDP egress to a range',
    intent: `
metadata:
  name: statsd-relay
  namespace: platform
spec:
  workload:
    containerImage: ghcr.io/acme/statsd-relay:v0.9.3
    tier: core
    ports:
      - {name: admin, containerPort: 8126}
      - {name: statsd, containerPort: 125, protocol: UDP}
    security:
      capabilities: {add: [NET_BIND_SERVICE]}
  networking:
    exposure: internal
    allowFrom:
      - name: storefront
        namespace: shop
      - name: cart
        namespace: shop
      - name: cron-runner
    egress:
      - {cidr: 10.40.0.0/16, port: 8125, protocol: UDP}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 3, pod: corePod(s, [serving(s, 'ghcr.io/acme/statsd-relay:v0.9.3', STANDARD_CORE, {
        ports: [port('admin', 8126), port('statsd', 125, 'UDP')], ...probedAt('admin'), securityContext: withCapability('NET_BIND_SERVICE'),
      })]) }),
      service(s, servicePort('admin', 8126), servicePort('statsd', 125, 'UDP')), budget(s),
      networkPolicy(s, [fromCallers([{ name: 'storefront', namespace: 'shop' }, { name: 'cart', namespace: 'shop' }, { name: 'cron-runner' }], on(8126), on(125, 'UDP'))],
        [toRange('10.40.0.0/16', 8125, 'UDP')]),
    ],
  };
};

const schemaMigrate = (): Accepted => {
  const s: Subject = { name: 'schema-migrate', namespace: 'shop', version: '2024.11.0' };
  const env: JsonObject[] = [{ name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'orders-db-app', key: 'uri' } } }, { name: 'LOG_LEVEL', value: 'info' }];
  return {
    slug: '11-schema-migrate', snapshot, title: 'Core job with an init container, a command, a user id, a secret in its environment and a shared Postgres',
    intent: `
metadata: {name: schema-migrate, namespace: shop}
spec:
  workload:
    kind: job
    tier: core
    containerImage: registry.corp/shop/schema-migrate:2024.11.0
    command: [/app/migrate]
    args: ["--to", "latest", "--lock-timeout=30s"]
    env:
      - name: DATABASE_URL
        valueFrom: {secretKeyRef: {name: orders-db-app, key: uri}}
      - {name: LOG_LEVEL, value: info}
    init:
      - name: wait-for-db
        containerImage: registry.corp/tools/wait-for:1.2.0
        args: ["orders-db-rw.production:5432"]
    security: {runAsUser: 10001, runAsGroup: 10001}
  dependencies:
    - {name: orders-db, type: postgres, shared: production}
`,
    expected: [
      serviceAccount(s),
      job(s, { pod: pod(s, [silent(s, 'registry.corp/shop/schema-migrate:2024.11.0', STANDARD_CORE, {
        command: ['/app/migrate'], args: ['--to', 'latest', '--lock-timeout=30s'], env,
      })], {
        securityContext: podSecurity({ runAsUser: 10001, runAsGroup: 10001 }),
        initContainers: [besideCore('wait-for-db', 'registry.corp/tools/wait-for:1.2.0', { args: ['orders-db-rw.production:5432'] })],
      }) }),
      networkPolicy(s, [], [toApp('production', 'orders-db', 5432)]),
    ],
  };
};

const quoteService = (): Accepted => {
  const s: Subject = { name: 'quote-service', namespace: 'pricing', version: '7.0.0-rc.2' };
  const health = (path: string, periodSeconds: number) => ({ httpGet: { path, port: 'http' }, periodSeconds });
  return {
    slug: '12-quote-service', snapshot, title: 'Core internal service scraped by annotation, HTTP probes, files from a ConfigMap (one key, whole directory), preStop',
    intent: `
metadata: {name: quote-service, namespace: pricing}
spec:
  workload:
    containerImage: registry.corp/pricing/quote-service:7.0.0-rc.2
    tier: core
    probes:
      liveness: {httpGet: {path: /livez, port: http}, periodSeconds: 15}
      readiness: {httpGet: {path: /readyz, port: http}, periodSeconds: 5}
    files:
      - {path: /etc/quote/rates.json, configMap: fx-rates, key: rates.json}
      - {path: /etc/quote/rules, configMap: quote-rules}
    rollout:
      preStop: {sleep: {seconds: 10}}
      terminationGracePeriodSeconds: 45
  networking: {exposure: internal}
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 3, podAnnotations: scrapeAnnotations(8080), pod: corePod(s, [serving(s, 'registry.corp/pricing/quote-service:7.0.0-rc.2', STANDARD_CORE, {
        livenessProbe: health('/livez', 15), readinessProbe: health('/readyz', 5), lifecycle: { preStop: { sleep: { seconds: 10 } } },
        volumeMounts: [tmpMount, fileMount('file-0', '/etc/quote/rates.json', 'rates.json'), fileMount('file-1', '/etc/quote/rules')],
      })], {
        terminationGracePeriodSeconds: 45,
        volumes: [tmp, { name: 'file-0', configMap: { name: 'fx-rates', items: [{ key: 'rates.json', path: 'rates.json' }] } }, { name: 'file-1', configMap: { name: 'quote-rules' } }],
      }) }),
      service(s, HTTP_SERVICE), budget(s),
      networkPolicy(s, [fromOwnNamespace(on(8080)), fromNamespace('monitoring', 8080)]),
    ],
  };
};

const thumbnailer = (): Accepted => {
  const s: Subject = { name: 'thumbnailer', namespace: 'media', version: '3.3.1' };
  return {
    slug: '13-thumbnailer', snapshot, title: 'Burstable core worker with scratch space and an existing claim, fixed replicas, redis and a bucket on the internet',
    intent: `
metadata: {name: thumbnailer, namespace: media}
spec:
  workload:
    kind: worker
    tier: core
    containerImage: registry.corp/media/thumbnailer:3.3.1
    resources: burstable
    volumes:
      - {name: work, mountPath: /var/work}
      - {name: originals, mountPath: /srv/originals, claimName: originals-nfs}
    env:
      - {name: QUEUE, value: thumbnails}
      - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
  scaling: {min: 5}
  dependencies:
    - {name: jobs, type: redis, shared: media-data}
    - {name: object-store, type: external, host: s3.eu-central-1.amazonaws.com}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 5, pod: corePod(s, [silent(s, 'registry.corp/media/thumbnailer:3.3.1', BURSTABLE_CORE, {
        env: [{ name: 'QUEUE', value: 'thumbnails' }, { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
        volumeMounts: [tmpMount, { name: 'work', mountPath: '/var/work' }, { name: 'originals', mountPath: '/srv/originals' }],
      })], { volumes: [tmp, { name: 'work', emptyDir: {} }, claimed('originals', 'originals-nfs')] }) }),
      budget(s),
      networkPolicy(s, [], [toApp('media-data', 'jobs', 6379), toInternet(443)]),
    ],
  };
};

const longName = (): Accepted => {
  const s: Subject = { name: 'customer-notification-preferences-aggregator', namespace: 'customer-experience-platform', version: '2024-11-05.build.4711' };
  return {
    slug: '14-long-name', snapshot, title: 'Long names, five dependencies of five kinds, two ports, envFrom with a prefix',
    intent: `
metadata:
  name: customer-notification-preferences-aggregator
  namespace: customer-experience-platform
spec:
  workload:
    containerImage: registry.corp:5000/cx/customer-notification-preferences-aggregator:2024-11-05.build.4711
    ports:
      - {name: http, containerPort: 8080}
      - {name: grpc, containerPort: 9000, appProtocol: grpc}
    envFrom:
      - configMapRef: {name: notification-defaults}
      - {prefix: TWILIO_, secretRef: {name: twilio-credentials}}
  networking: {exposure: internal}
  dependencies:
    - {name: preferences, type: mysql, shared: customer-data}
    - {name: session-cache, type: redis, shared: customer-data}
    - {name: customer-events, type: kafka, shared: streaming}
    - {name: template-renderer, type: service, port: 8081}
    - {name: twilio, type: external, host: api.twilio.com, port: 8443}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 2, pod: spreadPod(s, [serving(s, 'registry.corp:5000/cx/customer-notification-preferences-aggregator:2024-11-05.build.4711', STANDARD, {
        ports: [HTTP, port('grpc', 9000)],
        envFrom: [{ configMapRef: { name: 'notification-defaults' } }, { prefix: 'TWILIO_', secretRef: { name: 'twilio-credentials' } }],
      })]) }),
      service(s, HTTP_SERVICE, servicePort('grpc', 9000, 'TCP', 'grpc')), budget(s),
      networkPolicy(s, [fromOwnNamespace(on(8080), on(9000))], [
        toApp('customer-data', 'preferences', 3306), toApp('customer-data', 'session-cache', 6379), toApp('streaming', 'customer-events', 9092),
        toNeighbour('template-renderer', 8081), toInternet(8443),
      ]),
    ],
  };
};

const tokenVault = (): Accepted => {
  const s: Subject = { name: 'token-vault', namespace: 'security', version: '1.15.4' };
  return {
    slug: '15-token-vault', snapshot, title: 'Core service with a core-sized sidecar, secret files with modes, startup probe and a group for volumes',
    intent: `
metadata: {name: token-vault, namespace: security}
spec:
  workload:
    containerImage: registry.corp/security/token-vault:1.15.4
    tier: core
    ports: [{name: https, containerPort: 8443}]
    probes:
      startup: {tcpSocket: {port: https}, failureThreshold: 30, periodSeconds: 2}
    files:
      - {path: /etc/vault/tls, secret: token-vault-tls}
      - {path: /etc/vault/unseal.key, secret: token-vault-unseal, key: unseal.key, mode: 256}
    sidecars:
      - name: audit-shipper
        containerImage: registry.corp/security/audit-shipper:0.4.0
        args: [--follow]
        env: [{name: SINK, value: 'https://audit.corp'}]
    security: {runAsUser: 100, runAsGroup: 1000, fsGroup: 1000}
  networking:
    exposure: internal
    allowFrom: [{name: payments-api, namespace: payments}]
    egress: [{cidr: 10.9.8.0/24, port: 443}]
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 3, pod: corePod(s, [
        serving(s, 'registry.corp/security/token-vault:1.15.4', STANDARD_CORE, {
          ports: [port('https', 8443)], ...probedAt('https'), startupProbe: { tcpSocket: { port: 'https' }, failureThreshold: 30, periodSeconds: 2 },
          volumeMounts: [tmpMount, fileMount('file-0', '/etc/vault/tls'), fileMount('file-1', '/etc/vault/unseal.key', 'unseal.key')],
        }),
        besideCore('audit-shipper', 'registry.corp/security/audit-shipper:0.4.0', { args: ['--follow'], env: [{ name: 'SINK', value: 'https://audit.corp' }] }),
      ], {
        securityContext: podSecurity({ runAsUser: 100, runAsGroup: 1000, fsGroup: 1000 }),
        volumes: [
          tmp,
          { name: 'file-0', secret: { secretName: 'token-vault-tls' } },
          { name: 'file-1', secret: { secretName: 'token-vault-unseal', items: [{ key: 'unseal.key', path: 'unseal.key', mode: 256 }] } },
        ],
      }) }),
      service(s, servicePort('https', 8443)), budget(s),
      networkPolicy(s, [fromCallers([{ name: 'payments-api', namespace: 'payments' }], on(8443))], [toRange('10.9.8.0/24', 443)]),
    ],
  };
};

const legacyErp = (): Accepted => {
  const s: Subject = { name: 'legacy-erp-bridge', namespace: 'finance', version: '4.2' };
  return {
    slug: '16-legacy-erp-bridge', snapshot, title: 'Existing service account, pull secrets, priority class, writable root, surge in percent, no exposure',
    intent: `
metadata: {name: legacy-erp-bridge, namespace: finance}
spec:
  workload:
    containerImage: vendor.registry.example/erp/bridge:4.2
    workingDir: /opt/erp
    command: [java, -jar, bridge.jar]
    identity: {serviceAccount: erp-integration}
    pullSecrets: [{name: vendor-registry}, {name: corp-registry}]
    priority: business-critical
    security: {writableRoot: true, runAsUser: 2000}
    rollout: {maxSurge: 50%, maxUnavailable: 25%, terminationGracePeriodSeconds: 120}
  dependencies:
    - {name: sap, type: external, cidr: 172.20.30.0/24, port: 3300}
    - {name: sap-fallback, type: external, cidr: 172.20.31.4/32}
`,
    expected: [
      deployment(s, { replicas: 2, strategy: rolling('50%', '25%'), pod: without('volumes', spreadPod(s, [without('volumeMounts', serving(s, 'vendor.registry.example/erp/bridge:4.2', STANDARD, {
        workingDir: '/opt/erp', command: ['java', '-jar', 'bridge.jar'], securityContext: writableRoot,
      }))], {
        serviceAccountName: 'erp-integration', securityContext: podSecurity({ runAsUser: 2000 }),
        imagePullSecrets: [{ name: 'vendor-registry' }, { name: 'corp-registry' }], priorityClassName: 'business-critical', terminationGracePeriodSeconds: 120,
      })) }),
      budget(s),
      networkPolicy(s, [], [toRange('172.20.30.0/24', 3300), toRange('172.20.31.4/32', 443)]),
    ],
  };
};

const searchIndex = (): Accepted => {
  const s: Subject = { name: 'search-index', namespace: 'shop', version: '8.13.4' };
  const ports = [port('rest', 9200), port('transport', 9300)];
  return {
    slug: '17-search-index', snapshot, title: 'Core stateful set with two persistent volumes, exact resources and autoscaling on cpu and memory, arch and pool',
    intent: `
metadata: {name: search-index, namespace: shop}
spec:
  workload:
    kind: stateful
    tier: core
    containerImage: docker.io/opensearchproject/opensearch:8.13.4
    resourceRequirements:
      requests: {cpu: '4', memory: 16Gi}
      limits: {cpu: '4', memory: 16Gi}
    ports:
      - {name: rest, containerPort: 9200}
      - {name: transport, containerPort: 9300}
    probes:
      readiness: {httpGet: {path: /_cluster/health?local=true, port: rest}, initialDelaySeconds: 20}
    volumes:
      - {name: data, mountPath: /usr/share/opensearch/data, size: 200Gi, storageClassName: fast-ssd}
      - {name: logs, mountPath: /usr/share/opensearch/logs, size: 10Gi}
    security: {fsGroup: 1000}
    placement:
      nodePool: search
      arch: amd64
      tolerations:
        - {key: dedicated, operator: Equal, value: search, effect: NoSchedule}
  networking: {exposure: internal}
  scaling: {min: 3, max: 7, cpu: 65, memory: 80}
`,
    expected: [
      serviceAccount(s),
      statefulSet(s, {
        pod: corePod(s, [serving(s, 'docker.io/opensearchproject/opensearch:8.13.4', { requests: { cpu: '4', memory: '16Gi' }, limits: { cpu: '4', memory: '16Gi' } }, {
          ports, livenessProbe: liveTcp('rest'), readinessProbe: { httpGet: { path: '/_cluster/health?local=true', port: 'rest' }, initialDelaySeconds: 20 },
          volumeMounts: [tmpMount, { name: 'data', mountPath: '/usr/share/opensearch/data' }, { name: 'logs', mountPath: '/usr/share/opensearch/logs' }],
        })], {
          securityContext: podSecurity({ fsGroup: 1000 }), affinity: { nodeAffinity: onNodes(inPool('search'), ofArch('amd64')) },
          tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'search', effect: 'NoSchedule' }],
        }),
        claims: [claimTemplate('data', '200Gi', { storageClassName: 'fast-ssd' }), claimTemplate('logs', '10Gi')],
      }),
      headless(s, servicePort('rest', 9200), servicePort('transport', 9300)), service(s, servicePort('rest', 9200), servicePort('transport', 9300)),
      budget(s), autoscaler(s, 'StatefulSet', 3, 7, 65, 80),
      networkPolicy(s, [fromOwnNamespace(on(9200), on(9300))]),
    ],
  };
};

const backup = (): Accepted => {
  const s: Subject = { name: 'nightly-backup', namespace: 'production', version: '0.17.3' };
  return {
    slug: '18-nightly-backup', snapshot, title: 'High-priority cron with a persistent volume, time zone, inline file with a mode, sidecar-free init, external target',
    intent: `
metadata: {name: nightly-backup, namespace: production}
spec:
  workload:
    kind: cron
    containerImage: docker.io/restic/restic:0.17.3
    resources: high-priority-compute
    schedule: {cron: '30 1 * * *', timeZone: Europe/Berlin, concurrencyPolicy: Replace}
    args: [backup, /data, --exclude-file=/etc/restic/exclude.txt]
    envFrom: [{secretRef: {name: restic-repository}}]
    files:
      - path: /etc/restic/exclude.txt
        content: |
          *.tmp
          /data/cache
        mode: 292
    volumes:
      - {name: cache, mountPath: /root/.cache, size: 20Gi, accessModes: [ReadWriteOncePod]}
      - {name: data, mountPath: /data, claimName: production-data}
  dependencies:
    - {name: backup-target, type: external, cidr: 192.168.77.0/24, port: 8000}
`,
    expected: [
      serviceAccount(s), claim(s, 'cache', '20Gi', { accessModes: ['ReadWriteOncePod'] }), filesMap(s, { 'etc-restic-exclude.txt': '*.tmp\n/data/cache\n' }),
      cronJob(s, { schedule: '30 1 * * *', timeZone: 'Europe/Berlin', concurrencyPolicy: 'Replace' }, { pod: pod(s, [
        silent(s, 'docker.io/restic/restic:0.17.3', HIGH, {
          args: ['backup', '/data', '--exclude-file=/etc/restic/exclude.txt'], envFrom: [{ secretRef: { name: 'restic-repository' } }],
          volumeMounts: [tmpMount, { name: 'cache', mountPath: '/root/.cache' }, { name: 'data', mountPath: '/data' }, fileMount('files', '/etc/restic/exclude.txt', 'etc-restic-exclude.txt')],
        }),
      ], { volumes: [
        tmp, claimed('cache', 'nightly-backup-cache'), claimed('data', 'production-data'),
        { name: 'files', configMap: { name: 'nightly-backup-files', items: [{ key: 'etc-restic-exclude.txt', path: 'etc-restic-exclude.txt', mode: 292 }] } },
      ] }) }),
      networkPolicy(s, [], [toRange('192.168.77.0/24', 8000)]),
    ],
  };
};

const gitMirror = (): Accepted => {
  const s: Subject = { name: 'git-mirror', namespace: 'default', version: 'v2.1.0' };
  return {
    slug: '19-git-mirror', snapshot, title: 'Single writer with a persistent volume in the default namespace, two inline files, sidecar, SSH egress by host',
    intent: `
metadata: {name: git-mirror}
spec:
  workload:
    containerImage: registry.corp/dev/git-mirror:v2.1.0
    volumes: [{name: repos, mountPath: /var/lib/git, size: 50Gi}]
    files:
      - {path: /etc/git-mirror/config.toml, content: "interval = \\"5m\\"\\n"}
      - {path: /etc/gitconfig, content: "[safe]\\n  directory = *\\n"}
    sidecars:
      - {name: web, containerImage: 'docker.io/library/nginx:1.27.2', workingDir: /var/lib/git, envFrom: [{configMapRef: {name: web-settings}}]}
  networking:
    exposure: internal
    egress: [{host: github.com, port: 22}]
`,
    expected: [
      serviceAccount(s), claim(s, 'repos', '50Gi'),
      filesMap(s, { 'etc-git-mirror-config.toml': 'interval = "5m"\n', 'etc-gitconfig': '[safe]\n  directory = *\n' }),
      deployment(s, { replicas: 1, strategy: recreate, pod: spreadPod(s, [
        serving(s, 'registry.corp/dev/git-mirror:v2.1.0', STANDARD, { volumeMounts: [
          tmpMount, { name: 'repos', mountPath: '/var/lib/git' },
          fileMount('files', '/etc/git-mirror/config.toml', 'etc-git-mirror-config.toml'), fileMount('files', '/etc/gitconfig', 'etc-gitconfig'),
        ] }),
        beside('web', 'docker.io/library/nginx:1.27.2', { workingDir: '/var/lib/git', envFrom: [{ configMapRef: { name: 'web-settings' } }] }),
      ], { volumes: [tmp, claimed('repos', 'git-mirror-repos'), { name: 'files', configMap: { name: 'git-mirror-files', items: [
        { key: 'etc-git-mirror-config.toml', path: 'etc-git-mirror-config.toml' }, { key: 'etc-gitconfig', path: 'etc-gitconfig' },
      ] } }] }) }),
      service(s, HTTP_SERVICE), budget(s),
      networkPolicy(s, [fromOwnNamespace(on(8080))], [toInternet(22)]),
    ],
  };
};

export const onBare: Accepted[] = [
  inventoryApi(), statsdRelay(), schemaMigrate(), quoteService(), thumbnailer(), longName(), tokenVault(), legacyErp(), searchIndex(), backup(), gitMirror(),
];
