/** Further accepted scenarios on linkerd-nginx outside the mesh: workers, daemons and a service that nobody calls. */
import type { Accepted } from './scenario.ts';
import {
  BURSTABLE, HIGH, STANDARD_CORE, autoscaler, besideCore, budget, claim, claimed, corePod, daemonSet, deployment, ofArch, onNodes, pod, podSecurity, port, recreate, rolling,
  serviceAccount, serving, silent, spreadPod, tmp, tmpMount, writableRoot, type Subject,
} from './workload.ts';
import { inMemory, mount, secretKey } from './pieces.ts';
import { fromNamespace, networkPolicy, podMonitor, toApp, toInternet, toNeighbour, toRange } from './traffic.ts';

const snapshot = 'linkerd-nginx';

const bedCensus = (): Accepted => {
  const s: Subject = { name: 'bed-census', namespace: 'emergency', version: '0.7.7' };
  return {
    slug: '119-bed-census', snapshot, title: 'High-priority core worker, elastic, no port, two services called and a queue',
    intent: `
metadata: {name: bed-census, namespace: emergency}
spec:
  workload:
    kind: worker
    tier: core
    containerImage: registry.emergency.example/bed-census:0.7.7
    resources: high-priority-compute
    probes: {liveness: {exec: {command: [cat, /tmp/alive]}, periodSeconds: 25}}
  dependencies:
    - {name: admissions, type: kafka, shared: event-hub}
    - {name: triage-rules, type: service, port: 8080}
    - {name: patient-index, type: service, port: 9555, shared: clinic}
  scaling: {profile: elastic}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { pod: corePod(s, [silent(s, 'registry.emergency.example/bed-census:0.7.7', HIGH, {
        livenessProbe: { exec: { command: ['cat', '/tmp/alive'] }, periodSeconds: 25 },
      })]) }),
      budget(s), autoscaler(s, 'Deployment', 3, 10, 60),
      networkPolicy(s, [], [toApp('event-hub', 'admissions', 9092), toNeighbour('triage-rules', 8080), toApp('clinic', 'patient-index', 9555)]),
    ],
  };
};

const deviceGateway = (): Accepted => {
  const s: Subject = { name: 'device-gateway', namespace: 'wards', version: '5.0.2' };
  return {
    slug: '120-device-gateway', snapshot, title: 'Core daemon scraped by the keyword on its first port, second port over UDP, sidecar, memory, tolerations for everything',
    intent: `
metadata: {name: device-gateway, namespace: wards}
spec:
  workload:
    kind: daemon
    tier: core
    containerImage: registry.corp/wards/device-gateway:5.0.2
    ports: [{name: status, containerPort: 8700}, {name: telemetry, containerPort: 8701, protocol: UDP}]
    probes:
      liveness: {httpGet: {path: /livez, port: status}}
      readiness: {httpGet: {path: /readyz, port: status}}
    volumes: [{name: ringbuf, mountPath: /ringbuf, medium: Memory}]
    sidecars: [{name: decoder, containerImage: 'registry.corp/wards/decoder:5.0.2'}]
    placement: {tolerations: [{operator: Exists}]}
  dependencies: [{name: vitals, type: kafka, shared: event-hub}]
  observability: {metrics: prometheus-standard}
`,
    expected: [
      serviceAccount(s),
      daemonSet(s, { maxUnavailable: 1 }, { pod: pod(s, [
        silent(s, 'registry.corp/wards/device-gateway:5.0.2', STANDARD_CORE, {
          ports: [port('status', 8700), port('telemetry', 8701, 'UDP')],
          livenessProbe: { httpGet: { path: '/livez', port: 'status' } }, readinessProbe: { httpGet: { path: '/readyz', port: 'status' } },
          volumeMounts: [tmpMount, mount('ringbuf', '/ringbuf')],
        }),
        besideCore('decoder', 'registry.corp/wards/decoder:5.0.2'),
      ], { tolerations: [{ operator: 'Exists' }], volumes: [tmp, inMemory('ringbuf')] }) }),
      podMonitor(s, 'status'), networkPolicy(s, [fromNamespace('monitoring', 8700)], [toApp('event-hub', 'vitals', 9092)]),
    ],
  };
};

const doseCalculator = (): Accepted => {
  const s: Subject = { name: 'dose-calculator', namespace: 'pharmacy', version: '4.0.0' };
  return {
    slug: '122-dose-calculator', snapshot, title: 'Core without exposure, exact resources, scraped from its pods on the second port, steady with memory, stopped by a pause',
    intent: `
metadata: {name: dose-calculator, namespace: pharmacy}
spec:
  workload:
    containerImage: registry.corp/pharmacy/dose-calculator:4.0.0
    tier: core
    resourceRequirements:
      requests: {cpu: '2', memory: 2Gi}
      limits: {cpu: '2', memory: 2Gi}
    ports: [{name: calc, containerPort: 8300}, {name: metrics, containerPort: 8301}]
    rollout: {maxSurge: 100%, preStop: {sleep: {seconds: 5}}}
    priority: patient-safety
  scaling: {profile: steady, memory: 60}
  observability: {metricsEndpoint: {port: 8301}}
`,
    expected: [
      serviceAccount(s),
      deployment(s, { strategy: rolling('100%'), pod: corePod(s, [serving(s, 'registry.corp/pharmacy/dose-calculator:4.0.0', {
        requests: { cpu: '2', memory: '2Gi' }, limits: { cpu: '2', memory: '2Gi' },
      }, {
        ports: [port('calc', 8300), port('metrics', 8301)], livenessProbe: { tcpSocket: { port: 'calc' }, periodSeconds: 20 },
        readinessProbe: { tcpSocket: { port: 'calc' }, periodSeconds: 10 }, lifecycle: { preStop: { sleep: { seconds: 5 } } },
      })], { priorityClassName: 'patient-safety' }) }),
      budget(s), autoscaler(s, 'Deployment', 3, 4, 80, 60), podMonitor(s, 'metrics'), networkPolicy(s, [fromNamespace('monitoring', 8301)]),
    ],
  };
};

const referralRouter = (): Accepted => {
  const s: Subject = { name: 'referral-router', namespace: 'clinic', version: '1.5.0' };
  return {
    slug: '123-referral-router', snapshot, title: 'Worker on a volume that many can write, three replicas by minimum, scraped on its own path, an account of others',
    intent: `
metadata: {name: referral-router, namespace: clinic}
spec:
  workload:
    kind: worker
    containerImage: registry.corp/clinic/referral-router:1.5.0
    resources: burstable
    ports: [{name: ops, containerPort: 9600}]
    volumes: [{name: letters, mountPath: /letters, size: 70Gi, storageClassName: shared-nfs, accessModes: [ReadWriteMany]}]
    identity: {serviceAccount: referral}
    env: [{name: FAX_PIN, valueFrom: {secretKeyRef: {name: fax-line, key: pin}}}]
  dependencies: [{name: fax, type: external, cidr: 192.168.44.10/32, port: 5060}]
  scaling: {min: 3}
  observability: {metricsEndpoint: {port: 9600, path: /router/metrics}}
`,
    expected: [
      claim(s, 'letters', '70Gi', { storageClassName: 'shared-nfs', accessModes: ['ReadWriteMany'] }),
      deployment(s, { replicas: 3, strategy: recreate, pod: spreadPod(s, [silent(s, 'registry.corp/clinic/referral-router:1.5.0', BURSTABLE, {
        ports: [port('ops', 9600)], env: [secretKey('FAX_PIN', 'fax-line', 'pin')], volumeMounts: [tmpMount, mount('letters', '/letters')],
      })], { serviceAccountName: 'referral', volumes: [tmp, claimed('letters', 'referral-router-letters')] }) }),
      budget(s), podMonitor(s, 'ops', '/router/metrics'),
      networkPolicy(s, [fromNamespace('monitoring', 9600)], [toRange('192.168.44.10/32', 5060)]),
    ],
  };
};

const scanUploader = (): Accepted => {
  const s: Subject = { name: 'scan-uploader', namespace: 'radiology', version: '2.0.1' };
  return {
    slug: '124-scan-uploader', snapshot, title: 'Daemon with a writable root on an existing claim, no port, three nodes at a time, one architecture, object store outside',
    intent: `
metadata: {name: scan-uploader, namespace: radiology}
spec:
  workload:
    kind: daemon
    containerImage: quay.io/radiology/scan-uploader:2.0.1
    resources: burstable
    command: [/upload, --parallel=4]
    volumes: [{name: outbox, mountPath: /outbox, claimName: scanner-outbox}]
    security: {writableRoot: true, runAsUser: 1066, runAsGroup: 1066}
    placement: {arch: arm64}
    rollout: {maxUnavailable: 3, terminationGracePeriodSeconds: 180}
  dependencies: [{name: scan-archive, type: external, host: scans.objects.example}]
`,
    expected: [
      serviceAccount(s),
      daemonSet(s, { maxUnavailable: 3 }, { pod: pod(s, [silent(s, 'quay.io/radiology/scan-uploader:2.0.1', BURSTABLE, {
        command: ['/upload', '--parallel=4'], securityContext: writableRoot, volumeMounts: [mount('outbox', '/outbox')],
      })], {
        securityContext: podSecurity({ runAsUser: 1066, runAsGroup: 1066 }), affinity: { nodeAffinity: onNodes(ofArch('arm64')) }, terminationGracePeriodSeconds: 180,
        volumes: [claimed('outbox', 'scanner-outbox')],
      }) }),
      networkPolicy(s, [], [toInternet(443)]),
    ],
  };
};

export const onLinkerdWorkers: Accepted[] = [bedCensus(), deviceGateway(), doseCalculator(), referralRouter(), scanUploader()];
