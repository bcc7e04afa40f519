/** Further scenarios that must be refused, each for one reason: what this very cluster lacks, and what no service is given anywhere. */
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

export const refusedHere: Refused[] = [...lacking, ...forbidden];
