/** Scenarios that must be refused: the cluster cannot satisfy them, or the standard does not allow them. Nothing may be written. */
import type { Refused } from './scenario.ts';

export const refused: Refused[] = [
  {
    slug: '50-jwt-without-mesh', snapshot: 'bare-1.30', title: 'Tokens and public exposure where there is neither mesh nor gateway',
    rule: 'public-ingress needs a gateway or ingress class, jwt-validated needs a service mesh',
    intent: `
metadata:
  name: user-auth-service
spec:
  workload:
    containerImage: registry.corp/auth-svc:2.2.0
    resources: 'high-priority-compute'
  networking:
    exposure: 'public-ingress'
    authPolicy: 'jwt-validated'
  observability:
    metrics: 'prometheus-standard'
`,
  },
  {
    slug: '51-jwt-on-linkerd', snapshot: 'linkerd-nginx', title: 'Tokens on an internal service where the mesh cannot validate them',
    rule: "jwt-validated needs Istio's security API",
    intent: `
metadata: {name: profile-api, namespace: shop}
spec:
  workload: {containerImage: 'registry.corp/shop/profile-api:2.0.4', tier: core}
  networking: {exposure: internal, authPolicy: jwt-validated, audiences: [profile]}
  scaling: {max: 6}
`,
  },
  {
    slug: '52-mtls-without-mesh', snapshot: 'cnpg-keda', title: 'Mutual TLS where no mesh is installed',
    rule: 'mtls needs Istio or Linkerd',
    intent: `
metadata: {name: card-vault, namespace: payments}
spec:
  workload: {containerImage: 'registry.corp/payments/card-vault:1.1.9', kind: stateful, volumes: [{name: data, mountPath: /data, size: 10Gi}]}
  networking: {exposure: internal, authPolicy: mtls}
`,
  },
  {
    slug: '53-tls-without-https-listener', snapshot: 'cnpg-keda', title: 'TLS asked for by name where the only gateway has a plain HTTP listener',
    rule: 'tls true needs an HTTPS listener',
    intent: `
metadata: {name: account-web, namespace: shop}
spec:
  workload: {containerImage: 'registry.corp/shop/account-web:8.1.0', resources: burstable}
  networking: {exposure: public-ingress, tls: true, hosts: [account.corp.example]}
  dependencies: [{name: main, type: postgres}]
`,
  },
  {
    slug: '54-own-postgres-without-operator', snapshot: 'bare-1.30', title: 'A database of its own where no operator provides one',
    rule: 'own postgres needs CloudNativePG',
    intent: `
metadata: {name: loyalty, namespace: shop}
spec:
  workload: {containerImage: 'registry.corp/shop/loyalty:0.3.0'}
  networking: {exposure: internal}
  dependencies: [{name: points, type: postgres, size: 20Gi}, {name: orders, type: service, port: 8080}]
`,
  },
  {
    slug: '55-own-mysql', snapshot: 'cnpg-keda', title: 'A MySQL of its own, which no platform provides',
    rule: 'mysql can only be shared',
    intent: `
metadata: {name: blog, namespace: marketing}
spec:
  workload: {containerImage: 'docker.io/library/wordpress:6.7.1', security: {writableRoot: true}}
  networking: {exposure: public-ingress, tls: false}
  dependencies: [{name: blog-db, type: mysql}]
`,
  },
  {
    slug: '56-exposed-cron', snapshot: 'istio-gateway', title: 'A cron that wants to be reached from outside',
    rule: 'exposure other than none is for kinds service and stateful',
    intent: `
metadata: {name: price-sync, namespace: shop}
spec:
  workload: {containerImage: 'registry.corp/shop/price-sync:1.0.1', kind: cron, schedule: {cron: '*/5 * * * *'}}
  networking: {exposure: public-ingress}
`,
  },
  {
    slug: '57-scaled-job', snapshot: 'bare-1.30', title: 'A job that asks for autoscaling',
    rule: 'scaling is refused for cron and job',
    intent: `
metadata: {name: reindex, namespace: shop}
spec:
  workload: {containerImage: 'registry.corp/shop/reindex:2.2.2', kind: job, resources: high-priority-compute}
  scaling: {profile: elastic}
`,
  },
  {
    slug: '58-many-writers', snapshot: 'linkerd-nginx', title: 'A service with a persistent volume that asks for autoscaling',
    rule: 'one writer of a persistent volume; use kind stateful',
    intent: `
metadata: {name: uploads, namespace: media}
spec:
  workload:
    containerImage: registry.corp/media/uploads:1.5.0
    volumes: [{name: blobs, mountPath: /blobs, size: 100Gi}]
  networking: {exposure: public-ingress, paths: [/upload]}
  scaling: {min: 2, max: 8}
`,
  },
  {
    slug: '59-callers-of-nothing', snapshot: 'istio-gateway', title: 'Named callers of a service that is not exposed',
    rule: 'allowFrom with exposure none',
    intent: `
metadata: {name: ranker, namespace: search}
spec:
  workload: {containerImage: 'registry.corp/search/ranker:3.1.4', tier: core}
  networking: {allowFrom: [{name: search-api}]}
  observability: {metrics: prometheus-standard}
`,
  },
  {
    slug: '60-metrics-of-portless-worker', snapshot: 'istio-gateway', title: 'Metrics of a worker that listens nowhere',
    rule: 'metrics need a port',
    intent: `
metadata: {name: mail-sender, namespace: shop}
spec:
  workload: {containerImage: 'registry.corp/shop/mail-sender:1.8.0', kind: worker}
  dependencies: [{name: smtp, type: external, host: smtp.mailer.example, port: 587}]
  observability: {metrics: prometheus-standard}
`,
  },
  {
    slug: '61-unknown-keyword', snapshot: 'istio-gateway', title: 'A misspelt dependency type and a resource class nobody teaches',
    rule: 'unknown keyword',
    intent: `
metadata: {name: returns-api, namespace: shop}
spec:
  workload: {containerImage: 'registry.corp/shop/returns-api:1.0.0', resources: hi-priority}
  networking: {exposure: internal}
  dependencies: [{name: orders-db, type: postgress, shared: production}]
`,
  },
  {
    slug: '62-daemon', snapshot: 'linkerd-nginx', title: 'A pod on every node, and one volume for all of them',
    rule: 'a daemon has no claim of its own',
    intent: `
metadata: {name: node-agent, namespace: platform}
spec:
  workload: {containerImage: 'registry.corp/platform/node-agent:0.2.0', kind: daemon, volumes: [{name: spool, mountPath: /spool, size: 20Gi}]}
`,
  },
  {
    slug: '63-service-without-port', snapshot: 'cnpg-keda', title: 'A called service whose port is not stated',
    rule: 'a dependency on a service needs a port',
    intent: `
metadata: {name: cart, namespace: shop}
spec:
  workload: {containerImage: 'registry.corp/shop/cart:4.4.0'}
  networking: {exposure: internal}
  dependencies: [{name: catalog, type: service}]
`,
  },
  {
    slug: '64-core-without-guarantee', snapshot: 'istio-gateway', title: 'A core service whose exact requests and limits differ',
    rule: 'tier core needs requests equal to limits',
    intent: `
metadata: {name: order-router, namespace: shop}
spec:
  workload:
    containerImage: registry.corp/shop/order-router:2.6.0
    tier: core
    resourceRequirements: {requests: {cpu: 500m, memory: 1Gi}, limits: {cpu: '2', memory: 1Gi}}
  networking: {exposure: internal, authPolicy: mtls}
  observability: {metrics: prometheus-standard}
`,
  },
  {
    slug: '65-mutable-tag', snapshot: 'linkerd-nginx', title: 'An image whose tag can change under the service',
    rule: 'the tag latest is not immutable',
    intent: `
metadata: {name: demo-shop, namespace: shop}
spec:
  workload: {containerImage: 'registry.corp/shop/demo:latest', resources: burstable}
  networking: {exposure: public-ingress}
  dependencies: [{name: catalog, type: service, port: 8080}]
`,
  },
];
