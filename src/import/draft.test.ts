/** What an intent states of a workload, its Service and its pods' rare fields, given a platform of which everything is known. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../kubernetes.ts';
import { nearest } from './choose.ts';
import type { Exposure } from './choose.ts';
import { draftOf } from './draft.ts';
import type { Choices, Draft } from './draft.ts';
import { unreadable } from './fit.ts';
import { grouped } from './group.ts';
import { at } from './json.ts';
import { readManifests } from './read.ts';

const words: Exposure[] = [{ word: 'inside', reached: true, route: undefined, type: 'ClusterIP' }, { word: 'balanced', reached: true, route: undefined, type: 'LoadBalancer' }, { word: 'outside', reached: true, route: 'Ingress', type: 'ClusterIP' }];
const choices: Choices = {
  memory: undefined, peer: 'service', spread: true, notes: key => !key.startsWith('sidecar.'), volumes: { shown: true, named: true, taken: new Map() },
  selector: name => ({ 'app.kubernetes.io/name': name }),
  exposure: (...wanted) => { const found = nearest(words, ...wanted); return { word: found?.word, route: found?.route, type: found?.type }; },
};
function drafted(text: string): Draft & { spec: JsonObject } {
  const { groups } = grouped(readManifests([{ name: 'test.yaml', text: Buffer.from(text) }]).objects), draft = draftOf(groups[0]!, choices, { to: [], from: [] });
  // Whatever is said can be read again.
  assert.deepEqual(unreadable(draft.intent), []);
  return { ...draft, spec: draft.intent.spec as unknown as JsonObject };
}
const workload = (kind: string, { spec = '', pod = '', container = '' } = {}): string => `apiVersion: apps/v1
kind: ${kind}
metadata: {name: web}
spec: {${spec}selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {${pod}containers: [{name: web, image: 'x.org/x:1', ${container}securityContext: {runAsUser: 5, readOnlyRootFilesystem: true}, ports: [{name: http, containerPort: 8080}]}]}}}
`;
const service = (spec: string, name = 'web'): string => `---\napiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {selector: {app: web}, ${spec}}\n`;

test('how new versions replace old ones, without what an API server says by itself', () => {
  const said = (kind: string, spec: string): unknown => at(drafted(workload(kind, { spec })).spec, 'workload', 'rollout');
  assert.deepEqual(said('Deployment', 'minReadySeconds: 7, revisionHistoryLimit: 3, '), { minReadySeconds: 7, revisionHistoryLimit: 3 });
  assert.deepEqual(said('StatefulSet', 'podManagementPolicy: Parallel, revisionHistoryLimit: 10, '), { podManagementPolicy: 'Parallel' });
  assert.equal(said('StatefulSet', 'podManagementPolicy: OrderedReady, minReadySeconds: 0, '), undefined);
});

test('rare fields of the pod are copied', () => {
  const { workload: made } = drafted(workload('Deployment', { pod: 'hostAliases: [{ip: 10.0.0.9, hostnames: [old.local]}], dnsPolicy: None, dnsConfig: {nameservers: [10.0.0.2]}, enableServiceLinks: false, shareProcessNamespace: true, securityContext: {supplementalGroups: [7], fsGroup: 8, fsGroupChangePolicy: OnRootMismatch}, ' })).spec as { workload: JsonObject };
  assert.deepEqual(made['pod'], { hostAliases: [{ ip: '10.0.0.9', hostnames: ['old.local'] }], dnsPolicy: 'None', dnsConfig: { nameservers: ['10.0.0.2'] }, enableServiceLinks: false, shareProcessNamespace: true });
  assert.deepEqual(made['security'], { runAsUser: 5, fsGroup: 8, fsGroupChangePolicy: 'OnRootMismatch', supplementalGroups: [7] });
  const usual = drafted(workload('Deployment', { pod: 'dnsPolicy: ClusterFirst, enableServiceLinks: true, shareProcessNamespace: false, ', container: 'imagePullPolicy: IfNotPresent, ' })).spec;
  assert.deepEqual([at(usual, 'workload', 'pod'), at(usual, 'workload', 'imagePullPolicy')], [undefined, undefined]);
});

test('annotations of the pods that are an intent\'s to state are copied', () => {
  const noted = workload('Deployment').replace('template: {metadata: {', 'template: {metadata: {annotations: {prometheus.io/scrape: "true", sidecar.istio.io/inject: "false", checksum/config: abc}, ');
  assert.deepEqual(at(drafted(noted).spec, 'workload', 'pod'), { annotations: { 'prometheus.io/scrape': 'true' } });
});

test('whom its pods are near to, or apart from: themselves by the labels that they will have', () => {
  const term = (app: string): string => `{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: ${app}}}}`;
  const said = (affinity: string, kind = 'Deployment'): unknown => at(drafted(workload(kind, { pod: `affinity: {${affinity}}, ` })).spec, 'workload', 'placement');
  assert.deepEqual(said(`podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [${term('web')}]}, podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [${term('db')}]}`), {
    podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'db' } } }] },
    podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'web' } } }] },
  });
  // To rather be apart from its like is what spreading does; nobody spreads a daemon.
  const rather = `podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: ${term('web')}}]}`;
  assert.equal(said(rather), undefined);
  assert.notEqual(said(rather, 'DaemonSet'), undefined);
});

test('a Service of another type is asked for by the word that leads to it, with the numbers that nodes have', () => {
  const said = (spec: string): unknown => { const made = drafted(workload('Deployment') + service(spec)).spec; return [at(made, 'networking', 'exposure'), at(made, 'workload', 'ports')]; };
  const port = { name: 'http', containerPort: 8080, servicePort: 80 };
  assert.deepEqual(said('type: LoadBalancer, ports: [{port: 80, targetPort: http, nodePort: 30080}]'), ['balanced', [{ ...port, nodePort: 30080 }]]);
  // No word leads to such a one here: it stays what it is elsewhere.
  assert.deepEqual(said('type: NodePort, ports: [{port: 80, targetPort: http, nodePort: 30080}]'), ['inside', [port]]);
  assert.deepEqual(said('ports: [{port: 80, targetPort: http}]'), ['inside', [port]]);
});

test('replicas are found before they are ready where the headless Service says so', () => {
  const early = 'publishNotReadyAddresses: true, ', ports = 'ports: [{port: 80, targetPort: http}]', headless = (more: string): string => service(`clusterIP: None, ${more}${ports}`, 'web-headless');
  const said = (main: string, other: string): unknown => at(drafted(workload('StatefulSet', { spec: 'serviceName: web-headless, ' }) + service(`${main}${ports}`) + headless(other)).spec, 'networking', 'publishNotReadyAddresses');
  assert.deepEqual([said(early, early), said('', early), said('', '')], [true, true, undefined]);
});

test('what a volume shows of the input is carried beside the graph', () => {
  const { needs, spec } = drafted(`${workload('Deployment', { pod: "initContainers: [{name: early, image: 'x.org/x:1', volumeMounts: [{name: v, mountPath: /v}]}], volumes: [{name: v, configMap: {name: texts}}], " })}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: texts}\ndata: {a: b}\n`);
  assert.deepEqual(needs, ['ConfigMap/texts']);
  assert.deepEqual(at(spec, 'workload', 'volumes'), [{ name: 'v', configMap: { name: 'texts' } }]);
});
