/** Further accepted scenarios on cnpg-keda that end by themselves: crons and jobs with databases of their own. */
import type { Accepted } from './scenario.ts';
import {
  HIGH, STANDARD_CORE, beside, claim, claimed, cronJob, fileMount, inPool, job, onNodes, permitted, pod, podSecurity, serviceAccount, silent, tmp, tmpMount, type Subject,
} from './workload.ts';
import { fromSecret, inMemory, mount, secretKey } from './pieces.ts';
import { networkPolicy, ownPostgres, toCluster, toInternet, toNeighbour, toRange } from './traffic.ts';

const snapshot = 'cnpg-keda';

const yieldModel = (): Accepted => {
  const s: Subject = { name: 'yield-model', namespace: 'agronomy', version: '2025.1' };
  return {
    slug: '138-yield-model', snapshot, title: 'High-priority job with its own Postgres, memory volume, GPU tolerations and pool, a Secret file, object store outside',
    intent: `
metadata: {name: yield-model, namespace: agronomy}
spec:
  workload:
    kind: job
    containerImage: registry.agronomy.example:8443/yield-model:2025.1
    resources: high-priority-compute
    command: [python, train.py]
    volumes: [{name: shm, mountPath: /dev/shm, medium: Memory}]
    files: [{path: /secrets/bucket.json, secret: agronomy-bucket, key: bucket.json, mode: 256}]
    placement:
      nodePool: gpu-a
      tolerations: [{key: gpu, operator: Equal, value: a, effect: NoSchedule}, {key: spot, operator: Exists}]
  dependencies:
    - {name: trials, type: postgres, size: 60Gi}
    - {name: imagery, type: external, host: imagery.satellite.example}
`,
    expected: [
      serviceAccount(s), ownPostgres(s, 'trials', 1, '60Gi'),
      job(s, { pod: pod(s, [silent(s, 'registry.agronomy.example:8443/yield-model:2025.1', HIGH, {
        command: ['python', 'train.py'], volumeMounts: [tmpMount, mount('shm', '/dev/shm'), fileMount('file-0', '/secrets/bucket.json', 'bucket.json')],
      })], {
        affinity: { nodeAffinity: onNodes(inPool('gpu-a')) },
        tolerations: [{ key: 'gpu', operator: 'Equal', value: 'a', effect: 'NoSchedule' }, { key: 'spot', operator: 'Exists' }],
        volumes: [tmp, inMemory('shm'), fromSecret(0, 'agronomy-bucket', 'bucket.json', 256)],
      }) }),
      networkPolicy(s, [], [toCluster('yield-model-trials'), toInternet(443)]),
    ],
  };
};

const subsidyExport = (): Accepted => {
  const s: Subject = { name: 'subsidy-export', namespace: 'agri-grants', version: '7' };
  return {
    slug: '139-subsidy-export', snapshot, title: 'Core cron with its own Postgres of default size and a shared one, rights for an account of others, priority',
    intent: `
metadata: {name: subsidy-export, namespace: agri-grants}
spec:
  workload:
    kind: cron
    tier: core
    containerImage: registry.grants.example/subsidy-export:7
    schedule: {cron: '0 2 1 */3 *', timeZone: Europe/Brussels, concurrencyPolicy: Replace}
    identity:
      serviceAccount: grants-batch
      permissions:
        - {apiGroups: [batch], resources: [jobs], verbs: [get, list, delete]}
        - {apiGroups: [''], resources: [pods, pods/log], verbs: [get]}
    priority: month-end
    env: [{name: PGURI, valueFrom: {secretKeyRef: {name: subsidy-export-staging-app, key: uri}}}]
  networking: {egress: [{cidr: 10.96.0.1/32, port: 443}]}
  dependencies:
    - {name: staging, type: postgres}
    - {name: parcels, type: postgres, shared: land-registry}
`,
    expected: [
      ownPostgres(s, 'staging', 3, '10Gi'),
      ...permitted(s, [
        { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'list', 'delete'] }, { apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get'] },
      ], 'grants-batch'),
      cronJob(s, { schedule: '0 2 1 */3 *', timeZone: 'Europe/Brussels', concurrencyPolicy: 'Replace' }, { pod: pod(s, [
        silent(s, 'registry.grants.example/subsidy-export:7', STANDARD_CORE, { env: [secretKey('PGURI', 'subsidy-export-staging-app', 'uri')] }),
      ], { serviceAccountName: 'grants-batch', automountServiceAccountToken: true, priorityClassName: 'month-end' }) }),
      networkPolicy(s, [], [toCluster('subsidy-export-staging'), toCluster('parcels', 'land-registry'), toRange('10.96.0.1/32', 443)]),
    ],
  };
};

const milkAudit = (): Accepted => {
  const s: Subject = { name: 'milk-audit', namespace: 'livestock', version: '3.9.9' };
  return {
    slug: '143-milk-audit', snapshot, title: 'Cron with exact resources on a claim of its own, own Postgres, group for volumes, init container, neighbour called',
    intent: `
metadata: {name: milk-audit, namespace: livestock}
spec:
  workload:
    kind: cron
    containerImage: ghcr.io/livestock/milk-audit:3.9.9
    resourceRequirements:
      requests: {cpu: 80m, memory: 120Mi}
      limits: {cpu: 400m, memory: 240Mi}
    schedule: {cron: '10 5 * * *'}
    volumes: [{name: ledger, mountPath: /ledger, size: 3Gi, storageClassName: replicated}]
    init: [{name: sync, containerImage: 'ghcr.io/livestock/sync:1.0.1', workingDir: /ledger, command: [sync, --pull]}]
    security: {fsGroup: 2020}
  dependencies:
    - {name: samples, type: postgres}
    - {name: feed-mixer, type: service, port: 8860}
`,
    expected: [
      serviceAccount(s), claim(s, 'ledger', '3Gi', { storageClassName: 'replicated' }), ownPostgres(s, 'samples', 1, '10Gi'),
      cronJob(s, { schedule: '10 5 * * *' }, { pod: pod(s, [silent(s, 'ghcr.io/livestock/milk-audit:3.9.9', {
        requests: { cpu: '80m', memory: '120Mi' }, limits: { cpu: '400m', memory: '240Mi' },
      }, { volumeMounts: [tmpMount, mount('ledger', '/ledger')] })], {
        securityContext: podSecurity({ fsGroup: 2020 }),
        initContainers: [beside('sync', 'ghcr.io/livestock/sync:1.0.1', { workingDir: '/ledger', command: ['sync', '--pull'] })],
        volumes: [tmp, claimed('ledger', 'milk-audit-ledger')],
      }) }),
      networkPolicy(s, [], [toCluster('milk-audit-samples'), toNeighbour('feed-mixer', 8860)]),
    ],
  };
};

export const onCnpgBatch: Accepted[] = [yieldModel(), subsidyExport(), milkAudit()];
