/** Further scenarios that must be refused: roles, spot nodes, spreads, queues, limits, alerts and release tasks where they cannot be had. */
import type { Refused } from './scenario.ts';

export const refusedWide: Refused[] = [
  {
    slug: '181-role-without-annotation', snapshot: 'istio-gateway', title: 'A role at the cloud provider where the platform names no annotation for it',
    rule: 'cloudRole needs cloudRoleAnnotation in global-settings',
    intent: `
metadata: {name: gtfs-export, namespace: transit}
spec:
  workload:
    containerImage: registry.transit.example/gtfs-export:1.2.0
    identity: {cloudRole: 'arn:aws:iam::210987654321:role/gtfs-export'}
  networking: {exposure: public-ingress, authPolicy: jwt-validated}
  dependencies: [{name: feeds, type: bucket, host: feeds.objects.example}]
  observability: {metrics: prometheus-standard}
`,
  },
  {
    slug: '182-role-of-an-existing-account', snapshot: 'bare-1.30', title: 'A role at the cloud provider for an account that is left as it is',
    rule: 'cloudRole beside an existing serviceAccount is refused',
    intent: `
metadata: {name: avalanche-digest, namespace: avalanche-service}
spec:
  workload:
    kind: cron
    containerImage: registry.resort.example/avalanche-digest:0.6.0
    schedule: {cron: '30 5 * 11-12,1-4 *'}
    identity: {serviceAccount: bulletin-writer, cloudRole: bulletin-writer@alpine-hazards.iam.example}
  dependencies: [{name: bulletins, type: bucket, host: bulletins.objects.example}]
`,
  },
  {
    slug: '183-spot-nodes-unmarked', snapshot: 'cnpg-keda', title: 'A worker for nodes that can be taken away where nothing says which they are',
    rule: 'placement.spot needs spotNodes in global-settings',
    intent: `
metadata: {name: frame-stacker, namespace: observatory}
spec:
  workload:
    kind: worker
    containerImage: registry.sky.example/frame-stacker:3.0.1
    resources: high-priority-compute
    placement: {spot: true, spread: none}
  dependencies: [{name: stack-jobs, type: redis, shared: sky-cache}]
  scaling: {max: 20, queue: {dependency: stack-jobs, length: 5}}
`,
  },
  {
    slug: '184-core-on-spot-nodes', snapshot: 'linkerd-nginx', title: 'A core service on nodes that can be taken away',
    rule: 'placement.spot is refused in tier core',
    intent: `
metadata: {name: overdue-notices, namespace: lending}
spec:
  workload:
    tier: core
    containerImage: registry.library.example/overdue-notices:2.4.0
    placement: {spot: true}
  networking: {exposure: internal, authPolicy: mtls}
  observability: {alerts: standard}
`,
  },
  {
    slug: '185-spread-daemon', snapshot: 'bare-1.30', title: 'A daemon that is to be spread over hosts',
    rule: 'a stated spread is refused for cron, job and daemon',
    intent: `
metadata: {name: hut-beacon, namespace: mountain-rescue}
spec:
  labels: {team: rescue}
  workload:
    kind: daemon
    containerImage: registry.peaks.example/hut-beacon:1.0.5
    placement: {spread: hosts}
`,
  },
  {
    slug: '186-migrated-job', snapshot: 'cnpg-keda', title: 'A job with a release task before it',
    rule: 'migration is for kinds service, worker and stateful',
    intent: `
metadata: {name: telescope-import, namespace: telescope}
spec:
  workload:
    kind: job
    containerImage: registry.sky.example/telescope-import:4.4.0
    migration: {command: [importer, schema]}
  dependencies: [{name: nights, type: postgres, version: '16.4', size: 5Gi}]
`,
  },
  {
    slug: '187-queue-without-keda', snapshot: 'istio-gateway', title: 'A worker that is to follow a Kafka where nothing scales by queues',
    rule: 'scaling.queue needs KEDA',
    intent: `
metadata: {name: delay-predictor, namespace: transit}
spec:
  workload: {kind: worker, containerImage: 'registry.transit.example/delay-predictor:0.14.0', tier: core}
  dependencies: [{name: positions, type: kafka, shared: transit-stream}]
  scaling: {max: 16, queue: {dependency: positions, length: 500}}
  observability: {alerts: standard}
`,
  },
  {
    slug: '188-request-limit-of-ingress', snapshot: 'linkerd-nginx', title: 'A limit of whole requests beside one of idle connections, through an Ingress',
    rule: 'timeouts.request is refused through an Ingress',
    intent: `
metadata: {name: book-club, namespace: lending}
spec:
  workload: {containerImage: 'registry.library.example/book-club:1.1.0', resources: burstable}
  networking:
    exposure: public-ingress
    timeouts: {idle: 2m, request: 20s}
    bodySize: 4Mi
  scaling: {profile: steady}
`,
  },
  {
    slug: '189-body-limit-of-gateway', snapshot: 'istio-gateway', title: 'A largest body of uploads through the Gateway',
    rule: 'bodySize is refused through the Gateway',
    intent: `
metadata: {name: lost-property, namespace: transit}
spec:
  workload:
    containerImage: registry.transit.example/lost-property:2.0.9
    migration: {args: [migrate]}
  networking:
    exposure: public-ingress
    hosts: [lost.apps.corp.example]
    bodySize: 12Mi
    cors: {allowOrigins: ['https://transit.example']}
  dependencies: [{name: finds, type: postgres, shared: transit-data}]
`,
  },
  {
    slug: '190-alerts-without-operator', snapshot: 'cnpg-keda', title: 'Alerts where no Prometheus operator reads them',
    rule: 'alerts need the Prometheus operator',
    intent: `
metadata: {name: meteor-watch, namespace: observatory}
spec:
  annotations: {sky.example/contact: meteors@sky.example}
  workload:
    kind: stateful
    containerImage: registry.sky.example/meteor-watch:1.0.0
    volumes: [{name: trails, mountPath: /trails, size: 60Gi}]
  networking: {exposure: internal, sessionAffinity: ClientIP}
  observability: {alerts: standard}
`,
  },
  {
    slug: '191-mode-of-a-whole-map', snapshot: 'istio-gateway', title: 'A mode for all files of a ConfigMap',
    rule: 'a mode is that of one key',
    intent: `
metadata: {name: ferry-notices, namespace: transit}
spec:
  workload:
    containerImage: registry.transit.example/ferry-notices:2.0.4
    files: [{path: /etc/ferry-notices, configMap: ferry-templates, mode: 288}]
  networking: {exposure: internal}
`,
  },
  {
    slug: '192-probe-of-datagrams', snapshot: 'bare-1.30', title: 'A service whose first port takes datagrams, without probes of its own',
    rule: 'a default probe needs a first port of TCP',
    intent: `
metadata: {name: beacon-relay, namespace: avalanche-service}
spec:
  workload:
    containerImage: registry.resort.example/beacon-relay:1.1.0
    ports: [{name: beacons, containerPort: 6100, protocol: UDP}, {name: admin, containerPort: 6180}]
  networking: {exposure: internal}
`,
  },
  {
    slug: '197-public-datagrams', snapshot: 'istio-gateway', title: 'A public service whose first port takes datagrams',
    rule: 'public traffic goes to a first port of TCP',
    intent: `
metadata: {name: voice-bridge, namespace: mailroom}
spec:
  workload:
    containerImage: registry.post.example/voice-bridge:1.2.0
    ports: [{name: media, containerPort: 7000, protocol: UDP}, {name: web, containerPort: 7080}]
    probes: {liveness: {httpGet: {path: /alive, port: 7080}}, readiness: {httpGet: {path: /ready, port: 7080}}}
  networking: {exposure: public-ingress, hosts: [voice.apps.corp.example]}
`,
  },
  {
    slug: '198-scraped-datagrams', snapshot: 'istio-gateway', title: 'Standard metrics of a worker that only takes datagrams',
    rule: 'metrics are read over TCP',
    intent: `
metadata: {name: syslog-sink, namespace: mailroom}
spec:
  workload:
    kind: worker
    containerImage: registry.post.example/syslog-sink:4.4.1
    ports: [{name: syslog, containerPort: 5514, protocol: UDP}]
  observability: {metrics: prometheus-standard}
`,
  },
];
