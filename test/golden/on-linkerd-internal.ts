/** Further accepted scenarios on linkerd-nginx that the cluster alone reaches, or nobody: mutual TLS port by port, state, rights. */
import type { Accepted } from './scenario.ts';
import {
  BURSTABLE, HIGH, STANDARD, STANDARD_CORE, autoscaler, besideCore, budget, claimTemplate, corePod, deployment, fileMount, filesMap, inPool, liveTcp, onNodes, permitted,
  podSecurity, port, probedAt, readyTcp, rolling, serviceAccount, serving, spreadPod, statefulSet, tmp, tmpMount, type Subject,
} from './workload.ts';
import { fromConfigMap, fromSecret, inMemory, inline, inlineMount, literal, mount, podField, secretKey } from './pieces.ts';
import {
  HTTP_SERVICE, fromCallers, fromNamespace, fromOwnNamespace, headless, meshIdentities, meshPort, meshed, networkPolicy, on, podMonitor, service, serviceMonitor,
  servicePort, toApp, toInternet, toLinkerd, toNeighbour, toRange,
} from './traffic.ts';

const snapshot = 'linkerd-nginx';

const patientIndex = (): Accepted => {
  const s: Subject = { name: 'patient-index', namespace: 'clinic', version: '11.0.1' };
  return {
    slug: '112-patient-index', snapshot, title: 'Core stateful set in mutual TLS over gRPC, autoscaled on cpu and memory, two claims, callers, database without an operator',
    intent: `
metadata: {name: patient-index, namespace: clinic}
spec:
  workload:
    kind: stateful
    tier: core
    containerImage: registry.corp/clinic/patient-index:11.0.1
    resources: high-priority-compute
    ports: [{name: grpc, containerPort: 9555, appProtocol: grpc}]
    probes: {liveness: {grpc: {port: 9555}, periodSeconds: 20, timeoutSeconds: 4}}
    volumes:
      - {name: index, mountPath: /index, size: 90Gi}
      - {name: snapshots, mountPath: /snapshots, size: 200Gi, storageClassName: bulk, accessModes: [ReadWriteOnce, ReadOnlyMany]}
  networking:
    exposure: internal
    authPolicy: mtls
    allowFrom: [{name: clinic-portal}, {name: lab-results}, {name: imaging-viewer, namespace: radiology}]
  dependencies: [{name: demographics, type: postgres, shared: clinic-data}]
  scaling: {min: 4, max: 8, cpu: 60, memory: 70}
`,
    expected: [
      serviceAccount(s),
      statefulSet(s, { podAnnotations: meshed, claims: [
        claimTemplate('index', '90Gi'), claimTemplate('snapshots', '200Gi', { storageClassName: 'bulk', accessModes: ['ReadWriteOnce', 'ReadOnlyMany'] }),
      ], pod: corePod(s, [serving(s, 'registry.corp/clinic/patient-index:11.0.1', HIGH, {
        ports: [port('grpc', 9555)], livenessProbe: { grpc: { port: 9555 }, periodSeconds: 20, timeoutSeconds: 4 }, readinessProbe: readyTcp('grpc'),
        volumeMounts: [tmpMount, mount('index', '/index'), mount('snapshots', '/snapshots')],
      })]) }),
      headless(s, servicePort('grpc', 9555, 'TCP', 'grpc')), service(s, servicePort('grpc', 9555, 'TCP', 'grpc')), budget(s), autoscaler(s, 'StatefulSet', 4, 8, 60, 70),
      meshIdentities(s), ...meshPort(s, 'grpc'),
      networkPolicy(s, [fromCallers([{ name: 'clinic-portal' }, { name: 'lab-results' }, { name: 'imaging-viewer', namespace: 'radiology' }], on(9555))],
        [toLinkerd, toApp('clinic-data', 'demographics', 5432)]),
    ],
  };
};

const triageRules = (): Accepted => {
  const s: Subject = { name: 'triage-rules', namespace: 'emergency', version: '5.5.0' };
  return {
    slug: '113-triage-rules', snapshot, title: 'Core: files of four kinds in one list, core-sized init and sidecar, users, pull secret, four callers',
    intent: `
metadata: {name: triage-rules, namespace: emergency}
spec:
  workload:
    containerImage: registry.emergency.example/triage-rules:5.5.0
    tier: core
    files:
      - {path: /rules/adult.yaml, content: "levels: 5\\n"}
      - {path: /rules/child.yaml, configMap: child-rules, key: child.yaml, mode: 292}
      - {path: /rules/extra, configMap: extra-rules}
      - {path: /rules/sign.pub, secret: rules-signature, key: sign.pub}
    init: [{name: lint, containerImage: 'registry.emergency.example/rule-lint:1.0.0', args: [/rules]}]
    sidecars: [{name: reload, containerImage: 'registry.emergency.example/reload:2.0.0', env: [{name: WATCH, value: /rules}]}]
    security: {runAsUser: 7007, runAsGroup: 7007, fsGroup: 7007}
    pullSecrets: [{name: emergency-registry}]
  networking:
    exposure: internal
    allowFrom: [{name: intake}, {name: ambulance-desk}, {name: bed-board}, {name: clinic-portal, namespace: clinic}]
`,
    expected: [
      serviceAccount(s), filesMap(s, { 'rules-adult.yaml': 'levels: 5\n' }),
      deployment(s, { replicas: 3, pod: corePod(s, [
        serving(s, 'registry.emergency.example/triage-rules:5.5.0', STANDARD_CORE, { volumeMounts: [
          tmpMount, inlineMount('/rules/adult.yaml', 'rules-adult.yaml'), fileMount('file-1', '/rules/child.yaml', 'child.yaml'), fileMount('file-2', '/rules/extra'),
          fileMount('file-3', '/rules/sign.pub', 'sign.pub'),
        ] }),
        besideCore('reload', 'registry.emergency.example/reload:2.0.0', { env: [literal('WATCH', '/rules')] }),
      ], {
        initContainers: [besideCore('lint', 'registry.emergency.example/rule-lint:1.0.0', { args: ['/rules'] })],
        securityContext: podSecurity({ runAsUser: 7007, runAsGroup: 7007, fsGroup: 7007 }), imagePullSecrets: [{ name: 'emergency-registry' }],
        volumes: [
          tmp, inline(s, 'rules-adult.yaml'), fromConfigMap(1, 'child-rules', 'child.yaml', 292), fromConfigMap(2, 'extra-rules'), fromSecret(3, 'rules-signature', 'sign.pub'),
        ],
      }) }),
      service(s, HTTP_SERVICE), budget(s),
      networkPolicy(s, [fromCallers([{ name: 'intake' }, { name: 'ambulance-desk' }, { name: 'bed-board' }, { name: 'clinic-portal', namespace: 'clinic' }], on(8080))]),
    ],
  };
};

const pharmacyStock = (): Accepted => {
  const s: Subject = { name: 'pharmacy-stock', namespace: 'pharmacy', version: '2.19.4' };
  return {
    slug: '114-pharmacy-stock', snapshot, title: 'Five dependencies and a range, twelve variables, exact resources, autoscaled by cpu, scraped',
    intent: `
metadata: {name: pharmacy-stock, namespace: pharmacy}
spec:
  workload:
    containerImage: registry.corp/pharmacy/stock:2.19.4
    resourceRequirements:
      requests: {cpu: 350m, memory: 700Mi}
      limits: {cpu: '1', memory: 1Gi}
    env:
      - {name: STOCK_DB_HOST, value: stock.pharmacy-data}
      - {name: STOCK_DB_NAME, value: stock}
      - {name: STOCK_DB_USER, valueFrom: {secretKeyRef: {name: stock-db, key: username}}}
      - {name: STOCK_DB_PASSWORD, valueFrom: {secretKeyRef: {name: stock-db, key: password}}}
      - {name: REORDER_DB_PASSWORD, valueFrom: {secretKeyRef: {name: reorder-db, key: password}}}
      - {name: REDIS_URL, value: 'redis://stock-cache.pharmacy-data:6379/0'}
      - {name: KAFKA_BROKERS, value: 'dispensing.event-hub:9092'}
      - {name: WHOLESALER_URL, value: 'https://orders.wholesaler.example:9443'}
      - {name: WHOLESALER_TOKEN, valueFrom: {secretKeyRef: {name: wholesaler, key: token}}}
      - {name: POD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
      - {name: HOST_IP, valueFrom: {fieldRef: {fieldPath: status.hostIP}}}
      - {name: LOG_FORMAT, value: json}
  networking:
    exposure: internal
    egress: [{cidr: 10.70.1.0/24, port: 9100}]
  dependencies:
    - {name: stock, type: postgres, shared: pharmacy-data}
    - {name: reorder, type: mysql, shared: pharmacy-data}
    - {name: stock-cache, type: redis, shared: pharmacy-data}
    - {name: dispensing, type: kafka, shared: event-hub}
    - {name: wholesaler, type: external, host: orders.wholesaler.example, port: 9443}
  scaling: {max: 5, cpu: 85}
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { pod: spreadPod(s, [serving(s, 'registry.corp/pharmacy/stock:2.19.4', { requests: { cpu: '350m', memory: '700Mi' }, limits: { cpu: '1', memory: '1Gi' } }, { env: [
        literal('STOCK_DB_HOST', 'stock.pharmacy-data'), literal('STOCK_DB_NAME', 'stock'), secretKey('STOCK_DB_USER', 'stock-db', 'username'),
        secretKey('STOCK_DB_PASSWORD', 'stock-db', 'password'), secretKey('REORDER_DB_PASSWORD', 'reorder-db', 'password'),
        literal('REDIS_URL', 'redis://stock-cache.pharmacy-data:6379/0'), literal('KAFKA_BROKERS', 'dispensing.event-hub:9092'),
        literal('WHOLESALER_URL', 'https://orders.wholesaler.example:9443'), secretKey('WHOLESALER_TOKEN', 'wholesaler', 'token'),
        podField('POD_NAMESPACE', 'metadata.namespace'), podField('HOST_IP', 'status.hostIP'), literal('LOG_FORMAT', 'json'),
      ] })]) }),
      service(s, HTTP_SERVICE), budget(s), autoscaler(s, 'Deployment', 2, 5, 85), serviceMonitor(s),
      networkPolicy(s, [fromOwnNamespace(on(8080)), fromNamespace('monitoring', 8080)], [
        toApp('pharmacy-data', 'stock', 5432), toApp('pharmacy-data', 'reorder', 3306), toApp('pharmacy-data', 'stock-cache', 6379), toApp('event-hub', 'dispensing', 9092),
        toInternet(9443), toRange('10.70.1.0/24', 9100),
      ]),
    ],
  };
};

const consentRegistry = (): Accepted => {
  const s: Subject = { name: 'consent-registry', namespace: 'clinic', version: '3.3.3' };
  return {
    slug: '115-consent-registry', snapshot, title: 'Mutual TLS with rights for an account of others, metrics on the second port, half of the probes, a pool, surge counted',
    intent: `
metadata: {name: consent-registry, namespace: clinic}
spec:
  workload:
    containerImage: registry.corp/clinic/consent-registry:3.3.3
    ports: [{name: rest, containerPort: 8600}, {name: ops, containerPort: 8601}]
    probes: {readiness: {httpGet: {path: /ready, port: ops}, failureThreshold: 2}}
    identity:
      serviceAccount: consent
      permissions: [{apiGroups: [''], resources: [secrets], resourceNames: [consent-keys], verbs: [get, watch]}]
    placement: {nodePool: regulated}
    rollout: {maxSurge: 3}
  networking:
    exposure: internal
    authPolicy: mtls
    egress: [{cidr: 10.96.0.1/32, port: 443}]
  dependencies: [{name: patient-index, type: service, port: 9555}]
  observability: {metricsEndpoint: {port: 8601, path: /prom}}
`,
    expected: [
      ...permitted(s, [{ apiGroups: [''], resources: ['secrets'], resourceNames: ['consent-keys'], verbs: ['get', 'watch'] }], 'consent'),
      deployment(s, { replicas: 2, strategy: rolling(3), podAnnotations: meshed, pod: spreadPod(s, [serving(s, 'registry.corp/clinic/consent-registry:3.3.3', STANDARD, {
        ports: [port('rest', 8600), port('ops', 8601)], livenessProbe: liveTcp('rest'), readinessProbe: { httpGet: { path: '/ready', port: 'ops' }, failureThreshold: 2 },
      })], { serviceAccountName: 'consent', automountServiceAccountToken: true, affinity: { nodeAffinity: onNodes(inPool('regulated')) } }) }),
      service(s, servicePort('rest', 8600), servicePort('ops', 8601)), budget(s), meshIdentities(s), ...meshPort(s, 'rest'), ...meshPort(s, 'ops'),
      serviceMonitor(s, 'ops', '/prom'),
      networkPolicy(s, [fromOwnNamespace(on(8600), on(8601)), fromNamespace('monitoring', 8601)],
        [toLinkerd, toNeighbour('patient-index', 9555), toRange('10.96.0.1/32', 443)]),
    ],
  };
};

const labBridge = (): Accepted => {
  const s: Subject = { name: 'lab-bridge', namespace: 'radiology', version: '6.4.0' };
  const names: [string, number][] = [
    ['hl7', 2575], ['hl7-tls', 2576], ['dicom', 11112], ['dicom-tls', 2762], ['astm', 4000], ['fhir', 8090], ['admin', 8091], ['metrics', 8092],
  ];
  return {
    slug: '116-lab-bridge', snapshot, title: 'Mutual TLS on each of eight ports, metrics on the last, memory volume, no claim',
    intent: `
metadata: {name: lab-bridge, namespace: radiology}
spec:
  workload:
    containerImage: registry.corp/radiology/lab-bridge:6.4.0
    ports:
      - {name: hl7, containerPort: 2575}
      - {name: hl7-tls, containerPort: 2576}
      - {name: dicom, containerPort: 11112}
      - {name: dicom-tls, containerPort: 2762}
      - {name: astm, containerPort: 4000}
      - {name: fhir, containerPort: 8090}
      - {name: admin, containerPort: 8091}
      - {name: metrics, containerPort: 8092}
    volumes: [{name: inflight, mountPath: /inflight, medium: Memory}]
  networking: {exposure: internal, authPolicy: mtls}
  observability: {metricsEndpoint: {port: 8092}}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 2, podAnnotations: meshed, pod: spreadPod(s, [serving(s, 'registry.corp/radiology/lab-bridge:6.4.0', STANDARD, {
        ports: names.map(([name, number]) => port(name, number)), ...probedAt('hl7'), volumeMounts: [tmpMount, mount('inflight', '/inflight')],
      })], { volumes: [tmp, inMemory('inflight')] }) }),
      service(s, ...names.map(([name, number]) => servicePort(name, number))), budget(s), meshIdentities(s), ...names.flatMap(([name]) => meshPort(s, name)),
      serviceMonitor(s, 'metrics'),
      networkPolicy(s, [fromOwnNamespace(...names.map(([, number]) => on(number))), fromNamespace('monitoring', 8092)], [toLinkerd]),
    ],
  };
};

const wardMessaging = (): Accepted => {
  const s: Subject = { name: 'ward-messaging', namespace: 'emergency', version: '2.10.20' };
  return {
    slug: '117-ward-messaging', snapshot, title: 'Stateful set without exposure, elastic, one claim, prefixed variables, scraped from its pods, no mesh',
    intent: `
metadata: {name: ward-messaging, namespace: emergency}
spec:
  workload:
    kind: stateful
    containerImage: docker.io/library/nats:2.10.20
    resources: burstable
    args: [-js, -sd, /js]
    envFrom: [{prefix: NATS_, secretRef: {name: nats-accounts}}]
    ports: [{name: client, containerPort: 4222}, {name: cluster, containerPort: 6222}, {name: monitor, containerPort: 8222}]
    volumes: [{name: js, mountPath: /js, size: 18Gi}]
  scaling: {profile: elastic}
  observability: {metricsEndpoint: {port: 8222, path: /varz}}
`,
    expected: [
      serviceAccount(s),
      statefulSet(s, { claims: [claimTemplate('js', '18Gi')], pod: spreadPod(s, [serving(s, 'docker.io/library/nats:2.10.20', BURSTABLE, {
        args: ['-js', '-sd', '/js'], envFrom: [{ prefix: 'NATS_', secretRef: { name: 'nats-accounts' } }],
        ports: [port('client', 4222), port('cluster', 6222), port('monitor', 8222)], ...probedAt('client'), volumeMounts: [tmpMount, mount('js', '/js')],
      })]) }),
      headless(s, servicePort('client', 4222), servicePort('cluster', 6222), servicePort('monitor', 8222)), budget(s), autoscaler(s, 'StatefulSet', 2, 10, 60),
      podMonitor(s, 'monitor', '/varz'), networkPolicy(s, [fromNamespace('monitoring', 8222)]),
    ],
  };
};

export const onLinkerdInternal: Accepted[] = [patientIndex(), triageRules(), pharmacyStock(), consentRegistry(), labBridge(), wardMessaging()];
