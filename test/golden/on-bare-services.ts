/** Further accepted services on bare-1.30: many ports, long environments, dependencies of every type. */
import type { Accepted } from './scenario.ts';
import {
  STANDARD, STANDARD_CORE, HTTP, autoscaler, beside, besideCore, budget, claimed, corePod, deployment, fileMount, filesMap, liveTcp, onNodes, ofArch, podSecurity, port,
  probedAt, recreate, rolling, serviceAccount, serving, spreadPod, tmp, tmpMount, type Subject,
} from './workload.ts';
import { amountOf, configKey, fromConfigMap, fromSecret, inMemory, inline, inlineMount, literal, mount, podField, secretKey } from './pieces.ts';
import {
  HTTP_SERVICE, fromCallers, fromNamespace, fromOwnNamespace, networkPolicy, on, scrapeAnnotations, service, servicePort, toApp, toInternet, toNeighbour, toRange,
} from './traffic.ts';

const snapshot = 'bare-1.30';

const berthPlanner = (): Accepted => {
  const s: Subject = { name: 'berth-planner', namespace: 'harbour', version: '3.14.0' };
  return {
    slug: '66-berth-planner', snapshot, title: 'Eight ports over three protocols, two of them of one number, two callers',
    intent: `
metadata: {name: berth-planner, namespace: harbour}
spec:
  workload:
    containerImage: registry.corp/harbour/berth-planner:3.14.0
    ports:
      - {name: http, containerPort: 8080, appProtocol: http}
      - {name: admin, containerPort: 8081}
      - {name: grpc, containerPort: 9000, appProtocol: grpc}
      - {name: ais, containerPort: 10110, protocol: UDP}
      - {name: ais-tcp, containerPort: 10110}
      - {name: signalling, containerPort: 2905, protocol: SCTP}
      - {name: nmea, containerPort: 2000, protocol: UDP}
      - {name: debug, containerPort: 6060}
  networking:
    exposure: internal
    allowFrom: [{name: pilot-desk}, {name: vessel-tracker, namespace: coastguard}]
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 2, pod: spreadPod(s, [serving(s, 'registry.corp/harbour/berth-planner:3.14.0', STANDARD, { ports: [
        HTTP, port('admin', 8081), port('grpc', 9000), port('ais', 10110, 'UDP'), port('ais-tcp', 10110), port('signalling', 2905, 'SCTP'), port('nmea', 2000, 'UDP'),
        port('debug', 6060),
      ] })]) }),
      service(s, servicePort('http', 8080, 'TCP', 'http'), servicePort('admin', 8081), servicePort('grpc', 9000, 'TCP', 'grpc'), servicePort('ais', 10110, 'UDP'),
        servicePort('ais-tcp', 10110), servicePort('signalling', 2905, 'SCTP'), servicePort('nmea', 2000, 'UDP'), servicePort('debug', 6060)),
      budget(s),
      networkPolicy(s, [fromCallers([{ name: 'pilot-desk' }, { name: 'vessel-tracker', namespace: 'coastguard' }],
        on(8080), on(8081), on(9000), on(10110, 'UDP'), on(10110), on(2905, 'SCTP'), on(2000, 'UDP'), on(6060))]),
    ],
  };
};

const tariffEngine = (): Accepted => {
  const s: Subject = { name: 'tariff-engine', namespace: 'customs', version: 'v22.1' };
  return {
    slug: '67-tariff-engine', snapshot, title: 'Core service with twelve variables of five kinds, whole Secrets and ConfigMaps besides, arguments, MySQL',
    intent: `
metadata: {name: tariff-engine, namespace: customs}
spec:
  workload:
    containerImage: registry.corp/customs/tariff-engine:v22.1
    tier: core
    args: [serve, '--listen=:8080']
    env:
      - {name: APP_MODE, value: production}
      - {name: TZ, value: Europe/Amsterdam}
      - {name: JAVA_TOOL_OPTIONS, value: '-XX:MaxRAMPercentage=75'}
      - {name: DB_URL, valueFrom: {secretKeyRef: {name: tariff-db, key: url}}}
      - {name: DB_USER, valueFrom: {secretKeyRef: {name: tariff-db, key: user}}}
      - {name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: tariff-db, key: password}}}
      - {name: RATE_TABLE, valueFrom: {configMapKeyRef: {name: tariff-tables, key: rates}}}
      - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
      - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
      - {name: CPU_LIMIT, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
      - {name: MEMORY_LIMIT, valueFrom: {resourceFieldRef: {resource: limits.memory}}}
      - {name: ENDPOINT, value: 'http://$(POD_IP):8080'}
    envFrom:
      - {configMapRef: {name: tariff-features, optional: true}}
      - {secretRef: {name: tariff-signing}}
  networking: {exposure: internal}
  dependencies: [{name: tariff-archive, type: mysql, shared: customs-data}]
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 3, pod: corePod(s, [serving(s, 'registry.corp/customs/tariff-engine:v22.1', STANDARD_CORE, {
        args: ['serve', '--listen=:8080'],
        env: [
          literal('APP_MODE', 'production'), literal('TZ', 'Europe/Amsterdam'), literal('JAVA_TOOL_OPTIONS', '-XX:MaxRAMPercentage=75'),
          secretKey('DB_URL', 'tariff-db', 'url'), secretKey('DB_USER', 'tariff-db', 'user'), secretKey('DB_PASSWORD', 'tariff-db', 'password'),
          configKey('RATE_TABLE', 'tariff-tables', 'rates'), podField('POD_NAME', 'metadata.name'), podField('POD_IP', 'status.podIP'),
          amountOf('CPU_LIMIT', 'limits.cpu'), amountOf('MEMORY_LIMIT', 'limits.memory'), literal('ENDPOINT', 'http://$(POD_IP):8080'),
        ],
        envFrom: [{ configMapRef: { name: 'tariff-features', optional: true } }, { secretRef: { name: 'tariff-signing' } }],
      })]) }),
      service(s, HTTP_SERVICE), budget(s),
      networkPolicy(s, [fromOwnNamespace(on(8080))], [toApp('customs-data', 'tariff-archive', 3306)]),
    ],
  };
};

const customsDeclarations = (): Accepted => {
  const s: Subject = { name: 'customs-declarations', namespace: 'customs' };
  return {
    slug: '68-customs-declarations', snapshot, title: 'Five dependencies and three further destinations, a tag that is no valid label, architecture alone, a minimum',
    intent: `
metadata: {name: customs-declarations, namespace: customs}
spec:
  workload:
    containerImage: registry.corp/customs/declarations:5.0.0_
    placement: {arch: arm64}
    ports: [{name: rest, containerPort: 8443, appProtocol: https}]
    probes: {readiness: {httpGet: {path: /up, port: rest, scheme: HTTPS}, timeoutSeconds: 2}}
  networking:
    exposure: internal
    egress:
      - {host: declarations.douane.example, port: 8443}
      - {cidr: 100.64.12.0/22, port: 1414}
      - {cidr: 100.64.16.9/32, port: 2152, protocol: UDP}
  dependencies:
    - {name: declarations-db, type: postgres, shared: customs-data}
    - {name: draft-cache, type: redis, shared: customs-data}
    - {name: filing-events, type: kafka, shared: messaging}
    - {name: tariff-engine, type: service, port: 8080}
    - {name: vat-registry, type: external, host: vat.revenue.example, port: 9443}
  scaling: {min: 4}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 4, pod: spreadPod(s, [serving(s, 'registry.corp/customs/declarations:5.0.0_', STANDARD, {
        ports: [port('rest', 8443)], livenessProbe: liveTcp('rest'), readinessProbe: { httpGet: { path: '/up', port: 'rest', scheme: 'HTTPS' }, timeoutSeconds: 2 },
      })], { affinity: { nodeAffinity: onNodes(ofArch('arm64')) } }) }),
      service(s, servicePort('rest', 8443, 'TCP', 'https')), budget(s),
      networkPolicy(s, [fromOwnNamespace(on(8443))], [
        toApp('customs-data', 'declarations-db', 5432), toApp('customs-data', 'draft-cache', 6379), toApp('messaging', 'filing-events', 9092),
        toNeighbour('tariff-engine', 8080), toInternet(9443),
        toInternet(8443), toRange('100.64.12.0/22', 1414), toRange('100.64.16.9/32', 2152, 'UDP'),
      ]),
    ],
  };
};

const craneTelemetry = (): Accepted => {
  const s: Subject = { name: 'crane-telemetry', namespace: 'harbour', version: '0.44.1' };
  return {
    slug: '69-crane-telemetry', snapshot, title: 'Scraped by annotation on the third port, recreate, two sidecars, inline, ConfigMap and Secret files in one list',
    intent: `
metadata: {name: crane-telemetry, namespace: harbour}
spec:
  workload:
    containerImage: quay.io/harbour/crane-telemetry:0.44.1
    ports:
      - {name: ingest, containerPort: 4317}
      - {name: query, containerPort: 4318}
      - {name: metrics, containerPort: 8888}
    files:
      - {path: /conf/sampling.yaml, configMap: crane-sampling, key: sampling.yaml}
      - {path: /conf/pipeline.yaml, content: "receivers: [otlp]\\n"}
      - {path: /conf/tls/client.key, secret: crane-client, key: tls.key, mode: 288}
      - {path: /conf/alarms.yaml, content: "limit: 40t\\n", mode: 420}
    sidecars:
      - {name: relay, containerImage: 'quay.io/harbour/udp-relay:1.0.3', command: [relay], args: [--to, 'localhost:4317']}
      - {name: rotate, containerImage: 'quay.io/harbour/rotate:2.2.0', env: [{name: EVERY, value: 1h}]}
    rollout: {type: recreate}
  networking: {exposure: internal}
  observability: {metricsEndpoint: {port: 8888}}
`,
    expected: [
      serviceAccount(s), filesMap(s, { 'conf-pipeline.yaml': 'receivers: [otlp]\n', 'conf-alarms.yaml': 'limit: 40t\n' }),
      deployment(s, { replicas: 2, strategy: recreate, podAnnotations: scrapeAnnotations(8888), pod: spreadPod(s, [
        serving(s, 'quay.io/harbour/crane-telemetry:0.44.1', STANDARD, {
          ports: [port('ingest', 4317), port('query', 4318), port('metrics', 8888)], ...probedAt('ingest'),
          volumeMounts: [
            tmpMount, fileMount('file-0', '/conf/sampling.yaml', 'sampling.yaml'), inlineMount('/conf/pipeline.yaml', 'conf-pipeline.yaml'),
            fileMount('file-2', '/conf/tls/client.key', 'tls.key'), inlineMount('/conf/alarms.yaml', 'conf-alarms.yaml'),
          ],
        }),
        beside('relay', 'quay.io/harbour/udp-relay:1.0.3', { command: ['relay'], args: ['--to', 'localhost:4317'] }),
        beside('rotate', 'quay.io/harbour/rotate:2.2.0', { env: [literal('EVERY', '1h')] }),
      ], { volumes: [
        tmp, fromConfigMap(0, 'crane-sampling', 'sampling.yaml'), fromSecret(2, 'crane-client', 'tls.key', 288),
        inline(s, 'conf-pipeline.yaml', { slug: 'conf-alarms.yaml', mode: 420 }),
      ] }) }),
      service(s, servicePort('ingest', 4317), servicePort('query', 4318), servicePort('metrics', 8888)), budget(s),
      networkPolicy(s, [fromOwnNamespace(on(4317), on(4318), on(8888)), fromNamespace('monitoring', 8888)]),
    ],
  };
};

const waybillScanner = (): Accepted => {
  const s: Subject = { name: 'waybill-scanner', namespace: 'harbour', version: '7.7' };
  return {
    slug: '70-waybill-scanner', snapshot, title: 'Core without exposure, scraped by annotation, exact resources, autoscaled, memory and claim, both rollout bounds, init and group',
    intent: `
metadata: {name: waybill-scanner, namespace: harbour}
spec:
  workload:
    containerImage: registry.corp/harbour/waybill-scanner:7.7
    tier: core
    resourceRequirements:
      requests: {cpu: '3', memory: 6Gi, ephemeral-storage: 1Gi}
      limits: {cpu: '3', memory: 6Gi, ephemeral-storage: 1Gi}
    volumes:
      - {name: pages, mountPath: /pages, medium: Memory}
      - {name: dictionaries, mountPath: /usr/share/ocr, claimName: ocr-dictionaries}
    init: [{name: warm-up, containerImage: 'registry.corp/harbour/ocr-data:2025.3', command: [cp, -r, /data, /tmp]}]
    security: {runAsUser: 4000, runAsGroup: 4000, fsGroup: 4001}
    rollout: {maxSurge: 3, maxUnavailable: 1}
  scaling: {min: 5, max: 25, cpu: 55}
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { strategy: rolling(3, 1), podAnnotations: scrapeAnnotations(8080), pod: corePod(s, [serving(s, 'registry.corp/harbour/waybill-scanner:7.7', {
        requests: { cpu: '3', memory: '6Gi', 'ephemeral-storage': '1Gi' }, limits: { cpu: '3', memory: '6Gi', 'ephemeral-storage': '1Gi' },
      }, { volumeMounts: [tmpMount, mount('pages', '/pages'), mount('dictionaries', '/usr/share/ocr')] })], {
        securityContext: podSecurity({ runAsUser: 4000, runAsGroup: 4000, fsGroup: 4001 }),
        initContainers: [besideCore('warm-up', 'registry.corp/harbour/ocr-data:2025.3', { command: ['cp', '-r', '/data', '/tmp'] })],
        volumes: [tmp, inMemory('pages'), claimed('dictionaries', 'ocr-dictionaries')],
      }) }),
      budget(s), autoscaler(s, 'Deployment', 5, 25, 55),
      networkPolicy(s, [fromNamespace('monitoring', 8080)]),
    ],
  };
};

export const onBareServices: Accepted[] = [berthPlanner(), tariffEngine(), customsDeclarations(), craneTelemetry(), waybillScanner()];
