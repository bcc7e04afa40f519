/** Further accepted scenarios on linkerd-nginx that end by themselves: crons and jobs. */
import type { Accepted } from './scenario.ts';
import {
  HIGH, STANDARD, STANDARD_CORE, beside, besideCore, claim, claimed, cronJob, fileMount, filesMap, job, ofArch, onNodes, permitted, pod, podSecurity, serviceAccount,
  silent, tmp, tmpMount, without, writableRoot, type Subject,
} from './workload.ts';
import { fromSecret, inline, inlineMount, literal, mount, scratch } from './pieces.ts';
import { networkPolicy, toApp, toInternet, toRange } from './traffic.ts';

const snapshot = 'linkerd-nginx';

const insuranceExport = (): Accepted => {
  const s: Subject = { name: 'insurance-export', namespace: 'administration', version: '18.1' };
  return {
    slug: '118-insurance-export', snapshot, title: 'Cron with a writable root, sidecar and Secret file, rights of its own, two hosts out and a database',
    intent: `
metadata: {name: insurance-export, namespace: administration}
spec:
  workload:
    kind: cron
    containerImage: registry.corp/administration/insurance-export:18.1
    schedule: {cron: '45 23 * * 0', timeZone: Europe/Vienna}
    files: [{path: /export/client.p12, secret: insurer-client, key: client.p12, mode: 256}]
    sidecars: [{name: encrypt, containerImage: 'registry.corp/administration/encrypt:4.0.0', command: [encrypt, --stdin]}]
    security: {writableRoot: true, runAsUser: 1800}
    identity: {permissions: [{apiGroups: [''], resources: [configmaps], verbs: [get, list]}]}
  networking:
    egress:
      - {host: upload.insurer.example, port: 443}
      - {host: backup.insurer.example, port: 22}
      - {cidr: 10.96.0.1/32, port: 443}
  dependencies: [{name: billing-facts, type: postgres, shared: administration-data}]
`,
    expected: [
      serviceAccount(s), ...permitted(s, [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }]),
      cronJob(s, { schedule: '45 23 * * 0', timeZone: 'Europe/Vienna' }, { pod: pod(s, [
        silent(s, 'registry.corp/administration/insurance-export:18.1', STANDARD, {
          securityContext: writableRoot, volumeMounts: [fileMount('file-0', '/export/client.p12', 'client.p12')],
        }),
        beside('encrypt', 'registry.corp/administration/encrypt:4.0.0', { command: ['encrypt', '--stdin'] }),
      ], {
        automountServiceAccountToken: true, securityContext: podSecurity({ runAsUser: 1800 }), volumes: [fromSecret(0, 'insurer-client', 'client.p12', 256)],
      }) }),
      networkPolicy(s, [], [toApp('administration-data', 'billing-facts', 5432), toInternet(443), toInternet(22), toRange('10.96.0.1/32', 443)]),
    ],
  };
};

const recordScrub = (): Accepted => {
  const s: Subject = { name: 'record-scrub', namespace: 'administration', version: '1.0.12' };
  return {
    slug: '121-record-scrub', snapshot, title: 'Core job on a claim of one architecture: inline file, two init containers, MySQL and Postgres',
    intent: `
metadata: {name: record-scrub, namespace: administration}
spec:
  workload:
    kind: job
    tier: core
    containerImage: registry.corp/administration/record-scrub:1.0.12
    args: [--older-than, 10y]
    volumes: [{name: dump, mountPath: /dump, size: 250Gi, accessModes: [ReadWriteOncePod]}, {name: shred, mountPath: /shred}]
    files: [{path: /etc/scrub/keep.yaml, content: "keep: [radiology]\\n"}]
    init:
      - {name: lock, containerImage: 'registry.corp/administration/lock:2.0.0', args: [acquire]}
      - {name: dump, containerImage: 'registry.corp/administration/dump:2.0.0', envFrom: [{secretRef: {name: records-db}}]}
    placement: {arch: amd64}
  dependencies:
    - {name: records, type: postgres, shared: administration-data}
    - {name: records-old, type: mysql, shared: administration-data}
`,
    expected: [
      serviceAccount(s), claim(s, 'dump', '250Gi', { accessModes: ['ReadWriteOncePod'] }), filesMap(s, { 'etc-scrub-keep.yaml': 'keep: [radiology]\n' }),
      job(s, { pod: pod(s, [silent(s, 'registry.corp/administration/record-scrub:1.0.12', STANDARD_CORE, {
        args: ['--older-than', '10y'],
        volumeMounts: [tmpMount, mount('dump', '/dump'), mount('shred', '/shred'), inlineMount('/etc/scrub/keep.yaml', 'etc-scrub-keep.yaml')],
      })], {
        affinity: { nodeAffinity: onNodes(ofArch('amd64')) },
        initContainers: [
          besideCore('lock', 'registry.corp/administration/lock:2.0.0', { args: ['acquire'] }),
          besideCore('dump', 'registry.corp/administration/dump:2.0.0', { envFrom: [{ secretRef: { name: 'records-db' } }] }),
        ],
        volumes: [tmp, claimed('dump', 'record-scrub-dump'), scratch('shred'), inline(s, 'etc-scrub-keep.yaml')],
      }) }),
      networkPolicy(s, [], [toApp('administration-data', 'records', 5432), toApp('administration-data', 'records-old', 3306)]),
    ],
  };
};

const nurseRota = (): Accepted => {
  const s: Subject = { name: 'nurse-rota', namespace: 'administration', version: '2025.w24' };
  return {
    slug: '125-nurse-rota', snapshot, title: 'High-priority core cron without volumes of any kind: writable root, one variable, a service elsewhere',
    intent: `
metadata: {name: nurse-rota, namespace: administration}
spec:
  workload:
    kind: cron
    tier: core
    containerImage: registry.corp/administration/nurse-rota:2025.w24
    resources: high-priority-compute
    schedule: {cron: '@weekly'}
    env: [{name: SOLVER_SECONDS, value: '900'}]
    security: {writableRoot: true}
  dependencies: [{name: staff, type: service, port: 8180, shared: people}]
`,
    expected: [
      serviceAccount(s),
      cronJob(s, { schedule: '@weekly' }, { pod: without('volumes', pod(s, [without('volumeMounts', silent(s, 'registry.corp/administration/nurse-rota:2025.w24', HIGH, {
        env: [literal('SOLVER_SECONDS', '900')], securityContext: writableRoot,
      }))])) }),
      networkPolicy(s, [], [toApp('people', 'staff', 8180)]),
    ],
  };
};

export const onLinkerdBatch: Accepted[] = [insuranceExport(), recordScrub(), nurseRota()];
