/** Further scenarios that must be refused, each for one reason: what the cluster lacks, what a kind cannot do, what no service is given. */
import type { Refused } from './scenario.ts';

const lacking: Refused[] = [
  {
    slug: '145-own-issuer-without-mesh', snapshot: 'cnpg-keda', title: 'An issuer of its own where nothing validates tokens',
    rule: "auth needs Istio's security API",
    intent: `
metadata: {name: coop-accounts, namespace: agri-retail}
spec:
  workload: {containerImage: 'registry.corp/agri-retail/coop-accounts:3.0.0', tier: core}
  networking:
    exposure: internal
    auth: {issuer: 'https://id.coop.example', jwksUri: 'https://id.coop.example/keys', audiences: [accounts]}
  dependencies: [{name: members, type: postgres, shared: agri-data}]
`,
  },
  {
    slug: '146-mutual-tls-on-bare-cluster', snapshot: 'bare-1.30', title: 'Mutual TLS for a stateful set on a cluster without any mesh',
    rule: 'mtls needs Istio or Linkerd',
    intent: `
metadata: {name: vessel-keys, namespace: coastguard}
spec:
  workload:
    kind: stateful
    containerImage: registry.corp/coastguard/vessel-keys:1.3.0
    volumes: [{name: keys, mountPath: /keys, size: 2Gi}]
    security: {fsGroup: 800}
  networking: {authPolicy: mtls}
`,
  },
  {
    slug: '147-public-without-a-way-in', snapshot: 'bare-1.30', title: 'A public site with hosts and paths where neither gateway nor ingress class takes traffic',
    rule: 'public-ingress needs a gateway or an ingress class',
    intent: `
metadata: {name: harbour-news, namespace: harbour}
spec:
  workload: {containerImage: 'registry.corp/harbour/news:2.0.0', resources: burstable}
  networking: {exposure: public-ingress, tls: false, hosts: [news.port.example], paths: [/news]}
  scaling: {min: 2}
`,
  },
  {
    slug: '148-own-kafka', snapshot: 'cnpg-keda', title: 'A Kafka of its own beside a database of its own',
    rule: 'kafka can only be shared',
    intent: `
metadata: {name: egg-tracer, namespace: livestock}
spec:
  workload: {containerImage: 'ghcr.io/livestock/egg-tracer:1.1.0', kind: worker}
  dependencies:
    - {name: eggs, type: postgres, size: 10Gi}
    - {name: egg-events, type: kafka}
`,
  },
  {
    slug: '149-own-redis', snapshot: 'istio-gateway', title: 'A Redis of its own',
    rule: 'redis can only be shared',
    intent: `
metadata: {name: curtain-call, namespace: theatre}
spec:
  workload: {containerImage: 'registry.corp/theatre/curtain-call:0.4.0'}
  networking: {exposure: internal}
  dependencies: [{name: applause, type: redis}]
`,
  },
  {
    slug: '150-own-postgres-with-linkerd', snapshot: 'linkerd-nginx', title: 'A database of its own for a public service where no operator runs',
    rule: 'own postgres needs CloudNativePG',
    intent: `
metadata: {name: visitor-book, namespace: clinic}
spec:
  workload: {containerImage: 'registry.corp/clinic/visitor-book:1.0.0'}
  networking: {exposure: public-ingress, hosts: [visitors.clinic.example]}
  dependencies: [{name: visits, type: postgres}]
  observability: {metrics: prometheus-standard}
`,
  },
];

const unfit: Refused[] = [
  {
    slug: '151-recreated-daemon', snapshot: 'bare-1.30', title: 'A daemon that is to stop everywhere before it starts again',
    rule: 'rollout.type recreate is refused for daemons',
    intent: `
metadata: {name: beacon-agent, namespace: coastguard}
spec:
  workload:
    kind: daemon
    containerImage: registry.corp/coastguard/beacon-agent:1.0.0
    rollout: {type: recreate}
`,
  },
  {
    slug: '152-exposed-worker', snapshot: 'linkerd-nginx', title: 'A worker that wants to be called by its neighbours',
    rule: 'exposure other than none is for kinds service and stateful',
    intent: `
metadata: {name: label-printer, namespace: pharmacy}
spec:
  workload: {containerImage: 'registry.corp/pharmacy/label-printer:6.1.0', kind: worker, ports: [{name: ipp, containerPort: 8631}]}
  networking: {exposure: internal}
`,
  },
  {
    slug: '153-authenticated-daemon', snapshot: 'istio-gateway', title: 'Mutual TLS for a daemon, which nobody calls',
    rule: 'authPolicy is for kinds service and stateful',
    intent: `
metadata: {name: aisle-lights, namespace: venue-edge}
spec:
  workload: {containerImage: 'registry.corp/venue-edge/aisle-lights:2.1.0', kind: daemon, ports: [{name: dali, containerPort: 5577}]}
  networking: {authPolicy: mtls}
`,
  },
  {
    slug: '154-scraped-job', snapshot: 'linkerd-nginx', title: 'Metrics of a job, which ends before it is scraped',
    rule: 'metrics are refused for cron and job',
    intent: `
metadata: {name: ward-import, namespace: administration}
spec:
  workload: {containerImage: 'registry.corp/administration/ward-import:0.1.0', kind: job, ports: [{name: metrics, containerPort: 9102}]}
  dependencies: [{name: wards, type: mysql, shared: administration-data}]
  observability: {metrics: prometheus-standard}
`,
  },
  {
    slug: '155-scraped-portless-daemon', snapshot: 'cnpg-keda', title: 'Metrics of a daemon that listens nowhere',
    rule: 'metrics need a port',
    intent: `
metadata: {name: gps-relay, namespace: machinery}
spec:
  workload: {containerImage: 'registry.machinery.example/gps-relay:4.0.0', kind: daemon, tier: core}
  networking: {egress: [{cidr: 10.151.0.0/24, port: 2947}]}
  observability: {metrics: prometheus-standard}
`,
  },
  {
    slug: '156-metrics-on-another-port', snapshot: 'istio-gateway', title: 'A metrics endpoint on a port that the workload does not declare',
    rule: 'the port of metricsEndpoint must be one of workload.ports',
    intent: `
metadata: {name: foyer-screens, namespace: lobby}
spec:
  workload: {containerImage: 'registry.corp/lobby/foyer-screens:1.2.0', ports: [{name: web, containerPort: 8000}]}
  networking: {exposure: internal}
  observability: {metricsEndpoint: {port: 9090}}
`,
  },
  {
    slug: '157-target-without-bound', snapshot: 'bare-1.30', title: 'A cpu target beside a minimum, and no upper bound',
    rule: 'cpu needs max or a profile',
    intent: `
metadata: {name: lock-gate, namespace: harbour}
spec:
  workload: {containerImage: 'registry.corp/harbour/lock-gate:5.5.1', tier: core}
  networking: {exposure: internal}
  scaling: {min: 3, cpu: 70}
`,
  },
  {
    slug: '158-elastic-single-writer', snapshot: 'cnpg-keda', title: 'An elastic worker with one volume to write',
    rule: 'one writer of a persistent volume; use kind stateful',
    intent: `
metadata: {name: herd-book, namespace: livestock}
spec:
  workload:
    kind: worker
    containerImage: ghcr.io/livestock/herd-book:2.0.0
    volumes: [{name: herd, mountPath: /herd, size: 6Gi}]
  scaling: {profile: elastic}
`,
  },
  {
    slug: '159-profile-beside-maximum', snapshot: 'linkerd-nginx', title: 'A scaling profile and a maximum that contradicts it',
    rule: 'a profile beside min, max or cpu is refused',
    intent: `
metadata: {name: menu-board, namespace: wards}
spec:
  workload: {containerImage: 'registry.corp/wards/menu-board:1.9.1'}
  networking: {exposure: internal}
  scaling: {profile: steady, max: 12}
`,
  },
  {
    slug: '160-sized-memory', snapshot: 'bare-1.30', title: 'A volume in memory that is to be persistent as well',
    rule: 'size beside medium is refused',
    intent: `
metadata: {name: sonar-buffer, namespace: hydrography}
spec:
  workload:
    containerImage: registry.corp/hydro/sonar-buffer:0.3.3
    volumes: [{name: pings, mountPath: /pings, size: 1Gi, medium: Memory}]
`,
  },
];

const forbidden: Refused[] = [
  {
    slug: '161-wildcard-rights', snapshot: 'istio-gateway', title: 'A service that wants every verb on Secrets',
    rule: 'wildcards in permissions are refused',
    intent: `
metadata: {name: prop-store, namespace: theatre}
spec:
  workload:
    containerImage: registry.corp/theatre/prop-store:1.0.0
    identity: {permissions: [{apiGroups: [''], resources: [secrets], verbs: ['*']}]}
  networking: {exposure: internal, egress: [{cidr: 10.96.0.1/32, port: 443}]}
`,
  },
  {
    slug: '162-impersonating-cron', snapshot: 'bare-1.30', title: 'A cron that wants to act as other accounts',
    rule: 'the verb impersonate is refused',
    intent: `
metadata: {name: watch-rotation, namespace: coastguard}
spec:
  workload:
    kind: cron
    containerImage: registry.corp/coastguard/watch-rotation:2.0.0
    schedule: {cron: '0 */4 * * *'}
    identity: {permissions: [{apiGroups: [''], resources: [serviceaccounts], verbs: [get, impersonate]}]}
  networking: {egress: [{cidr: 10.96.0.1/32, port: 443}]}
`,
  },
  {
    slug: '163-core-without-cpu-limit', snapshot: 'cnpg-keda', title: 'A core worker whose exact resources limit memory alone',
    rule: 'tier core needs requests equal to limits',
    intent: `
metadata: {name: barn-climate, namespace: livestock}
spec:
  workload:
    kind: worker
    tier: core
    containerImage: ghcr.io/livestock/barn-climate:5.2.0
    resourceRequirements: {requests: {cpu: 300m, memory: 400Mi}, limits: {memory: 400Mi}}
  dependencies: [{name: climate, type: postgres, shared: agri-data}]
`,
  },
  {
    slug: '164-two-way-daemon-rollout', snapshot: 'linkerd-nginx', title: 'A daemon that is to surge and to be unavailable at once',
    rule: 'only one of maxSurge and maxUnavailable of a daemon is above zero',
    intent: `
metadata: {name: badge-reader, namespace: wards}
spec:
  workload:
    kind: daemon
    containerImage: registry.corp/wards/badge-reader:3.2.0
    rollout: {maxSurge: 1, maxUnavailable: 1}
`,
  },
];

export const refusedMore: Refused[] = [...lacking, ...unfit, ...forbidden];
