/** Whole charts through the real pipeline: the intents say what the manifests said, and nothing is lost on the way back. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { withSetting } from '../cli/setting.ts';
import { parseIntents } from '../intent/parse.ts';
import type { Intent } from '../intent/types.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { loadSnapshot } from '../snapshot/file.ts';
import { synthesise } from '../synthesis/synthesise.ts';
import type { Setting } from '../synthesis/synthesise.ts';
import { podTemplate } from '../verdict/pod.ts';
import { importManifests } from './import.ts';
import type { Imported } from './import.ts';
import { asList, asObject, at } from './json.ts';
import { readManifests } from './read.ts';
import { intentText } from './text.ts';

const shop = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  minReadySeconds: 7
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, annotations: {checksum/config: abc, example.com/team: shop}}
    spec:
      securityContext: {runAsNonRoot: true, runAsUser: 1000, fsGroup: 2000}
      hostAliases: [{ip: 10.0.0.9, hostnames: [legacy.local]}]
      terminationGracePeriodSeconds: 45
      containers:
        - name: app
          image: registry.corp/web:1.4.0
          args: [--config, /etc/web/web.conf]
          env:
            - {name: API_URL, value: 'http://api:80/v1'}
            - {name: SELF, value: 'http://$(POD_IP):8080'}
            - name: POD_IP
              valueFrom: {fieldRef: {fieldPath: status.podIP}}
            - name: MODE
              valueFrom: {configMapKeyRef: {name: web, key: mode}}
          ports: [{name: http, containerPort: 8080}]
          securityContext: {readOnlyRootFilesystem: true, allowPrivilegeEscalation: false}
          resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 0.125Gi}}
          livenessProbe: {httpGet: {path: /live, port: http}}
          readinessProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 5}
          volumeMounts:
            - {name: config, mountPath: /etc/web}
            - {name: tls, mountPath: /etc/tls/ca.crt, subPath: ca.crt}
            - {name: work, mountPath: /var/a, subPath: a}
            - {name: work, mountPath: /var/b, subPath: b}
            - {name: all, mountPath: /run/all}
      volumes:
        - {name: config, configMap: {name: web, items: [{key: web.conf, path: web.conf}]}}
        - {name: tls, secret: {secretName: web-tls}}
        - {name: work, emptyDir: {}}
        - {name: all, projected: {sources: [{secret: {name: web-tls}}, {configMap: {name: other}}]}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: shop}
data: {web.conf: "listen 8080\\nworkers 2\\n", mode: fast}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api-v2, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      securityContext: {runAsUser: 1001, runAsNonRoot: true}
      containers:
        - name: api
          image: registry.corp/api:2.0.0
          ports: [{containerPort: 9000}]
          envFrom: [{secretRef: {name: api-secrets}}]
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {selector: {app: api}, ports: [{port: 80, targetPort: 9000}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, namespace: shop, annotations: {helm.sh/hook: pre-install}}
spec:
  backoffLimit: 1
  template:
    spec: {restartPolicy: Never, securityContext: {runAsUser: 1001, runAsNonRoot: true}, containers: [{name: m, image: 'registry.corp/api:2.0.0', command: [/migrate]}]}
---
apiVersion: v1
kind: Secret
metadata: {name: api-secrets, namespace: shop}
data: {PASSWORD: c2VjcmV0}
`;

const store = `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store, namespace: data}
spec:
  serviceName: store-headless
  replicas: 3
  podManagementPolicy: Parallel
  selector: {matchLabels: {app: store}}
  template:
    metadata: {labels: {app: store}}
    spec:
      affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchExpressions: [{key: app, operator: In, values: [store]}]}}]}}
      initContainers:
        - {name: prepare, image: 'registry.corp/tools:1.0.0', command: [sh, -c, 'mkdir -p /data/x'], volumeMounts: [{name: data, mountPath: /data}]}
      containers:
        - name: store
          image: registry.corp/store:3.1.0
          ports: [{name: peer, containerPort: 7000}, {name: client, containerPort: 7001}]
          volumeMounts: [{name: data, mountPath: /data}]
        - {name: exporter, image: 'registry.corp/exporter:0.9.0', args: [--port=9100], ports: [{name: metrics, containerPort: 9100}], resources: {limits: {memory: 32Mi}}}
  volumeClaimTemplates:
    - {metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 8Gi}}}}
---
apiVersion: v1
kind: Service
metadata: {name: store-headless, namespace: data}
spec: {clusterIP: None, publishNotReadyAddresses: true, selector: {app: store}, ports: [{name: peer, port: 7000}]}
---
apiVersion: v1
kind: Service
metadata: {name: store, namespace: data}
spec: {selector: {app: store}, ports: [{name: client, port: 7001}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: store, namespace: data}
spec: {minAvailable: 2, selector: {matchLabels: {app: store}}}
`;

const nightly = `
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, namespace: ops}
spec:
  schedule: "15 3 * * *"
  timeZone: Europe/Berlin
  concurrencyPolicy: Replace
  successfulJobsHistoryLimit: 5
  startingDeadlineSeconds: 100
  jobTemplate:
    spec:
      backoffLimit: 2
      activeDeadlineSeconds: 600
      template:
        metadata: {labels: {app: nightly}}
        spec:
          restartPolicy: Never
          serviceAccountName: nightly
          nodeSelector: {disk: ssd}
          tolerations: [{key: a, operator: Exists}]
          securityContext: {runAsUser: 10, runAsGroup: 20}
          containers:
            - name: n
              image: registry.corp/n:1.0.0
              command: [/bin/n]
              workingDir: /w
              envFrom: [{configMapRef: {name: cfg}, prefix: P_}]
              volumeMounts: [{name: cache, mountPath: /cache}, {name: m, mountPath: /m}, {name: hp, mountPath: /host}, {name: pi, mountPath: /pod}]
              securityContext: {capabilities: {add: [NET_BIND_SERVICE], drop: [ALL]}, readOnlyRootFilesystem: true}
          volumes:
            - {name: cache, persistentVolumeClaim: {claimName: cache}}
            - {name: m, emptyDir: {medium: Memory, sizeLimit: 64Mi}}
            - {name: hp, hostPath: {path: /var/log}}
            - {name: pi, downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: cfg, namespace: ops}
data: {a: "1", B: x}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: cache, namespace: ops}
spec: {accessModes: [ReadWriteMany], storageClassName: nfs, resources: {requests: {storage: 2Gi}}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: nightly, namespace: ops, annotations: {eks.amazonaws.com/role-arn: arn}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: nightly, namespace: ops}
rules: [{apiGroups: [apps], resources: [deployments], verbs: [get, patch]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: nightly, namespace: ops}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: nightly}
subjects: [{kind: ServiceAccount, name: nightly, namespace: ops}]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: ops}
spec:
  updateStrategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 2}}
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      priorityClassName: high
      imagePullSecrets: [{name: reg}]
      containers: [{name: agent, image: 'registry.corp/agent:2.0.0', ports: [{name: m, containerPort: 9100, hostPort: 9100}], lifecycle: {preStop: {exec: {command: [sleep, '5']}}}}]
`;

let setting: Setting, release: () => void, ended: Promise<void>;
before(async () => {
  await new Promise<void>((ready, failed) => {
    ended = withSetting({ snapshot: 'bare-1.30' }, given => { setting = given; ready(); return new Promise<void>(done => { release = done; }); });
    ended.catch(failed);
  });
});
after(async () => { release(); await ended; });

const imported = (text: string, given: Setting = setting): Promise<Imported> => importManifests(readManifests([{ name: 'chart.yaml', text: Buffer.from(text) }]).objects, given);
/** The graph of an intent as its text says it: what is written has to stand for itself. */
const graphOf = async (intent: Intent): Promise<KubeObject[]> => (await synthesise(parseIntents(intentText(intent), 'written.yaml')[0]!, setting)).graph;
const named = (from: Imported, name: string): Intent => from.intents.find(i => i.metadata.name === name)!;
const only = (graph: readonly KubeObject[], kind: string, name?: string): JsonObject => graph.find(o => o.kind === kind && (name === undefined || o.metadata.name === name)) as JsonObject;
const podOf = (graph: readonly KubeObject[]): JsonObject => graph.map(podTemplate).find(t => t !== undefined)!.spec;
const container = (graph: readonly KubeObject[], name: string): JsonObject => [...asList(podOf(graph)['containers']), ...asList(podOf(graph)['initContainers'])].find(c => c['name'] === name)!;
const lossless = ({ figures, findings }: Imported): void => {
  assert.deepEqual(findings.filter(f => f.severity === 'review'), []);
  const { total, inferred, copied, override, lost } = figures.leaves;
  assert.deepEqual([lost, figures.differences.changed, inferred + copied + override], [0, 0, total]);
};

describe('a shop of two services and a job', () => {
  let shopping: Imported;
  before(async () => { shopping = await imported(shop); });

  test('one intent per workload, of the name that others call', () => assert.deepEqual(shopping.intents.map(i => i.metadata.name), ['web', 'api', 'migrate']));
  test('nothing is lost, and every decision is accounted for', () => lossless(shopping));

  test('values arrive as they are stated', () => {
    const { workload, scaling } = named(shopping, 'web').spec;
    assert.equal(workload.containerImage, 'registry.corp/web:1.4.0');
    assert.deepEqual(workload.args, ['--config', '/etc/web/web.conf']);
    assert.deepEqual(workload.env?.map(e => e.name), ['API_URL', 'SELF', 'POD_IP', 'MODE']);
    assert.deepEqual(workload.env?.[3], { name: 'MODE', value: 'fast' });
    assert.deepEqual(workload.files, [{ path: '/etc/web/web.conf', content: 'listen 8080\nworkers 2\n' }, { path: '/etc/tls/ca.crt', secret: 'web-tls', key: 'ca.crt' }]);
    // What shows several sources is a volume too, for a model that knows such.
    assert.deepEqual(workload.volumes?.filter(v => v.projected === undefined).map(v => v.mountPath), ['/var/a', '/var/b']);
    assert.deepEqual(workload.security, { runAsUser: 1000, fsGroup: 2000 });
    assert.equal(workload.rollout?.terminationGracePeriodSeconds, 45);
    assert.equal(scaling?.min, 2);
  });

  test('a process that could write anywhere still can', () => assert.equal(named(shopping, 'api').spec.workload.security?.writableRoot, true));
  test('who calls whom is a dependency, on the port that pods listen on', () => {
    assert.deepEqual(named(shopping, 'web').spec.dependencies?.map(d => [d.name, d.port]), [['api', 9000]]);
    assert.equal(named(shopping, 'api').spec.dependencies, undefined);
  });

  test('what the standard does otherwise arrives by overrides', async () => {
    const graph = await graphOf(named(shopping, 'web')), deployment = only(graph, 'Deployment');
    assert.equal(at(deployment, 'spec', 'minReadySeconds'), 7);
    assert.deepEqual(podOf(graph)['hostAliases'], [{ ip: '10.0.0.9', hostnames: ['legacy.local'] }]);
    assert.equal(at(asList(at(only(graph, 'Service'), 'spec', 'ports'))[0], 'port'), 80);
    assert.equal(at(deployment, 'spec', 'template', 'metadata', 'annotations', 'example.com/team'), 'shop');
    const mount = asList(container(graph, 'web')['volumeMounts']).find(m => m['mountPath'] === '/run/all')!;
    const volume = asList(podOf(graph)['volumes']).find(v => v['name'] === mount['name'])!;
    assert.equal((at(volume, 'projected', 'sources') as Json[]).length, 2);
  });

  test('files are in the graph, word for word', async () => {
    const graph = await graphOf(named(shopping, 'web'));
    assert.ok(graph.filter(o => o.kind === 'ConfigMap').some(o => Object.values(asObject(o['data'])).includes('listen 8080\nworkers 2\n')));
  });

  test('a hook is a job, and that its moment is gone is said', async () => {
    assert.equal(named(shopping, 'migrate').spec.workload.kind, 'job');
    assert.ok(shopping.findings.some(f => f.rule === 'hook-not-kept' && f.object === 'Job/migrate'));
    assert.equal(podOf(await graphOf(named(shopping, 'migrate')))['restartPolicy'], 'Never');
  });

  test('Secrets are named and their values are nowhere', () => {
    assert.deepEqual(shopping.outOfScope.map(o => o.object), ['Secret/api-secrets']);
    assert.ok(!shopping.intents.some(i => /c2VjcmV0|secret\n/.test(intentText(i))));
  });

  test('the same chart under other names fares the same', async () => {
    const renamed = await imported(shop.replaceAll(/\bweb\b(?!-tls)/g, 'portal').replaceAll(/\bapi\b/g, 'ledger').replaceAll('api-v2', 'ledger-v2').replaceAll('9000', '9400').replaceAll('8080', '8181'));
    assert.deepEqual(renamed.figures, shopping.figures);
  });
});

describe('a store of three replicas', () => {
  let storing: Imported;
  before(async () => { storing = await imported(store); });

  test('nothing is lost', () => lossless(storing));
  test('it is stateful, with its claim and its containers', () => {
    const { workload } = named(storing, 'store').spec;
    assert.equal(workload.kind, 'stateful');
    assert.deepEqual(workload.volumes, [{ name: 'data', mountPath: '/data', size: '8Gi', storageClassName: 'fast' }]);
    assert.deepEqual([workload.init?.[0]?.name, workload.sidecars?.[0]?.name], ['prepare', 'exporter']);
  });
  test('its headless Service, its budget, and what its other containers had', async () => {
    const graph = await graphOf(named(storing, 'store')), set = only(graph, 'StatefulSet');
    assert.equal(at(set, 'spec', 'podManagementPolicy'), 'Parallel');
    assert.equal(at(set, 'spec', 'serviceName'), 'store-headless');
    assert.equal(at(only(graph, 'Service', 'store-headless'), 'spec', 'publishNotReadyAddresses'), true);
    assert.deepEqual([at(only(graph, 'PodDisruptionBudget'), 'spec', 'minAvailable'), at(only(graph, 'PodDisruptionBudget'), 'spec', 'maxUnavailable')], [2, undefined]);
    assert.ok(asList(container(graph, 'prepare')['volumeMounts']).some(m => m['name'] === 'data' && m['mountPath'] === '/data'));
    assert.ok(asList(container(graph, 'exporter')['ports']).some(p => p['containerPort'] === 9100));
    assert.equal(at(container(graph, 'exporter'), 'resources', 'limits', 'memory'), '32Mi');
    // Whom it keeps away from is itself, by the labels it has now.
    const term = asList(at(podOf(graph), 'affinity', 'podAntiAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'))[0]!;
    assert.deepEqual(at(term, 'labelSelector'), at(set, 'spec', 'selector'));
    // Nothing says that the image is not root's: the profile must not stop it.
    assert.equal(at(container(graph, 'store'), 'securityContext', 'runAsNonRoot'), false);
  });
});

describe('a nightly job and a daemon', () => {
  let made: Imported;
  before(async () => { made = await imported(nightly); });

  test('nothing is lost', () => lossless(made));
  test('when it runs, as whom, with what', () => {
    const { workload } = named(made, 'nightly').spec;
    assert.deepEqual(workload.schedule, { cron: '15 3 * * *', timeZone: 'Europe/Berlin', concurrencyPolicy: 'Replace' });
    assert.deepEqual(workload.env, [{ name: 'P_a', value: '1' }, { name: 'P_B', value: 'x' }]);
    assert.deepEqual(workload.identity, { permissions: [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch'] }] });
    assert.deepEqual(workload.volumes?.map(v => [v.name, v.size, v.medium]), [['cache', '2Gi', undefined], ['m', undefined, 'Memory']]);
  });
  test('rare fields of pods pass through, and are checked: what the platform forbids is said', async () => {
    const graph = await graphOf(named(made, 'nightly')), job = at(only(graph, 'CronJob'), 'spec', 'jobTemplate', 'spec');
    assert.deepEqual([at(job, 'activeDeadlineSeconds'), at(job, 'backoffLimit'), podOf(graph)['restartPolicy'], podOf(graph)['nodeSelector']], [600, 2, 'Never', { disk: 'ssd' }]);
    assert.deepEqual(asList(podOf(graph)['volumes']).map(v => Object.keys(v).find(k => k !== 'name')).filter(k => k === 'hostPath' || k === 'downwardAPI'), ['hostPath', 'downwardAPI']);
    assert.ok(made.findings.some(f => f.rule === 'import-not-accepted' && f.object === 'ServiceIntent/nightly' && f.message.includes('hostPath')));
  });
  test('a daemon with a port of the host', async () => {
    const { workload } = named(made, 'agent').spec, graph = await graphOf(named(made, 'agent'));
    assert.deepEqual([workload.kind, workload.priority, workload.rollout?.maxUnavailable], ['daemon', 'high', 2]);
    assert.equal(asList(container(graph, 'agent')['ports'])[0]?.['hostPort'], 9100);
  });
});

test('outside hosts and metrics, on a cluster with a gateway; beside the graph where there is none', async () => {
  const route = `${shop}---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web, namespace: shop}\nspec: {rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}}]}\n`;
  const here = await imported(route), there = await imported(route, { ...setting, cluster: { ...setting.cluster, snapshot: loadSnapshot('istio-gateway') } });
  lossless(here);
  lossless(there);
  assert.deepEqual(named(there, 'web').spec.networking?.hosts, ['shop.example.com']);
  assert.equal(named(here, 'web').spec.networking?.hosts, undefined);
  assert.deepEqual(named(here, 'web').spec.overrides?.objects?.map(o => o['kind']), ['Ingress']);
});

test('a scaled service and its claim', async () => {
  const scaled = `${shop}---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web, namespace: shop}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 9, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 65}}}], behavior: {scaleDown: {stabilizationWindowSeconds: 60}}}\n`;
  const made = await imported(scaled);
  lossless(made);
  assert.deepEqual(named(made, 'web').spec.scaling, { min: 2, max: 9, cpu: 65 });
  assert.equal(at(only(await graphOf(named(made, 'web')), 'HorizontalPodAutoscaler'), 'spec', 'behavior', 'scaleDown', 'stabilizationWindowSeconds'), 60);
});

test('what serves several workloads still finds the pods of each, and replicas keep the names they are called by', async () => {
  const member = (name: string): string => `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: ${name}, namespace: q}\nspec: {serviceName: queue-nodes, selector: {matchLabels: {app.kubernetes.io/name: queue, role: ${name}}}, template: {metadata: {labels: {app.kubernetes.io/name: queue, role: ${name}}}, spec: {securityContext: {runAsUser: 5}, containers: [{name: q, image: 'registry.corp/q:1.0.0', env: [{name: LEADER, value: lead-0.queue-nodes.q.svc}], ports: [{name: peer, containerPort: 5000}]}]}}}\n---\n`;
  const made = await imported(`${member('lead')}${member('follow')}apiVersion: v1\nkind: Service\nmetadata: {name: queue-nodes, namespace: q}\nspec: {clusterIP: None, selector: {app.kubernetes.io/name: queue}, ports: [{name: peer, port: 5000}]}\n---
apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: queue, namespace: q}\nspec: {selector: {matchLabels: {app.kubernetes.io/name: queue}}, minAvailable: 3}\n`);
  lossless(made);
  const graphs = await Promise.all(made.intents.map(graphOf)), all = graphs.flat();
  const selector = asObject(at(only(all, 'Service', 'queue-nodes'), 'spec', 'selector'));
  for (const graph of graphs) {
    const labels = asObject(graph.map(podTemplate).find(t => t !== undefined)!.metadata['labels']);
    assert.ok(Object.entries(selector).every(([key, value]) => labels[key] === value), JSON.stringify(labels));
    assert.equal(at(only(graph, 'StatefulSet'), 'spec', 'serviceName'), 'queue-nodes');
  }
  assert.deepEqual(asList(at(only(all, 'PodDisruptionBudget', 'queue'), 'spec', 'selector', 'matchExpressions'))[0]?.['values'], ['lead', 'follow']);
});

test('a policy of several workloads governs each: a narrower one of its own replaces it, a wider one does not', async () => {
  const member = (name: string): string => `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec: {selector: {matchLabels: {app: ${name}}}, template: {metadata: {labels: {app: ${name}, part: all}}, spec: {securityContext: {runAsUser: 5}, containers: [{name: c, image: 'registry.corp/c:1.0.0', ports: [{name: http, containerPort: 5000}]}]}}}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {selector: {app: ${name}}, ports: [{port: 5000}]}\n---\n`;
  const policy = (from: string): string => `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: all}\nspec: {podSelector: {matchLabels: {part: all}}, policyTypes: [Ingress], ingress: [{${from}ports: [{port: 5000}]}]}\n`;
  const open = await imported(`${member('a')}${member('b')}${policy('')}`), closed = await imported(`${member('a')}${member('b')}${policy("from: [{podSelector: {matchLabels: {client: 'yes'}}}], ")}`);
  lossless(open);
  lossless(closed);
  assert.deepEqual(open.intents.map(i => i.spec.overrides), [undefined, undefined]);
  for (const intent of closed.intents) assert.deepEqual(at(only(await graphOf(intent), 'NetworkPolicy'), 'spec', 'ingress'), [{ from: [{ podSelector: { matchLabels: { client: 'yes' } } }], ports: [{ port: 5000 }] }]);
});
