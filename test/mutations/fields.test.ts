/**
 * Fields that few golden scenarios state: what the playbook composes for them is accepted, what it refuses is refused by the
 * rule named, and harm done to the part of the graph that a field is about is caught.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { verify } from '../../src/verdict/verify.ts';
import { equalGraphs } from '../equivalences.ts';
import { of, pod, template, type Any } from './edits.ts';
import { guardrails } from './goldens.ts';
import { composeStated, type Stated } from './stated.ts';

type Harm = (graph: KubeObject[]) => unknown;
interface Accepted extends Stated { holds: (graph: KubeObject[]) => void; harm: Record<string, Harm>; degraded?: RegExp }

const accepts = (name: string, { holds, harm, degraded, ...stated }: Accepted): void => void test(`${name}: composed, accepted, and harm to it caught`, () => {
  const made = composeStated(stated);
  assert.ok(!('refused' in made), JSON.stringify(made));
  const answer = verify({ ...made, guardrails });
  assert.equal(answer.verdict, 'accepted', JSON.stringify(answer.findings, null, 1));
  if (degraded) assert.match(answer.degraded.join('\n'), degraded);
  holds(made.graph);
  const missed = Object.entries(harm).filter(([, change]) => {
    const graph = structuredClone(made.graph);
    change(graph);
    assert.ok(!equalGraphs(made.graph, graph).equal, 'the change changes something');
    return verify({ ...made, graph, guardrails }).verdict === 'accepted';
  });
  assert.deepEqual(missed.map(([what]) => what), []);
});
const refuses = (name: string, rule: string, stated: Stated): void => void test(`${name}: refused`, () => {
  const made = composeStated(stated);
  assert.ok('refused' in made && made.refused.includes(rule), 'refused' in made ? made.refused.join() : 'composed');
});

const annotations = (graph: KubeObject[], kind: string): Any => (of(graph, kind)!.metadata.annotations ??= {});
const spread = (graph: KubeObject[]): Any[] => pod(graph).topologySpreadConstraints;
const preferred = (graph: KubeObject[]): Any[] => pod(graph).affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution;

const role = { workload: { identity: { cloudRole: 'roles/basket-reader' } } }, cloud = { cloudRoleAnnotation: 'cloud.example.com/role' };
accepts('cloudRole', {
  on: 'istio-gateway', spec: role, settings: cloud,
  holds: graph => assert.deepEqual(of(graph, 'ServiceAccount')!.metadata.annotations, { 'cloud.example.com/role': 'roles/basket-reader' }),
  harm: {
    'another role': graph => (annotations(graph, 'ServiceAccount')['cloud.example.com/role'] = 'roles/admin'),
    'no role': graph => delete of(graph, 'ServiceAccount')!.metadata.annotations,
    'another key': graph => (of(graph, 'ServiceAccount')!.metadata.annotations = { 'cloud.example.com/other': 'roles/basket-reader' }),
    'one role more': graph => (annotations(graph, 'ServiceAccount')['other.example.com/role'] = 'roles/admin'),
    'on the pods too': graph => (annotations(graph, 'Deployment')['cloud.example.com/role'] = 'roles/basket-reader'),
  },
});
accepts('no cloudRole', { on: 'istio-gateway', spec: {}, settings: cloud, holds: graph => assert.equal(of(graph, 'ServiceAccount')!.metadata.annotations, undefined), harm: { 'a role nobody asked for': graph => (annotations(graph, 'ServiceAccount')['cloud.example.com/role'] = 'roles/admin') } });
refuses('cloudRole without the setting', 'no-cloud-role-annotation', { on: 'istio-gateway', spec: role });
refuses('cloudRole of an existing account', 'cloud-role-of-existing-account', { on: 'istio-gateway', spec: { workload: { identity: { cloudRole: 'roles/x', serviceAccount: 'robot' } } }, settings: cloud });

const hosts = { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'basket' } } };
for (const tier of ['standard', 'core']) accepts(`spread hosts in tier ${tier}`, {
  on: 'bare-1.30', spec: { workload: { tier, placement: { spread: 'hosts' } } },
  holds: graph => assert.deepEqual(spread(graph), [hosts]),
  harm: {
    'over zones': graph => (spread(graph)[0]!.topologyKey = 'topology.kubernetes.io/zone'), strictly: graph => (spread(graph)[0]!.whenUnsatisfiable = 'DoNotSchedule'),
    'over zones too': graph => spread(graph).push({ ...hosts, topologyKey: 'topology.kubernetes.io/zone' }), 'not at all': graph => delete pod(graph).topologySpreadConstraints,
    'of other pods': graph => (spread(graph)[0]!.labelSelector = { matchLabels: { app: 'other' } }),
  },
});
accepts('spread none', { on: 'bare-1.30', spec: { workload: { tier: 'core', placement: { spread: 'none' } } }, holds: graph => assert.equal(spread(graph), undefined), harm: { 'over hosts all the same': graph => (pod(graph).topologySpreadConstraints = [hosts]) } });
accepts('spread zones', { on: 'bare-1.30', spec: { workload: { placement: { spread: 'zones' } } }, holds: graph => assert.equal(spread(graph)[0]!.topologyKey, 'topology.kubernetes.io/zone'), harm: { 'over hosts': graph => (spread(graph)[0]!.topologyKey = 'kubernetes.io/hostname'), 'not at all': graph => delete pod(graph).topologySpreadConstraints } });
accepts('spread zones in one zone', { on: 'bare-1.30', spec: { workload: { placement: { spread: 'zones' } } }, change: s => s.nodes.forEach(n => (n.zone = 'zone-a')), degraded: /one zone/, holds: graph => assert.equal(spread(graph), undefined), harm: {} });
refuses('spread of a daemon', 'spread-without-replicas', { on: 'bare-1.30', spec: { workload: { kind: 'daemon', placement: { spread: 'none' } } } });

const cheap = { spotNodes: 'nodes.example.com/lifetime=short' }, taint = { key: 'nodes.example.com/lifetime', operator: 'Equal', value: 'short' };
const stated = { key: 'batch', operator: 'Exists', effect: 'NoSchedule' };
accepts('spot', {
  on: 'istio-gateway', spec: { workload: { placement: { spot: true, tolerations: [stated] } } }, settings: cheap,
  holds: graph => {
    assert.deepEqual(pod(graph).tolerations, [stated, taint]);
    assert.deepEqual(preferred(graph), [{ weight: 50, preference: { matchExpressions: [{ key: taint.key, operator: 'In', values: ['short'] }] } }]);
  },
  harm: {
    'every taint tolerated': graph => pod(graph).tolerations.push({ operator: 'Exists' }), 'the stated toleration lost': graph => pod(graph).tolerations.shift(),
    'the taint not tolerated': graph => pod(graph).tolerations.pop(), 'other nodes preferred': graph => (preferred(graph)[0]!.preference.matchExpressions[0].values = ['long']),
    'avoided instead': graph => (preferred(graph)[0]!.preference.matchExpressions[0].operator = 'NotIn'), 'no preference': graph => delete pod(graph).affinity,
    'a preference nobody asked for': graph => preferred(graph).push({ weight: 10, preference: { matchExpressions: [{ key: 'x', operator: 'Exists' }] } }),
  },
});
accepts('spot beside zones with room, and on spot nodes only', {
  on: 'istio-gateway', spec: { workload: { resources: 'high-priority-compute', placement: { spot: true, nodePool: 'general' } } }, settings: cheap,
  change: s => s.nodes.forEach((n, i) => { n.taints = [{ key: taint.key, value: 'short', effect: 'NoSchedule' }]; if (i) n.requested = { ...n.allocatable }; }),
  holds: graph => { assert.deepEqual(preferred(graph).map(p => p.weight), [100, 50]); assert.equal(spread(graph).length, 1); },
  harm: { 'zones not preferred': graph => preferred(graph).shift(), 'spot not preferred': graph => preferred(graph).pop() },
});
for (const spot of [{ spot: false }, {}] as JsonObject[]) accepts(`spot ${JSON.stringify(spot)}`, {
  on: 'istio-gateway', spec: { workload: { placement: spot } }, settings: cheap, holds: graph => assert.equal(pod(graph).tolerations, undefined),
  harm: { 'the taint tolerated': graph => (pod(graph).tolerations = [taint]), 'spot preferred': graph => (pod(graph).affinity = { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 50, preference: { matchExpressions: [{ key: taint.key, operator: 'In', values: ['short'] }] } }] } }) },
});
refuses('spot without the setting', 'no-spot-nodes', { on: 'istio-gateway', spec: { workload: { placement: { spot: true } } } });
refuses('spot with a setting of another form', 'no-spot-nodes', { on: 'istio-gateway', spec: { workload: { placement: { spot: true } } }, settings: { spotNodes: 'short' } });
refuses('spot in tier core', 'spot-of-core', { on: 'istio-gateway', spec: { workload: { tier: 'core', placement: { spot: true } } }, settings: cheap });

const egress = (graph: KubeObject[]): Any[] => of(graph, 'NetworkPolicy')!.spec.egress;
accepts('bucket by address range', {
  on: 'bare-1.30', spec: { dependencies: [{ name: 'pictures', type: 'bucket', cidr: '198.51.100.0/24' }] },
  holds: graph => assert.deepEqual(egress(graph).at(-1), { to: [{ ipBlock: { cidr: '198.51.100.0/24' } }], ports: [{ port: 443, protocol: 'TCP' }] }),
  harm: { 'another range': graph => (egress(graph).at(-1)!.to[0].ipBlock.cidr = '198.51.0.0/16'), 'another port': graph => (egress(graph).at(-1)!.ports[0].port = 80), closed: graph => egress(graph).pop() },
});
accepts('bucket by host', {
  on: 'bare-1.30', spec: { dependencies: [{ name: 'pictures', type: 'bucket', host: 'objects.example.com', port: 9000 }] }, degraded: /pictures/,
  holds: graph => assert.deepEqual(egress(graph).at(-1)!.ports, [{ port: 9000, protocol: 'TCP' }]),
  harm: { 'private addresses too': graph => delete egress(graph).at(-1)!.to[0].ipBlock.except },
});
refuses('bucket nowhere', 'external-destination-missing', { on: 'bare-1.30', spec: { dependencies: [{ name: 'pictures', type: 'bucket' }] } });

const own = { labels: { team: 'checkout', 'example.com/cost-centre': '117' }, annotations: { 'example.com/note': 'a: b' } };
for (const kind of ['stateful', 'cron']) accepts(`labels and annotations of kind ${kind}`, {
  on: 'linkerd-nginx', spec: { ...own, workload: { kind, ...(kind === 'cron' ? { schedule: { cron: '0 3 * * *' } } : {}) } },
  holds: graph => {
    for (const metadata of [...graph.map(o => o.metadata), template(graph).metadata]) {
      assert.deepEqual({ ...metadata.labels, ...own.labels }, metadata.labels);
      assert.equal(metadata.labels['app.kubernetes.io/name'], 'basket');
      assert.deepEqual(metadata.annotations, own.annotations);
    }
  },
  harm: {
    'a label lost on one object': graph => delete of(graph, 'NetworkPolicy')!.metadata.labels.team, 'a label changed on the pods': graph => (template(graph).metadata.labels.team = 'other'), 'a label lost on the pods': graph => delete template(graph).metadata.labels.team,
    'an annotation lost': graph => delete of(graph, 'ServiceAccount')!.metadata.annotations, 'an annotation changed on the pods': graph => (template(graph).metadata.annotations['example.com/note'] = ''), 'an annotation nobody stated': graph => (template(graph).metadata.annotations['example.com/more'] = 'x'),
    'selected by it too': graph => (of(graph, 'NetworkPolicy')!.spec.podSelector.matchLabels.team = 'checkout'),
  },
});
for (const [what, field] of Object.entries<JsonObject>({
  'the identity': { labels: { 'app.kubernetes.io/name': 'other' } }, 'a sidecar': { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' } }, 'a proxy': { annotations: { 'linkerd.io/inject': 'disabled' } },
  'the ingress controller': { annotations: { 'nginx.ingress.kubernetes.io/configuration-snippet': 'x' } }, 'a database': { labels: { 'cnpg.io/cluster': 'orders' } }, 'a profile': { annotations: { 'container.apparmor.security.beta.kubernetes.io/basket': 'unconfined' } },
  'a role': { annotations: { 'cloud.example.com/role': 'admin' } }, 'the monitor': { labels: { release: 'mine' } },
})) test(`a label or annotation that would change ${what} is refused`, () => {
  const made = composeStated({ on: 'linkerd-nginx', spec: { ...field, networking: { exposure: 'internal', authPolicy: 'mtls' }, observability: { metrics: 'prometheus-standard' } }, settings: { ...cloud, metricsLabel: 'stack' } });
  assert.ok(!('refused' in made));
  const { verdict, findings } = verify({ ...made, guardrails });
  assert.equal(verdict, 'refused');
  assert.ok(findings.some(f => ['metadata-reserved', 'labels-differ'].includes(f.rule)), JSON.stringify(findings));
});
accepts('part of a system', { on: 'bare-1.30', spec: { labels: { 'app.kubernetes.io/part-of': 'shop' } }, holds: graph => assert.ok(graph.every(o => o.metadata.labels!['app.kubernetes.io/part-of'] === 'shop')), harm: {} });

const service = (graph: KubeObject[]): Any => graph.find(o => o.kind === 'Service' && o.metadata.name === 'basket') as unknown as Any;
const headless = (graph: KubeObject[]): Any => graph.find(o => o.kind === 'Service' && o.metadata.name === 'basket-headless') as unknown as Any;
accepts('sessionAffinity', {
  on: 'bare-1.30', spec: { workload: { kind: 'stateful' }, networking: { exposure: 'internal', sessionAffinity: 'ClientIP' } },
  holds: graph => { assert.equal(service(graph).spec.sessionAffinity, 'ClientIP'); assert.equal(headless(graph).spec.sessionAffinity, undefined); },
  harm: { 'not kept': graph => delete service(graph).spec.sessionAffinity, None: graph => (service(graph).spec.sessionAffinity = 'None'), 'on the headless one': graph => (headless(graph).spec.sessionAffinity = 'ClientIP') },
});
accepts('no sessionAffinity', { on: 'bare-1.30', spec: { networking: { exposure: 'internal' } }, holds: () => {}, harm: { 'nobody asked': graph => (service(graph).spec.sessionAffinity = 'ClientIP') } });
accepts('sessionAffinity of a public service', { on: 'istio-gateway', spec: { networking: { exposure: 'public-ingress', sessionAffinity: 'ClientIP' } }, degraded: /sessionAffinity/, holds: graph => assert.equal(service(graph).spec.sessionAffinity, 'ClientIP'), harm: {} });

const publicWith = (networking: JsonObject): JsonObject => ({ networking: { exposure: 'public-ingress', ...networking } });
const cors = { allowOrigins: ['https://buy.example.com', 'https://sell.example.com'], allowMethods: ['PUT'], allowCredentials: true };
const rule = (graph: KubeObject[]): Any => of(graph, 'HTTPRoute')!.spec.rules[0];
accepts('cors and a request timeout through the Gateway', {
  on: 'istio-gateway', spec: publicWith({ cors, timeouts: { request: '30s' } }),
  holds: graph => assert.deepEqual([rule(graph).timeouts, rule(graph).filters], [{ request: '30s' }, [{ type: 'CORS', cors }]]),
  harm: {
    'every origin': graph => (rule(graph).filters[0].cors.allowOrigins = ['*']), 'one origin less': graph => rule(graph).filters[0].cors.allowOrigins.pop(), 'every method': graph => delete rule(graph).filters[0].cors.allowMethods, 'no cors': graph => delete rule(graph).filters,
    'a mirror too': graph => rule(graph).filters.push({ type: 'RequestMirror', requestMirror: { backendRef: { name: 'other', port: 80 } } }), 'more time': graph => (rule(graph).timeouts.request = '300s'), 'all the time': graph => delete rule(graph).timeouts, 'another bound': graph => (rule(graph).timeouts.backendRequest = '1s'),
  },
});
accepts('nothing of the kind through the Gateway', { on: 'istio-gateway', spec: publicWith({}), holds: graph => assert.deepEqual([rule(graph).timeouts, rule(graph).filters], [undefined, undefined]), harm: { 'a limit': graph => (rule(graph).timeouts = { request: '1s' }), cors: graph => (rule(graph).filters = [{ type: 'CORS', cors: { allowOrigins: ['*'] } }]) } });
const nginx = 'nginx.ingress.kubernetes.io/';
const set = (key: string, value: string): Harm => graph => (annotations(graph, 'Ingress')[nginx + key] = value);
const unset = (key: string): Harm => graph => delete annotations(graph, 'Ingress')[nginx + key];
accepts('cors, idle timeout and body size through ingress-nginx', {
  on: 'linkerd-nginx', spec: publicWith({ cors, timeouts: { idle: '1m30s' }, bodySize: '8Mi' }),
  holds: graph => assert.deepEqual(annotations(graph, 'Ingress'), {
    'cert-manager.io/cluster-issuer': 'letsencrypt', [`${nginx}enable-cors`]: 'true', [`${nginx}cors-allow-origin`]: 'https://buy.example.com, https://sell.example.com', [`${nginx}cors-allow-methods`]: 'PUT', [`${nginx}cors-allow-credentials`]: 'true',
    [`${nginx}cors-allow-headers`]: 'Accept, Accept-Language, Content-Language, Content-Type', [`${nginx}cors-max-age`]: '5', [`${nginx}proxy-read-timeout`]: '90', [`${nginx}proxy-send-timeout`]: '90', [`${nginx}proxy-body-size`]: '8m',
  }),
  harm: {
    'every origin': set('cors-allow-origin', '*'), 'every header': unset('cors-allow-headers'), 'no cors': unset('enable-cors'), 'any body': set('proxy-body-size', '0'), 'larger bodies': set('proxy-body-size', '80m'), 'in other units': set('proxy-body-size', '8g'), 'no bound': unset('proxy-body-size'),
    'longer silence': set('proxy-read-timeout', '900'), 'one way only': unset('proxy-send-timeout'), 'a snippet': set('configuration-snippet', 'return 200;'), 'no certificate': graph => delete annotations(graph, 'Ingress')['cert-manager.io/cluster-issuer'],
  },
});
accepts('a body size in bytes', { on: 'linkerd-nginx', spec: publicWith({ bodySize: '5M' }), holds: graph => assert.equal(annotations(graph, 'Ingress')[`${nginx}proxy-body-size`], '5000000'), harm: { 'in powers of 1024': set('proxy-body-size', '5m') } });
accepts('nothing of the kind through ingress-nginx', { on: 'linkerd-nginx', spec: publicWith({}), holds: graph => assert.deepEqual(Object.keys(annotations(graph, 'Ingress')), ['cert-manager.io/cluster-issuer']), harm: { 'a limit': set('proxy-body-size', '1m'), cors: set('enable-cors', 'true') } });
test('a size that nginx cannot be told is refused, not left out', () => {
  for (const networking of [{ bodySize: '1.5Mi' }, { timeouts: { idle: '100ms' } }] as JsonObject[]) {
    const made = composeStated({ on: 'linkerd-nginx', spec: publicWith(networking) });
    assert.ok(!('refused' in made));
    assert.ok(verify({ ...made, guardrails }).findings.some(f => f.rule === 'limits-differ' && f.severity === 'refused'));
  }
});
const otherController = (s: { objects: KubeObject[] }): void => s.objects.filter(o => o.kind === 'IngressClass').forEach(o => ((o as unknown as Any).spec.controller = 'example.com/door'));
refuses('idle timeout through a Gateway', 'no-idle-timeout', { on: 'istio-gateway', spec: publicWith({ timeouts: { idle: '30s' } }) });
refuses('body size through a Gateway', 'no-body-size', { on: 'istio-gateway', spec: publicWith({ bodySize: '1Mi' }) });
refuses('request timeout through ingress-nginx', 'no-request-timeout', { on: 'linkerd-nginx', spec: publicWith({ timeouts: { request: '30s' } }) });
refuses('idle timeout through another controller', 'no-idle-timeout', { on: 'linkerd-nginx', spec: publicWith({ timeouts: { idle: '30s' } }), change: otherController });
refuses('body size through another controller', 'no-body-size', { on: 'linkerd-nginx', spec: publicWith({ bodySize: '1Mi' }), change: otherController });
refuses('cors through another controller', 'no-cors', { on: 'linkerd-nginx', spec: publicWith({ cors }), change: otherController });
for (const networking of [{ timeouts: { request: '30s' } }, { timeouts: { idle: '30s' } }, { bodySize: '1Mi' }, { cors }] as JsonObject[])
  refuses(`${Object.keys(networking)} without a route`, 'limits-without-route', { on: 'istio-gateway', spec: { networking: { exposure: 'internal', ...networking } } });

const scaled = (graph: KubeObject[]): Any => of(graph, 'ScaledObject')!.spec;
const broker = (type: string): JsonObject[] => [{ name: 'events', type, shared: 'production' }, { name: 'cache', type: 'redis', shared: 'production' }];
const queue = { dependency: 'events', length: 250 };
accepts('queue of a shared kafka', {
  on: 'cnpg-keda', spec: { workload: { kind: 'worker', tier: 'core' }, dependencies: broker('kafka'), scaling: { max: 12, queue, cpu: 70 } },
  holds: graph => {
    assert.equal(of(graph, 'HorizontalPodAutoscaler'), undefined);
    assert.equal((of(graph, 'Deployment') as Any).spec.replicas, undefined);
    assert.deepEqual(scaled(graph), { maxReplicaCount: 12, minReplicaCount: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'basket' }, triggers: [
      { type: 'kafka', metadata: { bootstrapServers: 'events.production.svc:9092', consumerGroup: 'basket', lagThreshold: '250', topic: 'basket' } }, { type: 'cpu', metricType: 'Utilization', metadata: { value: '70' } }] });
  },
  harm: {
    'without an upper bound': graph => delete scaled(graph).maxReplicaCount, 'down to none': graph => (scaled(graph).minReplicaCount = 0), 'of another service': graph => (scaled(graph).scaleTargetRef.name = 'other'), 'at another broker': graph => (scaled(graph).triggers[0].metadata.bootstrapServers = 'events.shop.svc:9092'),
    'another group': graph => (scaled(graph).triggers[0].metadata.consumerGroup = 'other'), 'another length': graph => (scaled(graph).triggers[0].metadata.lagThreshold = '1'), 'by cpu alone': graph => scaled(graph).triggers.shift(), 'by the queue alone': graph => scaled(graph).triggers.pop(),
    paused: graph => (annotations(graph, 'ScaledObject')['autoscaling.keda.sh/paused'] = 'true'), 'restored on deletion': graph => (scaled(graph).advanced = { restoreToOriginalReplicaCount: true }), 'replicas of its own': graph => ((of(graph, 'Deployment') as Any).spec.replicas = 3),
    'a second autoscaler': graph => graph.push({ ...structuredClone(of(graph, 'PodDisruptionBudget')) as unknown as KubeObject, apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'basket' }, maxReplicas: 40 } } as KubeObject),
  },
});
accepts('queue of a shared redis, down to none', {
  on: 'cnpg-keda', spec: { workload: { kind: 'stateful' }, dependencies: broker('redis'), scaling: { min: 0, max: 12, queue } },
  holds: graph => { assert.equal(scaled(graph).minReplicaCount, 0); assert.deepEqual(scaled(graph).triggers, [{ type: 'redis', metadata: { address: 'events.production.svc:6379', listLength: '250', listName: 'basket' } }]); assert.equal(scaled(graph).scaleTargetRef.kind, 'StatefulSet'); },
  harm: { 'of the other dependency': graph => (scaled(graph).triggers[0].metadata.address = 'cache.production.svc:6379') },
});
const queued = (type: string, scaling: JsonObject): JsonObject => ({ workload: { kind: 'worker' }, dependencies: [{ name: 'events', type, shared: 'production' }], scaling: { queue, ...scaling } });
refuses('queue without KEDA', 'no-queue-scaler', { on: 'istio-gateway', spec: queued('kafka', { max: 9 }) });
refuses('queue of a database', 'queue-not-measurable', { on: 'cnpg-keda', spec: queued('mysql', { max: 9 }) });
refuses('queue without a bound', 'queue-without-bound', { on: 'cnpg-keda', spec: queued('redis', {}) });
refuses('queue beside a profile', 'queue-without-bound', { on: 'cnpg-keda', spec: queued('redis', { profile: 'elastic' }) });

const rules = (graph: KubeObject[]): Any[] => of(graph, 'PrometheusRule')!.spec.groups[0].rules;
accepts('alerts of a service', {
  on: 'istio-gateway', spec: { workload: { tier: 'core' }, observability: { alerts: 'standard' } }, settings: { metricsLabel: 'stack' },
  holds: graph => {
    assert.deepEqual(rules(graph).map(r => [r.alert, r.labels]), ['ContainerRestarts', 'NothingReady'].map(a => [a, { service: 'basket', tier: 'core' }]));
    assert.equal(rules(graph)[1]!.expr, 'sum(kube_pod_container_status_ready{namespace="shop",container="basket"}) == 0');
    assert.equal(of(graph, 'PrometheusRule')!.metadata.labels.release, 'stack');
  },
  harm: {
    'of another service': graph => (rules(graph)[0]!.expr = rules(graph)[0]!.expr.replace('basket', 'other')), 'never': graph => (rules(graph)[1]!.expr = 'vector(0) == 1'), 'one less': graph => rules(graph).pop(), 'at nobody': graph => (rules(graph)[0]!.labels.tier = 'standard'),
    'loaded by nobody': graph => delete of(graph, 'PrometheusRule')!.metadata.labels.release, 'a series recorded': graph => rules(graph).push({ record: 'up', expr: 'vector(1)' }), 'another hour': graph => (rules(graph)[1]!.for = '5h'),
  },
});
accepts('alerts of a cron', { on: 'linkerd-nginx', spec: { workload: { kind: 'cron', schedule: { cron: '0 3 * * *' } }, observability: { alerts: 'standard' } }, holds: graph => assert.equal(rules(graph)[0]!.expr, 'kube_job_failed{namespace="shop",job_name=~"basket(-[0-9]+)?",condition="true"} > 0'), harm: { 'of all runs': graph => (rules(graph)[0]!.expr = 'kube_job_failed > 0') } });
refuses('alerts without the operator', 'no-alert-rules', { on: 'bare-1.30', spec: { observability: { alerts: 'standard' } } });

const database = (graph: KubeObject[]): Any => of(graph, 'Cluster')!.spec;
accepts('version of an own database', {
  on: 'cnpg-keda', spec: { dependencies: [{ name: 'orders', type: 'postgres', version: '16.9' }] }, holds: graph => assert.equal(database(graph).imageName, 'ghcr.io/cloudnative-pg/postgresql:16.9'),
  harm: { another: graph => (database(graph).imageName = 'ghcr.io/cloudnative-pg/postgresql:12.1'), none: graph => delete database(graph).imageName, 'of another maker': graph => (database(graph).imageName = 'registry.example.com/postgresql:16.9') },
});
accepts('no version', { on: 'cnpg-keda', spec: { dependencies: [{ name: 'orders', type: 'postgres' }] }, holds: graph => assert.equal(database(graph).imageName, undefined), harm: { one: graph => (database(graph).imageName = 'ghcr.io/cloudnative-pg/postgresql:16.9') } });

const task = (graph: KubeObject[]): Any => pod(graph).initContainers.at(-1);
const migration = { command: ['/bin/migrate'], args: ['--up'] }, level = [{ name: 'LEVEL', value: 'info' }];
accepts('migration', {
  on: 'istio-gateway', spec: { workload: { tier: 'core', env: level, migration, init: [{ name: 'prepare', containerImage: 'registry.corp/prepare:1.0.0' }] }, networking: { exposure: 'internal', authPolicy: 'mtls' } }, degraded: /migration/,
  holds: graph => {
    assert.deepEqual(pod(graph).initContainers.map((c: Any) => c.name), ['prepare', 'migration']);
    assert.deepEqual(task(graph), {
      name: 'migration', image: 'registry.corp/basket:1.4.1', command: ['/bin/migrate'], args: ['--up'], env: level, resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { cpu: '100m', memory: '512Mi' } },
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true }, volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
    });
  },
  harm: {
    'another image': graph => (task(graph).image = 'registry.corp/other:1.0.0'), 'another command': graph => (task(graph).command = ['/bin/drop']), 'not run': graph => pod(graph).initContainers.pop(), 'run first': graph => pod(graph).initContainers.reverse(), 'run beside': graph => pod(graph).containers.push(pod(graph).initContainers.pop()),
    'as a sidecar': graph => (task(graph).restartPolicy = 'Always'), 'without its environment': graph => delete task(graph).env, 'a writable root': graph => (task(graph).securityContext.readOnlyRootFilesystem = false), privileged: graph => (task(graph).securityContext.privileged = true), 'a capability': graph => (task(graph).securityContext.capabilities.add = ['NET_RAW']),
    'no limit': graph => delete task(graph).resources.limits, 'another mount': graph => (task(graph).volumeMounts[0].mountPath = '/etc'), 'one task more': graph => pod(graph).initContainers.push({ ...task(graph), name: 'more' }), 'another name': graph => (task(graph).name = 'other'),
  },
});
accepts('migration with its own image and environment, and a writable root', {
  on: 'bare-1.30', spec: { workload: { kind: 'worker', env: level, security: { writableRoot: true }, migration: { containerImage: 'registry.corp/flyway:10.1', env: [{ name: 'TARGET', value: 'latest' }] } } },
  holds: graph => assert.deepEqual([task(graph).image, task(graph).env, task(graph).securityContext.readOnlyRootFilesystem, task(graph).volumeMounts], ['registry.corp/flyway:10.1', [{ name: 'TARGET', value: 'latest' }], false, undefined]),
  harm: { 'the environment of the service': graph => (task(graph).env = level) },
});
accepts('no migration', { on: 'bare-1.30', spec: {}, holds: graph => assert.equal(pod(graph).initContainers, undefined), harm: { 'a task nobody stated': graph => (pod(graph).initContainers = [{ ...structuredClone(pod(graph).containers[0]), name: 'migration', ports: undefined, livenessProbe: undefined, readinessProbe: undefined }]) } });
refuses('migration of a job', 'migration-without-release', { on: 'bare-1.30', spec: { workload: { kind: 'job', migration } } });

/** What no graph could make right: the intent itself asks for what is not its to state. */
const notItsTo = (name: string, rule: string, stated: Stated): void => void test(`${name}: refused`, () => {
  const made = composeStated(stated);
  assert.ok(!('refused' in made));
  assert.deepEqual([...new Set(verify({ ...made, guardrails }).findings.filter(f => f.severity === 'refused').map(f => f.rule))], [rule]);
});
const noted = (annotations: JsonObject, more: JsonObject = {}): JsonObject => ({ ...more, workload: { pod: { annotations } } });
for (const key of ['sidecar.istio.io/inject', 'traffic.sidecar.istio.io/excludeInboundPorts', 'linkerd.io/inject', 'k8s.v1.cni.cncf.io/networks', 'iam.amazonaws.com/role', 'container.apparmor.security.beta.kubernetes.io/basket', 'prometheus.io/anything', 'fluentbit.io/parser', 'instrumentation.opentelemetry.io/inject-sdk'])
  notItsTo(`pod annotation ${key}`, 'metadata-reserved', { on: 'istio-gateway', spec: noted({ [key]: 'x' }) });
notItsTo('pod annotation that switches interception off', 'metadata-reserved', { on: 'istio-gateway', spec: noted({ 'proxy.istio.io/config': '{holdApplicationUntilProxyStarts: true, interceptionMode: NONE}' }) });
notItsTo('pod annotation that ties a role of the cloud', 'metadata-reserved', { on: 'istio-gateway', spec: noted({ 'cloud.example.com/role': 'roles/admin' }), settings: cloud });
notItsTo('another port for scrapers than the one that is scraped', 'annotations-differ', { on: 'bare-1.30', spec: noted({ 'prometheus.io/port': '9999' }, { observability: { metrics: 'prometheus-standard' } }) });
for (const key of ['iam.amazonaws.com/role', 'k8s.v1.cni.cncf.io/networks']) notItsTo(`annotation ${key} of everything`, 'metadata-reserved', { on: 'istio-gateway', spec: { annotations: { [key]: 'x' } } });
accepts('pod annotations', {
  on: 'istio-gateway', spec: noted({ 'prometheus.io/scrape': 'true', 'proxy.istio.io/config': '{ "holdApplicationUntilProxyStarts": true }', 'sidecar.istio.io/rewriteAppHTTPProbers': 'true', 'example.com/rack': '7' }),
  holds: graph => assert.deepEqual(template(graph).metadata.annotations, { 'example.com/rack': '7', 'prometheus.io/scrape': 'true', 'proxy.istio.io/config': '{ "holdApplicationUntilProxyStarts": true }', 'sidecar.istio.io/rewriteAppHTTPProbers': 'true' }),
  harm: {
    'one more': graph => (template(graph).metadata.annotations['sidecar.istio.io/inject'] = 'false'),
    'another value': graph => (template(graph).metadata.annotations['proxy.istio.io/config'] = '{interceptionMode: NONE}'),
    'none': graph => delete template(graph).metadata.annotations,
    'on the workload too': graph => (annotations(graph, 'Deployment')['example.com/rack'] = '7'),
  },
});
