/** Further accepted scenarios on cnpg-keda that the cluster alone reaches, or nobody: databases of their own, state, long environments. */
import type { Accepted } from './scenario.ts';
import {
  BURSTABLE, HIGH, STANDARD, STANDARD_CORE, autoscaler, besideCore, budget, claimTemplate, claimed, corePod, deployment, fileMount, filesMap, permitted, podSecurity, port,
  probedAt, readyTcp, recreate, rolling, serviceAccount, serving, spreadPod, statefulSet, tmp, tmpMount, type Subject,
} from './workload.ts';
import { amountOf, configKey, fromConfigMap, inMemory, inline, inlineMount, literal, mount, podField, secretKey } from './pieces.ts';
import {
  HTTP_SERVICE, fromCallers, fromNamespace, fromOwnNamespace, headless, networkPolicy, on, ownPostgres, scrapeAnnotations, service, servicePort, toApp, toCluster,
  toInternet, toNeighbour, toRange,
} from './traffic.ts';

const snapshot = 'cnpg-keda';

const irrigationControl = (): Accepted => {
  const s: Subject = { name: 'irrigation-control', namespace: 'farming', version: '9.0.0' };
  return {
    slug: '132-irrigation-control', snapshot, title: 'Core with its own sized Postgres, rights of its own, core-sized init, metrics on the second port, valves by range over UDP',
    intent: `
metadata: {name: irrigation-control, namespace: farming}
spec:
  workload:
    containerImage: registry.corp/farming/irrigation-control:9.0.0
    tier: core
    ports: [{name: api, containerPort: 7100}, {name: prom, containerPort: 7101}]
    init: [{name: calibrate, containerImage: 'registry.corp/farming/calibrate:1.4.2', args: [--once], envFrom: [{configMapRef: {name: valve-map}}]}]
    identity: {permissions: [{apiGroups: [''], resources: [configmaps], resourceNames: [valve-map], verbs: [get, update]}]}
    rollout: {type: recreate}
  networking:
    exposure: internal
    egress: [{cidr: 10.96.0.1/32, port: 443}, {cidr: 10.120.0.0/16, port: 5683, protocol: UDP}]
  dependencies: [{name: schedule, type: postgres, size: 15Gi}]
  observability: {metricsEndpoint: {port: 7101, path: /prom}}
`,
    expected: [
      serviceAccount(s), ...permitted(s, [{ apiGroups: [''], resources: ['configmaps'], resourceNames: ['valve-map'], verbs: ['get', 'update'] }]),
      ownPostgres(s, 'schedule', 3, '15Gi'),
      deployment(s, { replicas: 3, strategy: recreate, podAnnotations: scrapeAnnotations(7101, '/prom'), pod: corePod(s, [
        serving(s, 'registry.corp/farming/irrigation-control:9.0.0', STANDARD_CORE, { ports: [port('api', 7100), port('prom', 7101)], ...probedAt('api') }),
      ], {
        automountServiceAccountToken: true,
        initContainers: [besideCore('calibrate', 'registry.corp/farming/calibrate:1.4.2', { args: ['--once'], envFrom: [{ configMapRef: { name: 'valve-map' } }] })],
      }) }),
      service(s, servicePort('api', 7100), servicePort('prom', 7101)), budget(s),
      networkPolicy(s, [fromOwnNamespace(on(7100), on(7101)), fromNamespace('monitoring', 7101)],
        [toCluster('irrigation-control-schedule'), toRange('10.96.0.1/32', 443), toRange('10.120.0.0/16', 5683, 'UDP')]),
    ],
  };
};

const harvestBook = (): Accepted => {
  const s: Subject = { name: 'harvest-book', namespace: 'farming', version: '2.6.0' };
  return {
    slug: '133-harvest-book', snapshot, title: 'Shared Postgres of another namespace and a MySQL, two callers, exact resources, existing account, inline file, probe over HTTP',
    intent: `
metadata: {name: harvest-book, namespace: farming}
spec:
  workload:
    containerImage: registry.corp/farming/harvest-book:2.6.0
    resourceRequirements:
      requests: {cpu: 200m, memory: 300Mi}
      limits: {memory: 450Mi}
    probes: {liveness: {httpGet: {path: /alive, port: http, httpHeaders: [{name: X-Probe, value: liveness}]}}}
    files: [{path: /etc/harvest/units.toml, content: "mass = 't'\\n"}]
    identity: {serviceAccount: bookkeeping}
  networking:
    exposure: internal
    allowFrom: [{name: field-reports}, {name: accounts, namespace: agri-retail}]
  dependencies:
    - {name: harvests, type: postgres, shared: agri-data}
    - {name: harvests-2015, type: mysql, shared: agri-data}
`,
    expected: [
      filesMap(s, { 'etc-harvest-units.toml': "mass = 't'\n" }),
      deployment(s, { replicas: 2, pod: spreadPod(s, [serving(s, 'registry.corp/farming/harvest-book:2.6.0', { requests: { cpu: '200m', memory: '300Mi' }, limits: { memory: '450Mi' } }, {
        livenessProbe: { httpGet: { path: '/alive', port: 'http', httpHeaders: [{ name: 'X-Probe', value: 'liveness' }] } },
        volumeMounts: [tmpMount, inlineMount('/etc/harvest/units.toml', 'etc-harvest-units.toml')],
      })], { serviceAccountName: 'bookkeeping', volumes: [tmp, inline(s, 'etc-harvest-units.toml')] }) }),
      service(s, HTTP_SERVICE), budget(s),
      networkPolicy(s, [fromCallers([{ name: 'field-reports' }, { name: 'accounts', namespace: 'agri-retail' }], on(8080))],
        [toCluster('harvests', 'agri-data'), toApp('agri-data', 'harvests-2015', 3306)]),
    ],
  };
};

const seedRegistry = (): Accepted => {
  const s: Subject = { name: 'seed-registry', namespace: 'agri-grants', version: '1.0.0' };
  return {
    slug: '134-seed-registry', snapshot, title: 'Not exposed, high priority, own Postgres, exact autoscaling on cpu and memory, scraped by annotation, both rollout bounds',
    intent: `
metadata: {name: seed-registry, namespace: agri-grants}
spec:
  workload:
    containerImage: registry.grants.example/seed-registry:1.0.0
    resources: high-priority-compute
    rollout: {maxSurge: 0, maxUnavailable: 2}
  dependencies: [{name: varieties, type: postgres, size: 12Gi}, {name: cpvo, type: external, host: register.varieties.example}]
  scaling: {min: 3, max: 7, cpu: 70, memory: 90}
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s), ownPostgres(s, 'varieties', 1, '12Gi'),
      deployment(s, { strategy: rolling(0, 2), podAnnotations: scrapeAnnotations(8080), pod: spreadPod(s, [serving(s, 'registry.grants.example/seed-registry:1.0.0', HIGH)]) }),
      budget(s), autoscaler(s, 'Deployment', 3, 7, 70, 90),
      networkPolicy(s, [fromNamespace('monitoring', 8080)], [toCluster('seed-registry-varieties'), toInternet(443)]),
    ],
  };
};

const barnCams = (): Accepted => {
  const s: Subject = { name: 'barn-cams', namespace: 'livestock', version: '0.30.2' };
  return {
    slug: '135-barn-cams', snapshot, title: 'Internal stateful set with an existing claim and memory, a claim, UDP beside TCP of one number, callers, scraped by annotation on the first port',
    intent: `
metadata: {name: barn-cams, namespace: livestock}
spec:
  workload:
    kind: stateful
    containerImage: ghcr.io/livestock/barn-cams:0.30.2
    resources: burstable
    ports: [{name: rtsp, containerPort: 8554}, {name: rtp, containerPort: 8554, protocol: UDP}, {name: hls, containerPort: 8888}]
    volumes:
      - {name: clips, mountPath: /clips, size: 1Ti, storageClassName: bulk-hdd}
      - {name: models, mountPath: /models, claimName: detector-models}
      - {name: shm, mountPath: /dev/shm, medium: Memory}
    files: [{path: /config/cams.yaml, configMap: barn-cams, key: cams.yaml}]
  networking: {exposure: internal, allowFrom: [{name: vet-desk}]}
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      statefulSet(s, { replicas: 2, podAnnotations: scrapeAnnotations(8554), claims: [claimTemplate('clips', '1Ti', { storageClassName: 'bulk-hdd' })], pod: spreadPod(s, [
        serving(s, 'ghcr.io/livestock/barn-cams:0.30.2', BURSTABLE, {
          ports: [port('rtsp', 8554), port('rtp', 8554, 'UDP'), port('hls', 8888)], ...probedAt('rtsp'),
          volumeMounts: [tmpMount, mount('clips', '/clips'), mount('models', '/models'), mount('shm', '/dev/shm'), fileMount('file-0', '/config/cams.yaml', 'cams.yaml')],
        }),
      ], { volumes: [tmp, claimed('models', 'detector-models'), inMemory('shm'), fromConfigMap(0, 'barn-cams', 'cams.yaml')] }) }),
      headless(s, servicePort('rtsp', 8554), servicePort('rtp', 8554, 'UDP'), servicePort('hls', 8888)),
      service(s, servicePort('rtsp', 8554), servicePort('rtp', 8554, 'UDP'), servicePort('hls', 8888)), budget(s),
      networkPolicy(s, [fromCallers([{ name: 'vet-desk' }], on(8554), on(8554, 'UDP'), on(8888)), fromNamespace('monitoring', 8554)]),
    ],
  };
};

const frostWarning = (): Accepted => {
  const s: Subject = { name: 'frost-warning', namespace: 'farming', version: 'v3.2.1' };
  return {
    slug: '136-frost-warning', snapshot, title: 'Twelve variables of five kinds and two whole sources, working directory, own Postgres, Redis and a neighbour',
    intent: `
metadata: {name: frost-warning, namespace: farming}
spec:
  workload:
    containerImage: registry.corp/farming/frost-warning:v3.2.1
    workingDir: /app
    command: [gunicorn]
    args: [frost.wsgi, --bind, '0.0.0.0:8080']
    env:
      - {name: PGHOST, value: frost-warning-readings-rw}
      - {name: PGUSER, valueFrom: {secretKeyRef: {name: frost-warning-readings-app, key: username}}}
      - {name: PGPASSWORD, valueFrom: {secretKeyRef: {name: frost-warning-readings-app, key: password}}}
      - {name: PGDATABASE, valueFrom: {secretKeyRef: {name: frost-warning-readings-app, key: dbname}}}
      - {name: THRESHOLD, valueFrom: {configMapKeyRef: {name: frost-levels, key: threshold}}}
      - {name: REGION, valueFrom: {configMapKeyRef: {name: frost-levels, key: region}}}
      - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
      - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
      - {name: WORKER_MEMORY, valueFrom: {resourceFieldRef: {resource: requests.memory}}}
      - {name: PYTHONUNBUFFERED, value: '1'}
      - {name: DJANGO_SETTINGS_MODULE, value: frost.settings}
      - {name: BANNER, value: '$(REGION)/$(POD)'}
    envFrom:
      - {prefix: FROST_, configMapRef: {name: frost-features}}
      - {secretRef: {name: frost-tokens, optional: true}}
  networking: {exposure: internal}
  dependencies:
    - {name: readings, type: postgres}
    - {name: frost-cache, type: redis, shared: agri-cache}
    - {name: irrigation-control, type: service, port: 7100}
`,
    expected: [
      serviceAccount(s), ownPostgres(s, 'readings', 1, '10Gi'),
      deployment(s, { replicas: 2, pod: spreadPod(s, [serving(s, 'registry.corp/farming/frost-warning:v3.2.1', STANDARD, {
        workingDir: '/app', command: ['gunicorn'], args: ['frost.wsgi', '--bind', '0.0.0.0:8080'],
        env: [
          literal('PGHOST', 'frost-warning-readings-rw'), secretKey('PGUSER', 'frost-warning-readings-app', 'username'),
          secretKey('PGPASSWORD', 'frost-warning-readings-app', 'password'), secretKey('PGDATABASE', 'frost-warning-readings-app', 'dbname'),
          configKey('THRESHOLD', 'frost-levels', 'threshold'), configKey('REGION', 'frost-levels', 'region'), podField('POD', 'metadata.name'),
          podField('NODE', 'spec.nodeName'), amountOf('WORKER_MEMORY', 'requests.memory'), literal('PYTHONUNBUFFERED', '1'),
          literal('DJANGO_SETTINGS_MODULE', 'frost.settings'), literal('BANNER', '$(REGION)/$(POD)'),
        ],
        envFrom: [{ prefix: 'FROST_', configMapRef: { name: 'frost-features' } }, { secretRef: { name: 'frost-tokens', optional: true } }],
      })]) }),
      service(s, HTTP_SERVICE), budget(s),
      networkPolicy(s, [fromOwnNamespace(on(8080))],
        [toCluster('frost-warning-readings'), toApp('agri-cache', 'frost-cache', 6379), toNeighbour('irrigation-control', 7100)]),
    ],
  };
};

const feedMixer = (): Accepted => {
  const s: Subject = { name: 'feed-mixer', namespace: 'livestock', version: '12.4.0' };
  return {
    slug: '137-feed-mixer', snapshot, title: 'Core stateful set that is not exposed: eight ports on the headless Service alone, own Postgres, half of the probes, user',
    intent: `
metadata: {name: feed-mixer, namespace: livestock}
spec:
  workload:
    kind: stateful
    tier: core
    containerImage: ghcr.io/livestock/feed-mixer:12.4.0
    ports:
      - {name: plc, containerPort: 102}
      - {name: modbus, containerPort: 502}
      - {name: opcua, containerPort: 4840}
      - {name: bacnet, containerPort: 47808, protocol: UDP}
      - {name: rest, containerPort: 8860, appProtocol: http}
      - {name: events, containerPort: 8861, appProtocol: kubernetes.io/ws}
      - {name: profile, containerPort: 8862}
      - {name: metrics, containerPort: 8863}
    probes: {liveness: {httpGet: {path: /livez, port: rest}, initialDelaySeconds: 30}}
    volumes: [{name: recipes, mountPath: /recipes, size: 4Gi}]
    security: {capabilities: {add: [NET_BIND_SERVICE]}, runAsUser: 3500, fsGroup: 3500}
  networking: {egress: [{cidr: 10.130.16.0/20, port: 502}]}
  dependencies: [{name: batches, type: postgres, size: 30Gi}]
  observability: {metricsEndpoint: {port: 8863}}
`,
    expected: [
      serviceAccount(s), ownPostgres(s, 'batches', 3, '30Gi'),
      statefulSet(s, { replicas: 3, podAnnotations: scrapeAnnotations(8863), claims: [claimTemplate('recipes', '4Gi')], pod: corePod(s, [
        serving(s, 'ghcr.io/livestock/feed-mixer:12.4.0', STANDARD_CORE, {
          ports: [
            port('plc', 102), port('modbus', 502), port('opcua', 4840), port('bacnet', 47808, 'UDP'), port('rest', 8860), port('events', 8861), port('profile', 8862),
            port('metrics', 8863),
          ],
          livenessProbe: { httpGet: { path: '/livez', port: 'rest' }, initialDelaySeconds: 30 }, readinessProbe: readyTcp('plc'),
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] }, readOnlyRootFilesystem: true },
          volumeMounts: [tmpMount, mount('recipes', '/recipes')],
        }),
      ], { securityContext: podSecurity({ runAsUser: 3500, fsGroup: 3500 }) }) }),
      headless(s, servicePort('plc', 102), servicePort('modbus', 502), servicePort('opcua', 4840), servicePort('bacnet', 47808, 'UDP'), servicePort('rest', 8860, 'TCP', 'http'),
        servicePort('events', 8861, 'TCP', 'kubernetes.io/ws'), servicePort('profile', 8862), servicePort('metrics', 8863)),
      budget(s),
      networkPolicy(s, [fromNamespace('monitoring', 8863)], [toCluster('feed-mixer-batches'), toRange('10.130.16.0/20', 502)]),
    ],
  };
};

export const onCnpgInternal: Accepted[] = [irrigationControl(), harvestBook(), seedRegistry(), barnCams(), frostWarning(), feedMixer()];
