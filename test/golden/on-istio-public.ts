/** Further accepted scenarios on istio-gateway that take public traffic: tokens, plain HTTP, hosts and paths. */
import type { Accepted } from './scenario.ts';
import {
  BURSTABLE, BURSTABLE_CORE, HIGH, STANDARD, autoscaler, awayFromZoneB, besideCore, budget, claim, claimTemplate, claimed, corePod, deployment, podSecurity, port,
  probedAt, recreate, rolling, serviceAccount, serving, spreadPod, statefulSet, tmpMount, writableRoot, type Subject,
} from './workload.ts';
import { configKey, literal, mount, secretKey } from './pieces.ts';
import {
  HTTP_SERVICE, LOGIN, edge, exempt, fromCallers, fromNamespace, headless, httpRoute, injected, networkPolicy, on, scrape, service, serviceMonitor, servicePort,
  strictPeers, toApp, toInternet, toIstiod, toNeighbour, tokenHolders, tokens,
} from './traffic.ts';

const snapshot = 'istio-gateway';

const ticketOffice = (): Accepted => {
  const s: Subject = { name: 'ticket-office', namespace: 'theatre', version: '31.2.0' };
  return {
    slug: '86-ticket-office', snapshot, title: 'Core: two hosts by three paths, tokens with audiences and exempt paths, own metrics port and path, init and sidecar, elastic, full zone avoided',
    intent: `
metadata: {name: ticket-office, namespace: theatre}
spec:
  workload:
    containerImage: registry.corp/theatre/ticket-office:31.2.0
    tier: core
    resources: high-priority-compute
    ports: [{name: api, containerPort: 8500, appProtocol: http}, {name: ops, containerPort: 8501}]
    init: [{name: schema, containerImage: 'registry.corp/theatre/schema:31.2.0', args: [check]}]
    sidecars: [{name: fx-cache, containerImage: 'registry.corp/theatre/fx-cache:1.4.0', env: [{name: BASE, value: EUR}]}]
  networking:
    exposure: public-ingress
    hosts: [tickets.apps.corp.example, abo.apps.corp.example]
    paths: [/sale, /season, /gift]
    authPolicy: jwt-validated
    audiences: [box-office, kiosk]
    exemptPaths: [/sale/calendar, /gift/*]
  dependencies:
    - {name: seat-map, type: service, port: 8080}
    - {name: vouchers, type: service, port: 7070, shared: marketing-apps}
    - {name: bank-acquirer, type: external, host: acquirer.bank-one.example}
  scaling: {profile: elastic}
  observability: {metricsEndpoint: {port: 8501, path: /internal/prom}}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { podLabels: injected, pod: corePod(s, [
        serving(s, 'registry.corp/theatre/ticket-office:31.2.0', HIGH, { ports: [port('api', 8500), port('ops', 8501)], ...probedAt('api') }),
        besideCore('fx-cache', 'registry.corp/theatre/fx-cache:1.4.0', { env: [literal('BASE', 'EUR')] }),
      ], { affinity: { nodeAffinity: awayFromZoneB }, initContainers: [besideCore('schema', 'registry.corp/theatre/schema:31.2.0', { args: ['check'] })] }) }),
      service(s, servicePort('api', 8500, 'TCP', 'http'), servicePort('ops', 8501)), budget(s), autoscaler(s, 'Deployment', 3, 10, 60),
      httpRoute(s, { parent: edge('https'), hostnames: ['tickets.apps.corp.example', 'abo.apps.corp.example'], paths: ['/sale', '/season', '/gift'], port: 8500 }),
      tokens(s, { ...LOGIN, audiences: ['box-office', 'kiosk'] }), tokenHolders(s, exempt('/sale/calendar', '/gift/*'), scrape('/internal/prom')),
      serviceMonitor(s, 'ops', '/internal/prom'),
      networkPolicy(s, [fromNamespace('edge', 8500), fromNamespace('monitoring', 8501)],
        [toIstiod, toNeighbour('seat-map', 8080), toApp('marketing-apps', 'vouchers', 7070), toInternet(443)]),
    ],
  };
};

const turnstileApi = (): Accepted => {
  const s: Subject = { name: 'turnstile-api', namespace: 'theatre', version: '2.0.0' };
  return {
    slug: '87-turnstile-api', snapshot, title: 'Core stateful set behind an issuer of its own without audiences, exempt paths, claim, TLS by name, scraped',
    intent: `
metadata: {name: turnstile-api, namespace: theatre}
spec:
  workload:
    kind: stateful
    tier: core
    containerImage: registry.corp/theatre/turnstile:2.0.0
    resources: burstable
    volumes: [{name: passes, mountPath: /passes, size: 25Gi, storageClassName: encrypted}]
    security: {fsGroup: 1234}
  networking:
    exposure: public-ingress
    tls: true
    hosts: [gates.apps.corp.example]
    auth:
      issuer: 'urn:turnstiles'
      jwksUri: https://keys.turnstiles.example/jwks
      exemptPaths: [/health, /firmware/*]
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      statefulSet(s, { replicas: 3, podLabels: injected, claims: [claimTemplate('passes', '25Gi', { storageClassName: 'encrypted' })], pod: corePod(s, [
        serving(s, 'registry.corp/theatre/turnstile:2.0.0', BURSTABLE_CORE, { volumeMounts: [tmpMount, mount('passes', '/passes')] }),
      ], { securityContext: podSecurity({ fsGroup: 1234 }) }) }),
      headless(s, HTTP_SERVICE), service(s, HTTP_SERVICE), budget(s),
      httpRoute(s, { parent: edge('https'), hostnames: ['gates.apps.corp.example'] }),
      tokens(s, { issuer: 'urn:turnstiles', jwksUri: 'https://keys.turnstiles.example/jwks' }), tokenHolders(s, exempt('/health', '/firmware/*'), scrape()),
      serviceMonitor(s), networkPolicy(s, [fromNamespace('edge', 8080), fromNamespace('monitoring', 8080)], [toIstiod]),
    ],
  };
};

const seatMap = (): Accepted => {
  const s: Subject = { name: 'seat-map', namespace: 'theatre', version: '4.4.4' };
  return {
    slug: '88-seat-map', snapshot, title: 'Plain HTTP under a host of another domain, mutual TLS inside, callers as well, unavailability in percent',
    intent: `
metadata: {name: seat-map, namespace: theatre}
spec:
  workload:
    containerImage: registry.corp/theatre/seat-map:4.4.4
    rollout: {maxUnavailable: 50%}
  networking:
    exposure: public-ingress
    tls: false
    hosts: [seats.old-theatre.example]
    authPolicy: mtls
    allowFrom: [{name: ticket-office}, {name: accessibility, namespace: services}]
  dependencies: [{name: hall-plans, type: postgres, shared: theatre-data}]
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 2, strategy: rolling(1, '50%'), podLabels: injected, pod: spreadPod(s, [serving(s, 'registry.corp/theatre/seat-map:4.4.4', STANDARD)]) }),
      service(s, HTTP_SERVICE), budget(s), httpRoute(s, { parent: edge('http'), hostnames: ['seats.old-theatre.example'] }), strictPeers(s),
      networkPolicy(s, [fromCallers([{ name: 'ticket-office' }, { name: 'accessibility', namespace: 'services' }], on(8080)), fromNamespace('edge', 8080)],
        [toIstiod, toApp('theatre-data', 'hall-plans', 5432)]),
    ],
  };
};

const venueSearch = (): Accepted => {
  const s: Subject = { name: 'venue-search', namespace: 'discovery', version: '0.18.2' };
  return {
    slug: '89-venue-search', snapshot, title: 'No authentication, default host, two paths, autoscaled from a maximum with memory, surge and unavailability counted, Redis',
    intent: `
metadata: {name: venue-search, namespace: discovery}
spec:
  workload:
    containerImage: ghcr.io/discovery/venue-search:0.18.2
    resources: burstable
    ports: [{name: web, containerPort: 9292}]
    env: [{name: LOCALE, value: de}, {name: GEO_KEY, valueFrom: {secretKeyRef: {name: geo-service, key: api-key}}}]
    rollout: {maxSurge: 2, maxUnavailable: 1}
  networking: {exposure: public-ingress, paths: [/search, /suggest]}
  dependencies: [{name: suggestions, type: redis, shared: discovery}]
  scaling: {max: 15, memory: 65}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { strategy: rolling(2, 1), pod: spreadPod(s, [serving(s, 'ghcr.io/discovery/venue-search:0.18.2', BURSTABLE, {
        ports: [port('web', 9292)], ...probedAt('web'), env: [literal('LOCALE', 'de'), secretKey('GEO_KEY', 'geo-service', 'api-key')],
      })]) }),
      service(s, servicePort('web', 9292)), budget(s), autoscaler(s, 'Deployment', 2, 15, 75, 65),
      httpRoute(s, { parent: edge('https'), hostnames: ['venue-search.apps.corp.example'], paths: ['/search', '/suggest'], port: 9292 }),
      networkPolicy(s, [fromNamespace('edge', 9292)], [toApp('discovery', 'suggestions', 6379)]),
    ],
  };
};

const stageStream = (): Accepted => {
  const s: Subject = { name: 'stage-stream', namespace: 'broadcast', version: 'v1.9.0-rc1' };
  return {
    slug: '90-stage-stream', snapshot, title: 'Three ports of three application protocols, an issuer with two audiences, pull secrets, priority, scraped, high priority',
    intent: `
metadata: {name: stage-stream, namespace: broadcast}
spec:
  workload:
    containerImage: registry.broadcast.example/stage-stream:v1.9.0-rc1
    resources: high-priority-compute
    ports:
      - {name: hls, containerPort: 8089, appProtocol: http}
      - {name: control, containerPort: 8090, appProtocol: kubernetes.io/h2c}
      - {name: events, containerPort: 8091, appProtocol: kubernetes.io/ws}
    env: [{name: BITRATES, valueFrom: {configMapKeyRef: {name: stream-ladder, key: bitrates}}}]
    pullSecrets: [{name: broadcast-registry}, {name: mirror-registry}]
    priority: live-event
  networking:
    exposure: public-ingress
    auth:
      issuer: https://id.broadcast.example/realms/live
      jwksUri: https://id.broadcast.example/realms/live/certs
      audiences: [viewer, studio]
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 2, podLabels: injected, pod: spreadPod(s, [serving(s, 'registry.broadcast.example/stage-stream:v1.9.0-rc1', HIGH, {
        ports: [port('hls', 8089), port('control', 8090), port('events', 8091)], ...probedAt('hls'), env: [configKey('BITRATES', 'stream-ladder', 'bitrates')],
      })], {
        affinity: { nodeAffinity: awayFromZoneB }, imagePullSecrets: [{ name: 'broadcast-registry' }, { name: 'mirror-registry' }], priorityClassName: 'live-event',
      }) }),
      service(s, servicePort('hls', 8089, 'TCP', 'http'), servicePort('control', 8090, 'TCP', 'kubernetes.io/h2c'), servicePort('events', 8091, 'TCP', 'kubernetes.io/ws')),
      budget(s), httpRoute(s, { parent: edge('https'), hostnames: ['stage-stream.apps.corp.example'], port: 8089 }),
      tokens(s, { issuer: 'https://id.broadcast.example/realms/live', jwksUri: 'https://id.broadcast.example/realms/live/certs', audiences: ['viewer', 'studio'] }),
      tokenHolders(s, scrape()), serviceMonitor(s, 'hls'),
      networkPolicy(s, [fromNamespace('edge', 8089), fromNamespace('monitoring', 8089)], [toIstiod]),
    ],
  };
};

const programmeGuide = (): Accepted => {
  const s: Subject = { name: 'programme-guide', namespace: 'broadcast', version: '5.1' };
  return {
    slug: '91-programme-guide', snapshot, title: 'Plain HTTP under the default host, single writer of its volume with a writable root, minimum of one',
    intent: `
metadata: {name: programme-guide, namespace: broadcast}
spec:
  workload:
    containerImage: registry.broadcast.example/programme-guide:5.1
    volumes: [{name: uploads, mountPath: /srv/uploads, size: 12Gi}]
    security: {writableRoot: true, runAsUser: 82, runAsGroup: 82, fsGroup: 82}
  networking: {exposure: public-ingress, tls: false}
  scaling: {min: 1}
`,
    expected: [
      serviceAccount(s), claim(s, 'uploads', '12Gi'),
      deployment(s, { replicas: 1, strategy: recreate, pod: spreadPod(s, [serving(s, 'registry.broadcast.example/programme-guide:5.1', STANDARD, {
        securityContext: writableRoot, volumeMounts: [mount('uploads', '/srv/uploads')],
      })], { securityContext: podSecurity({ runAsUser: 82, runAsGroup: 82, fsGroup: 82 }), volumes: [claimed('uploads', 'programme-guide-uploads')] }) }),
      service(s, HTTP_SERVICE), budget(s), httpRoute(s, { parent: edge('http'), hostnames: ['programme-guide.apps.corp.example'] }),
      networkPolicy(s, [fromNamespace('edge', 8080)]),
    ],
  };
};

export const onIstioPublic: Accepted[] = [ticketOffice(), turnstileApi(), seatMap(), venueSearch(), stageStream(), programmeGuide()];
