/** Harm done to what runs on every node. */
import { add, like, on, onPod, of, type Any, type Mutation } from './edits.ts';

const daemon = (name: string, change: (spec: Any, object: Any) => boolean | void): Mutation => on('DaemonSet', name, object => change(object.spec, object));

export const daemons: Mutation[] = [
  daemon('all nodes at once', spec => void (spec.updateStrategy.rollingUpdate.maxUnavailable = '100%')),
  daemon('no bounds', spec => void delete spec.updateStrategy.rollingUpdate),
  daemon('no strategy', spec => void delete spec.updateStrategy),
  daemon('replaced only when deleted', spec => void (spec.updateStrategy = { type: 'OnDelete' })),
  daemon('pods beside each other though bounded', spec => void (spec.updateStrategy.rollingUpdate.maxSurge = 1)),
  daemon('neither takes nor adds a pod', spec => void (spec.updateStrategy.rollingUpdate = { maxUnavailable: 0, maxSurge: 0 })),
  daemon('ready at once', spec => void (spec.minReadySeconds = 3600)),
  daemon('no history', spec => void (spec.revisionHistoryLimit = 0)),
  daemon('a number of replicas', spec => void (spec.replicas = 2)),
  daemon('selects a shared label', spec => void (spec.selector = { matchLabels: { 'app.kubernetes.io/managed-by': 'kubesynth' } })),
  daemon('as a Deployment', (_, object) => { object.kind = 'Deployment'; delete object.spec.updateStrategy; object.spec.replicas = 2; }),
  { name: 'DaemonSet: with a disruption budget', apply: (graph, golden) => (of(graph, 'DaemonSet') ? add(graph, like(graph, golden, 'policy/v1', 'PodDisruptionBudget', golden.intent.metadata.name, { spec: { maxUnavailable: 1, selector: { matchLabels: { 'app.kubernetes.io/name': golden.intent.metadata.name } } } })) : false) },
  onPod('spread where every node has one', (spec, { intent }) => ((intent.spec.workload as Any).kind === 'daemon' ? void (spec.topologySpreadConstraints = [{ maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: { 'app.kubernetes.io/name': intent.metadata.name } } }]) : false)),
  onPod('a node agent on the host network', (spec, { intent }) => ((intent.spec.workload as Any).kind === 'daemon' ? void (spec.hostNetwork = true) : false)),
  onPod('a node agent that reads the node', (spec, { intent }) => ((intent.spec.workload as Any).kind === 'daemon' ? void spec.volumes.push({ name: 'root', hostPath: { path: '/' } }) : false)),
];
