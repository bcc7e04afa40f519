/** Ways to get at the parts of a graph that mutations change. Every function works on a copy and says when it does not apply. */
import type { Json, JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { podTemplate } from '../../src/verdict/pod.ts';
import type { Golden } from './goldens.ts';

/** Loose on purpose: mutations reach anywhere. */
export type Any = { [key: string]: any };
export interface Mutation {
  name: string;
  /** Changes the copy in place; false: does not apply to this graph. */
  apply: (graph: KubeObject[], golden: Golden) => boolean | void;
}

export const of = (graph: KubeObject[], kind: string): Any | undefined => graph.find(object => object.kind === kind);
export const template = (graph: KubeObject[]): Any => {
  const workload = graph.find(object => podTemplate(object))! as Any;
  return workload.kind === 'CronJob' ? workload.spec.jobTemplate.spec.template : workload.spec.template;
};
export const pod = (graph: KubeObject[]): Any => template(graph).spec;
export const main = (graph: KubeObject[], { intent }: Golden): Any => pod(graph).containers.find((container: Any) => container.name === intent.metadata.name);
/** The first that stays beside the main container. */
export const sidecar = (spec: Any): Any | undefined => spec.initContainers?.find((container: Any) => container.restartPolicy === 'Always');
export const add = (graph: KubeObject[], object: Json): void => void graph.push(object as unknown as KubeObject);

export const onPod = (name: string, change: (pod: Any, golden: Golden) => boolean | void): Mutation => ({ name: `pod: ${name}`, apply: (graph, golden) => change(pod(graph), golden) });
export const onMain = (name: string, change: (container: Any, golden: Golden) => boolean | void): Mutation => ({ name: `container: ${name}`, apply: (graph, golden) => change(main(graph, golden), golden) });
export const on = (kind: string, name: string, change: (object: Any, golden: Golden, graph: KubeObject[]) => boolean | void): Mutation => ({
  name: `${kind}: ${name}`,
  apply: (graph, golden) => {
    const object = of(graph, kind);
    return object ? change(object, golden, graph) : false;
  },
});

/** An object in the style of the graph: its own namespace and the labels every object carries. */
export const like = (graph: KubeObject[], golden: Golden, apiVersion: string, kind: string, name: string, rest: JsonObject): Json => ({
  apiVersion, kind, metadata: { name, namespace: golden.intent.metadata.namespace!, labels: { ...(graph[0]!.metadata.labels ?? {}) } }, ...rest,
});
export const identity = ({ intent }: Golden): JsonObject => ({ matchLabels: { 'app.kubernetes.io/name': intent.metadata.name } });
