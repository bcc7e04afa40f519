/** Further accepted scenarios on cnpg-keda that take public traffic through the one plain gateway, most with a database of their own. */
import type { JsonObject } from '../../src/kubernetes.ts';
import type { Accepted } from './scenario.ts';
import {
  BURSTABLE, HIGH, STANDARD, STANDARD_CORE, autoscaler, beside, budget, claim, claimTemplate, claimed, corePod, deployment, fileMount, podSecurity, port, probedAt,
  recreate, rolling, serviceAccount, serving, spreadPod, statefulSet, tmp, tmpMount, type Subject,
} from './workload.ts';
import { fromSecret, literal, mount, secretKey } from './pieces.ts';
import {
  HTTP_SERVICE, fromCallers, fromNamespace, headless, httpRoute, networkPolicy, on, ownPostgres, scrapeAnnotations, service, servicePort, toApp, toCluster, toInternet,
  toNeighbour, toRange,
} from './traffic.ts';

const snapshot = 'cnpg-keda';
const shared: JsonObject = { name: 'shared', namespace: 'gateways' };
/** The listener of plain HTTP, for tls false. */
const plain: JsonObject = { ...shared, sectionName: 'http' };

const fieldReports = (): Accepted => {
  const s: Subject = { name: 'field-reports', namespace: 'farming', version: '1.19.0' };
  return {
    slug: '126-field-reports', snapshot, title: 'Core, TLS left open under the default host, own Postgres of default size on three instances, scraped by annotation on its path',
    intent: `
metadata: {name: field-reports, namespace: farming}
spec:
  workload:
    containerImage: registry.corp/farming/field-reports:1.19.0
    tier: core
    env: [{name: PGURI, valueFrom: {secretKeyRef: {name: field-reports-surveys-app, key: uri}}}]
    rollout: {maxSurge: 50%}
  networking: {exposure: public-ingress}
  dependencies: [{name: surveys, type: postgres}]
  observability: {metricsEndpoint: {port: 8080, path: /actuator/prometheus}}
`,
    expected: [
      serviceAccount(s), ownPostgres(s, 'surveys', 3, '10Gi'),
      deployment(s, { replicas: 3, strategy: rolling('50%'), podAnnotations: scrapeAnnotations(8080, '/actuator/prometheus'), pod: corePod(s, [
        serving(s, 'registry.corp/farming/field-reports:1.19.0', STANDARD_CORE, { env: [secretKey('PGURI', 'field-reports-surveys-app', 'uri')] }),
      ]) }),
      service(s, HTTP_SERVICE), budget(s), httpRoute(s, { parent: shared, hostnames: ['field-reports.apps.corp.example'] }),
      networkPolicy(s, [fromNamespace('gateways', 8080), fromNamespace('monitoring', 8080)], [toCluster('field-reports-surveys')]),
    ],
  };
};

const grantPortal = (): Accepted => {
  const s: Subject = { name: 'grant-portal', namespace: 'agri-grants', version: '4.2.1' };
  return {
    slug: '127-grant-portal', snapshot, title: 'Plain HTTP under two hosts by two paths, two databases of its own beside a shared one, callers inside, pull secret',
    intent: `
metadata: {name: grant-portal, namespace: agri-grants}
spec:
  workload:
    containerImage: registry.grants.example/portal:4.2.1
    ports: [{name: web, containerPort: 4567, appProtocol: http}]
    pullSecrets: [{name: grants-registry}]
    security: {runAsUser: 1010, runAsGroup: 1010}
  networking:
    exposure: public-ingress
    tls: false
    hosts: [grants.agri.example, subsidies.agri.example]
    paths: [/apply, /status]
    allowFrom: [{name: case-desk}, {name: mailer, namespace: agri-mail}]
  dependencies:
    - {name: applications, type: postgres, size: 80Gi}
    - {name: drafts, type: postgres}
    - {name: parcels, type: postgres, shared: land-registry}
`,
    expected: [
      serviceAccount(s), ownPostgres(s, 'applications', 1, '80Gi'), ownPostgres(s, 'drafts', 1, '10Gi'),
      deployment(s, { replicas: 2, pod: spreadPod(s, [serving(s, 'registry.grants.example/portal:4.2.1', STANDARD, { ports: [port('web', 4567)], ...probedAt('web') })], {
        securityContext: podSecurity({ runAsUser: 1010, runAsGroup: 1010 }), imagePullSecrets: [{ name: 'grants-registry' }],
      }) }),
      service(s, servicePort('web', 4567, 'TCP', 'http')), budget(s),
      httpRoute(s, { parent: plain, hostnames: ['grants.agri.example', 'subsidies.agri.example'], paths: ['/apply', '/status'], port: 4567 }),
      networkPolicy(s, [fromCallers([{ name: 'case-desk' }, { name: 'mailer', namespace: 'agri-mail' }], on(4567)), fromNamespace('gateways', 4567)],
        [toCluster('grant-portal-applications'), toCluster('grant-portal-drafts'), toCluster('parcels', 'land-registry')]),
    ],
  };
};

const soilAtlas = (): Accepted => {
  const s: Subject = { name: 'soil-atlas', namespace: 'farming', version: '0.51.0' };
  return {
    slug: '128-soil-atlas', snapshot, title: 'Stateful set over plain HTTP under the default host: claim, own Postgres, elastic, high priority where no zone is full',
    intent: `
metadata: {name: soil-atlas, namespace: farming}
spec:
  workload:
    kind: stateful
    containerImage: ghcr.io/farming/soil-atlas:0.51.0
    resources: high-priority-compute
    ports: [{name: tiles, containerPort: 8077}, {name: admin, containerPort: 8078}]
    volumes: [{name: rasters, mountPath: /rasters, size: 640Gi, storageClassName: bulk-hdd}]
  networking: {exposure: public-ingress, tls: false}
  dependencies: [{name: features, type: postgres, size: 160Gi}]
  scaling: {profile: elastic}
`,
    expected: [
      serviceAccount(s), ownPostgres(s, 'features', 1, '160Gi'),
      statefulSet(s, { claims: [claimTemplate('rasters', '640Gi', { storageClassName: 'bulk-hdd' })], pod: spreadPod(s, [serving(s, 'ghcr.io/farming/soil-atlas:0.51.0', HIGH, {
        ports: [port('tiles', 8077), port('admin', 8078)], ...probedAt('tiles'), volumeMounts: [tmpMount, mount('rasters', '/rasters')],
      })]) }),
      headless(s, servicePort('tiles', 8077), servicePort('admin', 8078)), service(s, servicePort('tiles', 8077), servicePort('admin', 8078)), budget(s),
      autoscaler(s, 'StatefulSet', 2, 10, 60), httpRoute(s, { parent: plain, hostnames: ['soil-atlas.apps.corp.example'], port: 8077 }),
      networkPolicy(s, [fromNamespace('gateways', 8077)], [toCluster('soil-atlas-features')]),
    ],
  };
};

const farmShop = (): Accepted => {
  const s: Subject = { name: 'farm-shop', namespace: 'agri-retail', version: '20.1.0' };
  return {
    slug: '129-farm-shop', snapshot, title: 'Core with five dependencies of five types and a range, own Postgres, Secret file, two paths, autoscaled, scraped by annotation',
    intent: `
metadata: {name: farm-shop, namespace: agri-retail}
spec:
  workload:
    containerImage: registry.corp/agri-retail/farm-shop:20.1.0
    tier: core
    resourceRequirements:
      requests: {cpu: 900m, memory: 1Gi}
      limits: {cpu: 900m, memory: 1Gi}
    probes: {readiness: {httpGet: {path: /up, port: http}, periodSeconds: 4}}
    files: [{path: /run/psp/key.pem, secret: psp-key, key: key.pem, mode: 288}]
  networking:
    exposure: public-ingress
    paths: [/shop, /basket]
    egress: [{cidr: 10.88.2.0/25, port: 6514}]
  dependencies:
    - {name: shelf, type: postgres, size: 25Gi}
    - {name: baskets, type: redis, shared: agri-cache}
    - {name: shop-events, type: kafka, shared: agri-stream}
    - {name: market-prices, type: service, port: 8900, shared: farming}
    - {name: psp, type: external, host: pay.psp.example}
  scaling: {min: 4, max: 16, cpu: 65}
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s), ownPostgres(s, 'shelf', 3, '25Gi'),
      deployment(s, { podAnnotations: scrapeAnnotations(8080), pod: corePod(s, [serving(s, 'registry.corp/agri-retail/farm-shop:20.1.0', {
        requests: { cpu: '900m', memory: '1Gi' }, limits: { cpu: '900m', memory: '1Gi' },
      }, { readinessProbe: { httpGet: { path: '/up', port: 'http' }, periodSeconds: 4 }, volumeMounts: [tmpMount, fileMount('file-0', '/run/psp/key.pem', 'key.pem')] })], {
        volumes: [tmp, fromSecret(0, 'psp-key', 'key.pem', 288)],
      }) }),
      service(s, HTTP_SERVICE), budget(s), autoscaler(s, 'Deployment', 4, 16, 65),
      httpRoute(s, { parent: shared, hostnames: ['farm-shop.apps.corp.example'], paths: ['/shop', '/basket'] }),
      networkPolicy(s, [fromNamespace('gateways', 8080), fromNamespace('monitoring', 8080)], [
        toCluster('farm-shop-shelf'), toApp('agri-cache', 'baskets', 6379), toApp('agri-stream', 'shop-events', 9092), toApp('farming', 'market-prices', 8900),
        toInternet(443), toRange('10.88.2.0/25', 6514),
      ]),
    ],
  };
};

const cropForum = (): Accepted => {
  const s: Subject = { name: 'crop-forum', namespace: 'agri-retail', version: '3.4.0.beta4' };
  return {
    slug: '130-crop-forum', snapshot, title: 'TLS left open under a named host, single writer of its volume, own Postgres, Redis, sidecar, both mail ports by host',
    intent: `
metadata: {name: crop-forum, namespace: agri-retail}
spec:
  workload:
    containerImage: docker.io/discourse/discourse:3.4.0.beta4
    resources: burstable
    ports: [{name: http, containerPort: 3000}]
    env: [{name: SITE_NAME, value: Crops}, {name: SMTP_PASSWORD, valueFrom: {secretKeyRef: {name: forum-mail, key: password}}}]
    volumes: [{name: uploads, mountPath: /uploads, size: 45Gi}]
    sidecars: [{name: sidekiq, containerImage: 'docker.io/discourse/sidekiq:3.4.0', args: [-c, '5'], envFrom: [{configMapRef: {name: forum-settings}}]}]
  networking:
    exposure: public-ingress
    hosts: [forum.crops.example]
    egress: [{host: smtp.crops.example, port: 587}, {host: smtp.crops.example, port: 465}]
  dependencies:
    - {name: posts, type: postgres, size: 35Gi}
    - {name: forum-cache, type: redis, shared: agri-cache}
`,
    expected: [
      serviceAccount(s), claim(s, 'uploads', '45Gi'), ownPostgres(s, 'posts', 1, '35Gi'),
      deployment(s, { replicas: 1, strategy: recreate, pod: spreadPod(s, [
        serving(s, 'docker.io/discourse/discourse:3.4.0.beta4', BURSTABLE, {
          ports: [port('http', 3000)], env: [literal('SITE_NAME', 'Crops'), secretKey('SMTP_PASSWORD', 'forum-mail', 'password')],
          volumeMounts: [tmpMount, mount('uploads', '/uploads')],
        }),
        beside('sidekiq', 'docker.io/discourse/sidekiq:3.4.0', { args: ['-c', '5'], envFrom: [{ configMapRef: { name: 'forum-settings' } }] }),
      ], { volumes: [tmp, claimed('uploads', 'crop-forum-uploads')] }) }),
      service(s, servicePort('http', 3000)), budget(s), httpRoute(s, { parent: shared, hostnames: ['forum.crops.example'], port: 3000 }),
      networkPolicy(s, [fromNamespace('gateways', 3000)], [toCluster('crop-forum-posts'), toApp('agri-cache', 'forum-cache', 6379), toInternet(587), toInternet(465)]),
    ],
  };
};

const auctionFloor = (): Accepted => {
  const s: Subject = { name: 'auction-floor', namespace: 'agri-retail', version: '2.2.2' };
  return {
    slug: '131-auction-floor', snapshot, title: 'Plain HTTP with the route on the first of four ports, neighbours called, steady with memory, metrics on the last port by annotation',
    intent: `
metadata: {name: auction-floor, namespace: agri-retail}
spec:
  workload:
    containerImage: registry.corp/agri-retail/auction-floor:2.2.2
    ports:
      - {name: bids, containerPort: 8811, appProtocol: kubernetes.io/ws}
      - {name: clock, containerPort: 8812, protocol: UDP}
      - {name: admin, containerPort: 8813}
      - {name: metrics, containerPort: 8814}
    placement: {nodePool: general, tolerations: [{key: auction-day, operator: Exists, effect: NoExecute}]}
  networking: {exposure: public-ingress, tls: false, hosts: [auction.agri.example], paths: [/live]}
  dependencies:
    - {name: farm-shop, type: service, port: 8080}
    - {name: lots, type: service, port: 8820}
  scaling: {profile: steady, memory: 80}
  observability: {metricsEndpoint: {port: 8814}}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { podAnnotations: scrapeAnnotations(8814), pod: spreadPod(s, [serving(s, 'registry.corp/agri-retail/auction-floor:2.2.2', STANDARD, {
        ports: [port('bids', 8811), port('clock', 8812, 'UDP'), port('admin', 8813), port('metrics', 8814)], ...probedAt('bids'),
      })], {
        affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [
          { key: 'synthesis.platform/pool', operator: 'In', values: ['general'] },
        ] }] } } },
        tolerations: [{ key: 'auction-day', operator: 'Exists', effect: 'NoExecute' }],
      }) }),
      service(s, servicePort('bids', 8811, 'TCP', 'kubernetes.io/ws'), servicePort('clock', 8812, 'UDP'), servicePort('admin', 8813), servicePort('metrics', 8814)),
      budget(s), autoscaler(s, 'Deployment', 2, 4, 80, 80), httpRoute(s, { parent: plain, hostnames: ['auction.agri.example'], paths: ['/live'], port: 8811 }),
      networkPolicy(s, [fromNamespace('gateways', 8811), fromNamespace('monitoring', 8814)], [toNeighbour('farm-shop', 8080), toNeighbour('lots', 8820)]),
    ],
  };
};

export const onCnpgPublic: Accepted[] = [fieldReports(), grantPortal(), soilAtlas(), farmShop(), cropForum(), auctionFloor()];
