/** Further accepted scenarios on linkerd-nginx that take public traffic through the ingress: hosts by paths, with and without a certificate. */
import type { Accepted } from './scenario.ts';
import {
  BURSTABLE, BURSTABLE_CORE, HIGH, STANDARD, STANDARD_CORE, autoscaler, beside, budget, claim, claimTemplate, claimed, corePod, deployment, fileMount, podSecurity, port,
  probedAt, recreate, serviceAccount, serving, spreadPod, statefulSet, tmp, tmpMount, without, writableRoot, type Subject,
} from './workload.ts';
import { fromConfigMap, literal, mount, secretKey } from './pieces.ts';
import {
  HTTP_SERVICE, fromCallers, fromNamespace, headless, ingressPlain, ingressWithTls, meshIdentities, meshPort, meshed, networkPolicy, on, service, serviceMonitor,
  servicePort, toApp, toInternet, toLinkerd, toNeighbour, toRange,
} from './traffic.ts';

const snapshot = 'linkerd-nginx';

const clinicPortal = (): Accepted => {
  const s: Subject = { name: 'clinic-portal', namespace: 'clinic', version: '2025.22.0' };
  return {
    slug: '106-clinic-portal', snapshot, title: 'Three hosts by two paths with a certificate, mutual TLS on three ports, metrics on the last, high priority where no zone is full',
    intent: `
metadata: {name: clinic-portal, namespace: clinic}
spec:
  workload:
    containerImage: registry.corp/clinic/portal:2025.22.0
    resources: high-priority-compute
    ports: [{name: web, containerPort: 3080}, {name: push, containerPort: 3081, appProtocol: kubernetes.io/ws}, {name: metrics, containerPort: 3082}]
  networking:
    exposure: public-ingress
    hosts: [my.clinic.example, clinic.example, klinik.example]
    paths: [/, /api]
    authPolicy: mtls
  dependencies:
    - {name: appointment-web, type: service, port: 8080}
    - {name: sms, type: external, host: sms.carrier.example, port: 8443}
  scaling: {min: 3, max: 12}
  observability: {metricsEndpoint: {port: 3082}}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { podAnnotations: meshed, pod: spreadPod(s, [serving(s, 'registry.corp/clinic/portal:2025.22.0', HIGH, {
        ports: [port('web', 3080), port('push', 3081), port('metrics', 3082)], ...probedAt('web'),
      })]) }),
      service(s, servicePort('web', 3080), servicePort('push', 3081, 'TCP', 'kubernetes.io/ws'), servicePort('metrics', 3082)), budget(s), autoscaler(s, 'Deployment', 3, 12, 75),
      ingressWithTls(s, ['my.clinic.example', 'clinic.example', 'klinik.example'], ['/', '/api'], 'web'),
      meshIdentities(s), ...meshPort(s, 'web'), ...meshPort(s, 'push'), ...meshPort(s, 'metrics'), serviceMonitor(s, 'metrics'),
      networkPolicy(s, [fromNamespace('ingress-nginx', 3080), fromNamespace('monitoring', 3082)], [toLinkerd, toNeighbour('appointment-web', 8080), toInternet(8443)]),
    ],
  };
};

const labResults = (): Accepted => {
  const s: Subject = { name: 'lab-results', namespace: 'clinic', version: '7.2.9' };
  return {
    slug: '107-lab-results', snapshot, title: 'Core stateful set over plain HTTP with two hosts by two paths, claim and user, callers inside, scraped',
    intent: `
metadata: {name: lab-results, namespace: clinic}
spec:
  workload:
    kind: stateful
    tier: core
    containerImage: registry.corp/clinic/lab-results:7.2.9
    volumes: [{name: reports, mountPath: /reports, size: 400Gi, storageClassName: encrypted-ssd}]
    security: {runAsUser: 2222, fsGroup: 2222}
  networking:
    exposure: public-ingress
    tls: false
    hosts: [results.clinic.example, results.lab.example]
    paths: [/results, /download]
    allowFrom: [{name: clinic-portal}, {name: gp-link, namespace: partners-in}]
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      statefulSet(s, { replicas: 3, claims: [claimTemplate('reports', '400Gi', { storageClassName: 'encrypted-ssd' })], pod: corePod(s, [
        serving(s, 'registry.corp/clinic/lab-results:7.2.9', STANDARD_CORE, { volumeMounts: [tmpMount, mount('reports', '/reports')] }),
      ], { securityContext: podSecurity({ runAsUser: 2222, fsGroup: 2222 }) }) }),
      headless(s, HTTP_SERVICE), service(s, HTTP_SERVICE), budget(s),
      ingressPlain(s, ['results.clinic.example', 'results.lab.example'], ['/results', '/download']), serviceMonitor(s),
      networkPolicy(s, [
        fromCallers([{ name: 'clinic-portal' }, { name: 'gp-link', namespace: 'partners-in' }], on(8080)), fromNamespace('ingress-nginx', 8080), fromNamespace('monitoring', 8080),
      ]),
    ],
  };
};

const appointmentWeb = (): Accepted => {
  const s: Subject = { name: 'appointment-web', namespace: 'clinic', version: '15.0.0' };
  return {
    slug: '108-appointment-web', snapshot, title: 'Certificate asked for by name for the default host, callers inside, steady, MySQL, Redis and a calendar outside',
    intent: `
metadata: {name: appointment-web, namespace: clinic}
spec:
  workload:
    containerImage: registry.corp/clinic/appointment-web:15.0.0
    env: [{name: CALENDAR_SECRET, valueFrom: {secretKeyRef: {name: calendar-client, key: secret}}}, {name: SLOT_MINUTES, value: '15'}]
    probes: {liveness: {httpGet: {path: /healthz, port: http}, periodSeconds: 12}}
  networking: {exposure: public-ingress, tls: true, allowFrom: [{name: clinic-portal}]}
  dependencies:
    - {name: calendar-db, type: mysql, shared: clinic-data}
    - {name: sessions, type: redis, shared: clinic-data}
    - {name: calendar-sync, type: external, host: calendar.groupware.example}
  scaling: {profile: steady}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { pod: spreadPod(s, [serving(s, 'registry.corp/clinic/appointment-web:15.0.0', STANDARD, {
        env: [secretKey('CALENDAR_SECRET', 'calendar-client', 'secret'), literal('SLOT_MINUTES', '15')],
        livenessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 12 },
      })]) }),
      service(s, HTTP_SERVICE), budget(s), autoscaler(s, 'Deployment', 2, 4, 80), ingressWithTls(s, ['appointment-web.apps.corp.example']),
      networkPolicy(s, [fromCallers([{ name: 'clinic-portal' }], on(8080)), fromNamespace('ingress-nginx', 8080)],
        [toApp('clinic-data', 'calendar-db', 3306), toApp('clinic-data', 'sessions', 6379), toInternet(443)]),
    ],
  };
};

const imagingViewer = (): Accepted => {
  const s: Subject = { name: 'imaging-viewer', namespace: 'radiology', version: '0.98.0' };
  return {
    slug: '109-imaging-viewer', snapshot, title: 'Core behind a certificate for a host and three paths: existing claim, ConfigMap file, recreate, own metrics path, range out',
    intent: `
metadata: {name: imaging-viewer, namespace: radiology}
spec:
  workload:
    containerImage: quay.io/radiology/imaging-viewer:0.98.0
    tier: core
    resources: burstable
    ports: [{name: dicomweb, containerPort: 8042}]
    volumes: [{name: studies, mountPath: /studies, claimName: pacs-studies}]
    files: [{path: /etc/viewer/viewer.json, configMap: viewer-config, key: viewer.json}]
    rollout: {type: recreate, terminationGracePeriodSeconds: 45}
  networking:
    exposure: public-ingress
    hosts: [viewer.radiology.example]
    paths: [/viewer, /wado, /static]
  dependencies: [{name: pacs, type: external, cidr: 10.140.0.0/20, port: 11112}]
  observability: {metricsEndpoint: {port: 8042, path: /tools/metrics}}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 3, strategy: recreate, pod: corePod(s, [serving(s, 'quay.io/radiology/imaging-viewer:0.98.0', BURSTABLE_CORE, {
        ports: [port('dicomweb', 8042)], ...probedAt('dicomweb'),
        volumeMounts: [tmpMount, mount('studies', '/studies'), fileMount('file-0', '/etc/viewer/viewer.json', 'viewer.json')],
      })], { terminationGracePeriodSeconds: 45, volumes: [tmp, claimed('studies', 'pacs-studies'), fromConfigMap(0, 'viewer-config', 'viewer.json')] }) }),
      service(s, servicePort('dicomweb', 8042)), budget(s),
      ingressWithTls(s, ['viewer.radiology.example'], ['/viewer', '/wado', '/static'], 'dicomweb'), serviceMonitor(s, 'dicomweb', '/tools/metrics'),
      networkPolicy(s, [fromNamespace('ingress-nginx', 8042), fromNamespace('monitoring', 8042)], [toRange('10.140.0.0/20', 11112)]),
    ],
  };
};

const vaccineInfo = (): Accepted => {
  const s: Subject = { name: 'vaccine-info', namespace: 'public-health', version: '3.0' };
  return {
    slug: '110-vaccine-info', snapshot, title: 'Plain HTTP for the default host: static site with a writable root, fixed replicas, sidecar',
    intent: `
metadata: {name: vaccine-info, namespace: public-health}
spec:
  workload:
    containerImage: docker.io/library/httpd:3.0
    resources: burstable
    security: {writableRoot: true, runAsUser: 33}
    sidecars: [{name: content, containerImage: 'registry.corp/public-health/content:3.0', args: [--watch]}]
  networking: {exposure: public-ingress, tls: false}
  scaling: {min: 4}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 4, pod: without('volumes', spreadPod(s, [
        without('volumeMounts', serving(s, 'docker.io/library/httpd:3.0', BURSTABLE, { securityContext: writableRoot })),
        beside('content', 'registry.corp/public-health/content:3.0', { args: ['--watch'] }),
      ], { securityContext: podSecurity({ runAsUser: 33 }) })) }),
      service(s, HTTP_SERVICE), budget(s), ingressPlain(s, ['vaccine-info.apps.corp.example']), networkPolicy(s, [fromNamespace('ingress-nginx', 8080)]),
    ],
  };
};

const formPrinter = (): Accepted => {
  const s: Subject = { name: 'form-printer', namespace: 'public-health', version: '1.8.0' };
  return {
    slug: '111-form-printer', snapshot, title: 'Certificate without asking, single writer of its volume in mutual TLS, scraped',
    intent: `
metadata: {name: form-printer, namespace: public-health}
spec:
  workload:
    containerImage: registry.corp/public-health/form-printer:1.8.0
    volumes: [{name: spool, mountPath: /var/spool/forms, size: 8Gi}]
  networking: {exposure: public-ingress, paths: [/forms], authPolicy: mtls}
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s), claim(s, 'spool', '8Gi'),
      deployment(s, { replicas: 1, strategy: recreate, podAnnotations: meshed, pod: spreadPod(s, [
        serving(s, 'registry.corp/public-health/form-printer:1.8.0', STANDARD, { volumeMounts: [tmpMount, mount('spool', '/var/spool/forms')] }),
      ], { volumes: [tmp, claimed('spool', 'form-printer-spool')] }) }),
      service(s, HTTP_SERVICE), budget(s), ingressWithTls(s, ['form-printer.apps.corp.example'], ['/forms']), meshIdentities(s), ...meshPort(s, 'http'), serviceMonitor(s),
      networkPolicy(s, [fromNamespace('ingress-nginx', 8080), fromNamespace('monitoring', 8080)], [toLinkerd]),
    ],
  };
};

export const onLinkerdPublic: Accepted[] = [clinicPortal(), labResults(), appointmentWeb(), imagingViewer(), vaccineInfo(), formPrinter()];
