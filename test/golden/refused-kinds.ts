/** Further scenarios that must be refused, each for one reason: what a kind of workload cannot do, and what contradicts itself. */
import type { Refused } from './scenario.ts';

export const refusedKinds: Refused[] = [
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
