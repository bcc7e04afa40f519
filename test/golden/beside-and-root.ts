/** Accepted scenarios about images that run as root, and about exact resources of what runs before and beside the main container. */
import { migration, migrationCore } from './extras.ts';
import { mount, scratch } from './pieces.ts';
import type { Accepted } from './scenario.ts';
import {
  BURSTABLE, STANDARD, STANDARD_CORE, beside, besideCore, budget, corePod, cronJob, daemonSet, deployment, pod, port, probedAt, serviceAccount, serving, silent, spreadPod, tmp, without, type Subject,
} from './workload.ts';
import { HTTP_SERVICE, fromOwnNamespace, networkPolicy, on, service, servicePort, toApp } from './traffic.ts';

const asRoot = { allowPrivilegeEscalation: false, runAsNonRoot: false, readOnlyRootFilesystem: true };
const asRootWriting = { ...asRoot, readOnlyRootFilesystem: false };
const sized = (cpu: string, memory: string) => ({ resources: { requests: { cpu, memory }, limits: { cpu, memory } } });

const faxGateway = (): Accepted => {
  const s: Subject = { name: 'fax-gateway', namespace: 'records', version: '2.9.1' };
  return {
    slug: '199-fax-gateway', snapshot: 'bare-1.30', title: 'An old image that runs as root and writes to its own file system',
    intent: `
metadata: {name: fax-gateway, namespace: records}
spec:
  workload:
    containerImage: registry.office.example/fax-gateway:2.9.1
    security: {runAsNonRoot: false, writableRoot: true}
  networking: {exposure: internal}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 2, pod: without('volumes', spreadPod(s, [without('volumeMounts', serving(s, 'registry.office.example/fax-gateway:2.9.1', STANDARD, { securityContext: asRootWriting }))])) }),
      service(s, HTTP_SERVICE), budget(s), networkPolicy(s, [fromOwnNamespace(on(8080))]),
    ],
  };
};

const caseTracker = (): Accepted => {
  const s: Subject = { name: 'case-tracker', namespace: 'records', version: '7.0.3' };
  const image = 'registry.office.example/case-tracker:7.0.3';
  return {
    slug: '200-case-tracker', snapshot: 'istio-gateway', title: 'A core worker that runs as root; so does its release task, but not what prepares it',
    intent: `
metadata: {name: case-tracker, namespace: records}
spec:
  workload:
    kind: worker
    tier: core
    containerImage: ${image}
    security: {runAsNonRoot: false}
    init: [{name: fetch-forms, containerImage: 'registry.office.example/forms:1.1.0'}]
    migration: {command: [/bin/upgrade]}
  dependencies: [{name: cases, type: mysql, shared: databases}]
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 3, pod: corePod(s, [silent(s, image, STANDARD_CORE, { securityContext: asRoot })], {
        initContainers: [besideCore('fetch-forms', 'registry.office.example/forms:1.1.0'), migrationCore(image, { command: ['/bin/upgrade'], securityContext: asRoot })],
      }) }),
      budget(s), networkPolicy(s, [], [toApp('databases', 'cases', 3306)]),
    ],
  };
};

const badgeReader = (): Accepted => {
  const s: Subject = { name: 'badge-reader', namespace: 'records', version: '4.4.0' };
  return {
    slug: '201-badge-reader', snapshot: 'cnpg-keda', title: 'A daemon that runs as root and adds a capability to those of the runtime',
    intent: `
metadata: {name: badge-reader, namespace: records}
spec:
  workload:
    kind: daemon
    containerImage: registry.office.example/badge-reader:4.4.0
    resources: burstable
    security: {runAsNonRoot: false, capabilities: {add: [NET_BIND_SERVICE]}}
`,
    expected: [
      serviceAccount(s),
      daemonSet(s, { maxUnavailable: 1 }, { pod: pod(s, [silent(s, 'registry.office.example/badge-reader:4.4.0', BURSTABLE, { securityContext: { ...asRoot, capabilities: { add: ['NET_BIND_SERVICE'] } } })]) }),
      networkPolicy(s, []),
    ],
  };
};

const letterPress = (): Accepted => {
  const s: Subject = { name: 'letter-press', namespace: 'records', version: '1.12.0' };
  return {
    slug: '202-letter-press', snapshot: 'linkerd-nginx', title: 'One sidecar with resources of its own between two without, and an init container with its own',
    intent: `
metadata: {name: letter-press, namespace: records}
spec:
  workload:
    containerImage: registry.office.example/letter-press:1.12.0
    ports: [{name: web, containerPort: 8090}]
    volumes: [{name: sheets, mountPath: /sheets}]
    init:
      - {name: fonts, containerImage: 'registry.office.example/fonts:3.0.0', resourceRequirements: {requests: {cpu: 300m, memory: 1Gi}, limits: {cpu: 300m, memory: 1Gi}}, volumeMounts: [{name: sheets, mountPath: /out}]}
    sidecars:
      - {name: ink, containerImage: 'registry.office.example/ink:1.0.0'}
      - {name: proof, containerImage: 'registry.office.example/proof:1.0.1', resourceRequirements: {requests: {cpu: 200m, memory: 256Mi}, limits: {cpu: 200m, memory: 256Mi}}, args: [--all]}
      - {name: count, containerImage: 'registry.office.example/count:1.0.2'}
    security: {runAsNonRoot: true}
  networking: {exposure: internal}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 2, pod: spreadPod(s, [
        serving(s, 'registry.office.example/letter-press:1.12.0', STANDARD, { ports: [port('web', 8090)], ...probedAt('web'), volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }, mount('sheets', '/sheets')] }),
        beside('ink', 'registry.office.example/ink:1.0.0'), { ...beside('proof', 'registry.office.example/proof:1.0.1', { args: ['--all'] }), ...sized('200m', '256Mi') }, beside('count', 'registry.office.example/count:1.0.2'),
      ], { initContainers: [{ ...beside('fonts', 'registry.office.example/fonts:3.0.0', { volumeMounts: [mount('sheets', '/out')] }), ...sized('300m', '1Gi') }], volumes: [tmp, scratch('sheets')] }) }),
      service(s, servicePort('web', 8090)), budget(s), networkPolicy(s, [fromOwnNamespace(on(8090))]),
    ],
  };
};

const nightFiling = (): Accepted => {
  const s: Subject = { name: 'night-filing', namespace: 'records', version: '0.5.0' };
  return {
    slug: '203-night-filing', snapshot: 'bare-1.30', title: 'A core cron with a sidecar of its own size, which ends with the run',
    intent: `
metadata: {name: night-filing, namespace: records}
spec:
  workload:
    kind: cron
    tier: core
    containerImage: registry.office.example/night-filing:0.5.0
    schedule: {cron: '40 1 * * *'}
    sidecars:
      - {name: tunnel, containerImage: 'registry.office.example/tunnel:2.2.0', resourceRequirements: {requests: {cpu: 150m, memory: 96Mi}, limits: {cpu: 150m, memory: 96Mi}}}
  dependencies: [{name: vault, type: service, shared: archive, port: 9443}]
`,
    expected: [
      serviceAccount(s),
      cronJob(s, { schedule: '40 1 * * *' }, { pod: pod(s, [
        silent(s, 'registry.office.example/night-filing:0.5.0', STANDARD_CORE), { ...besideCore('tunnel', 'registry.office.example/tunnel:2.2.0'), ...sized('150m', '96Mi') },
      ]) }),
      networkPolicy(s, [], [toApp('archive', 'vault', 9443)]),
    ],
  };
};

const deskBooking = (): Accepted => {
  const s: Subject = { name: 'desk-booking', namespace: 'records', version: '3.3.0' };
  const image = 'registry.office.example/desk-booking:3.3.0';
  return {
    slug: '204-desk-booking', snapshot: 'cnpg-keda', title: 'Root that may write, with a release task of the same image and a sidecar that is not root',
    intent: `
metadata: {name: desk-booking, namespace: records}
spec:
  workload:
    containerImage: ${image}
    security: {runAsNonRoot: false, writableRoot: true}
    migration: {args: [upgrade]}
    sidecars: [{name: calendar, containerImage: 'registry.office.example/calendar:1.0.0'}]
  networking: {exposure: internal}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { replicas: 2, pod: without('volumes', spreadPod(s, [
        without('volumeMounts', serving(s, image, STANDARD, { securityContext: asRootWriting })), beside('calendar', 'registry.office.example/calendar:1.0.0'),
      ], { initContainers: [without('volumeMounts', migration(image, { args: ['upgrade'], securityContext: asRootWriting }))] })) }),
      service(s, HTTP_SERVICE), budget(s), networkPolicy(s, [fromOwnNamespace(on(8080))]),
    ],
  };
};

export const besideAndRoot: readonly Accepted[] = [faxGateway(), caseTracker(), badgeReader(), letterPress(), nightFiling(), deskBooking()];
