/** Further accepted scenarios on istio-gateway that end by themselves: crons and jobs around the full zone. */
import type { Accepted } from './scenario.ts';
import {
  BURSTABLE_CORE, HIGH, awayFromZoneB, beside, claimed, cronJob, fileMount, filesMap, inPool, job, onNodes, permitted, pod, podSecurity, serviceAccount, silent,
  tmp, tmpMount, writableRoot, type Subject,
} from './workload.ts';
import { fromSecret, inline, inlineMount, mount, secretKey } from './pieces.ts';
import { networkPolicy, toApp, toInternet, toRange } from './traffic.ts';

const snapshot = 'istio-gateway';

const payoutRun = (): Accepted => {
  const s: Subject = { name: 'payout-run', namespace: 'treasury', version: '6.6.1' };
  return {
    slug: '100-payout-run', snapshot, title: 'High-priority core cron with rights for an account of others, a Secret file, two destinations out and a database',
    intent: `
metadata: {name: payout-run, namespace: treasury}
spec:
  workload:
    kind: cron
    tier: core
    containerImage: registry.corp/treasury/payout-run:6.6.1
    resources: high-priority-compute
    schedule: {cron: '0 22 * * 5', timeZone: Europe/Zurich, concurrencyPolicy: Forbid}
    files: [{path: /keys/sign.pem, secret: payout-signing, key: sign.pem, mode: 256}]
    identity:
      serviceAccount: payouts
      permissions: [{apiGroups: [''], resources: [secrets], resourceNames: [payout-window], verbs: [get]}]
  networking:
    egress:
      - {host: sftp.bank-two.example, port: 2222}
      - {cidr: 10.96.0.1/32, port: 443}
  dependencies: [{name: payouts-db, type: postgres, shared: treasury-data}]
`,
    expected: [
      ...permitted(s, [{ apiGroups: [''], resources: ['secrets'], resourceNames: ['payout-window'], verbs: ['get'] }], 'payouts'),
      cronJob(s, { schedule: '0 22 * * 5', timeZone: 'Europe/Zurich' }, { pod: pod(s, [silent(s, 'registry.corp/treasury/payout-run:6.6.1', HIGH, {
        volumeMounts: [tmpMount, fileMount('file-0', '/keys/sign.pem', 'sign.pem')],
      })], {
        serviceAccountName: 'payouts', automountServiceAccountToken: true, affinity: { nodeAffinity: awayFromZoneB },
        volumes: [tmp, fromSecret(0, 'payout-signing', 'sign.pem', 256)],
      }) }),
      networkPolicy(s, [], [toApp('treasury-data', 'payouts-db', 5432), toInternet(2222), toRange('10.96.0.1/32', 443)]),
    ],
  };
};

const catalogueImport = (): Accepted => {
  const s: Subject = { name: 'catalogue-import', namespace: 'artwork', version: '0.6.0' };
  return {
    slug: '101-catalogue-import', snapshot, title: 'Core job of burstable size: existing claim, inline file with a mode, prefixed variables, a service of another namespace',
    intent: `
metadata: {name: catalogue-import, namespace: artwork}
spec:
  workload:
    kind: job
    tier: core
    containerImage: registry.corp/artwork/catalogue-import:0.6.0
    resources: burstable
    envFrom: [{prefix: SOURCE_, configMapRef: {name: catalogue-source}}]
    volumes: [{name: scans, mountPath: /scans, claimName: catalogue-scans}]
    files: [{path: /etc/import/map.csv, content: "old,new\\n1,A\\n", mode: 292}]
  dependencies: [{name: catalogue-api, type: service, port: 8181, shared: museum}]
`,
    expected: [
      serviceAccount(s), filesMap(s, { 'etc-import-map.csv': 'old,new\n1,A\n' }),
      job(s, { pod: pod(s, [silent(s, 'registry.corp/artwork/catalogue-import:0.6.0', BURSTABLE_CORE, {
        envFrom: [{ prefix: 'SOURCE_', configMapRef: { name: 'catalogue-source' } }],
        volumeMounts: [tmpMount, mount('scans', '/scans'), inlineMount('/etc/import/map.csv', 'etc-import-map.csv')],
      })], { volumes: [tmp, claimed('scans', 'catalogue-scans'), inline(s, { slug: 'etc-import-map.csv', mode: 292 })] }) }),
      networkPolicy(s, [], [toApp('museum', 'catalogue-api', 8181)]),
    ],
  };
};

const archiveExport = (): Accepted => {
  const s: Subject = { name: 'archive-export', namespace: 'broadcast', version: '2.7.1' };
  return {
    slug: '105-archive-export', snapshot, title: 'High-priority job in a pool with a writable root, an inline file, a secret, and destinations by host and range',
    intent: `
metadata: {name: archive-export, namespace: broadcast}
spec:
  workload:
    kind: job
    containerImage: registry.broadcast.example/archive-export:2.7.1
    resources: high-priority-compute
    env: [{name: LTO_PASSPHRASE, valueFrom: {secretKeyRef: {name: tape-library, key: passphrase}}}]
    files: [{path: /export/list.txt, content: "s01\\ns02\\n"}]
    security: {writableRoot: true, runAsUser: 3001, fsGroup: 3001}
    placement: {nodePool: tape}
    sidecars: [{name: progress, containerImage: 'registry.broadcast.example/progress:0.2.0', workingDir: /export}]
  networking:
    egress:
      - {host: deep-archive.example, port: 443}
      - {cidr: 10.31.7.0/26, port: 3260}
`,
    expected: [
      serviceAccount(s), filesMap(s, { 'export-list.txt': 's01\ns02\n' }),
      job(s, { pod: pod(s, [
        silent(s, 'registry.broadcast.example/archive-export:2.7.1', HIGH, {
          env: [secretKey('LTO_PASSPHRASE', 'tape-library', 'passphrase')], securityContext: writableRoot, volumeMounts: [inlineMount('/export/list.txt', 'export-list.txt')],
        }),
        beside('progress', 'registry.broadcast.example/progress:0.2.0', { workingDir: '/export' }),
      ], {
        securityContext: podSecurity({ runAsUser: 3001, fsGroup: 3001 }), affinity: { nodeAffinity: { ...awayFromZoneB, ...onNodes(inPool('tape')) } },
        volumes: [inline(s, 'export-list.txt')],
      }) }),
      networkPolicy(s, [], [toInternet(443), toRange('10.31.7.0/26', 3260)]),
    ],
  };
};

export const onIstioBatch: Accepted[] = [payoutRun(), catalogueImport(), archiveExport()];
