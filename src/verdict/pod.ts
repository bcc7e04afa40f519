/** The pod template inside whichever object carries one. */
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { asList, asObject, at } from './types.ts';

export interface PodTemplate {
  workload: KubeObject;
  /** JSON path of the template inside the workload. */
  path: string;
  metadata: JsonObject;
  spec: JsonObject;
}

const templates: [string, string[]][] = [['spec.jobTemplate.spec.template', ['spec', 'jobTemplate', 'spec', 'template']], ['spec.template', ['spec', 'template']]];

/** Undefined when the object runs no pods. A custom resource that merely has a `spec.template` without containers is none. */
export const podTemplate = (object: KubeObject): PodTemplate | undefined => {
  if (object.kind === 'Pod' && object.apiVersion === 'v1') return { workload: object, path: '', metadata: object.metadata, spec: asObject(object.spec) };
  for (const [path, steps] of templates) {
    const template = asObject(at(object as JsonObject, ...steps));
    if (Array.isArray(at(template, 'spec', 'containers'))) return { workload: object, path, metadata: asObject(template.metadata), spec: asObject(template.spec) };
  }
  return undefined;
};

export const containersOf = ({ spec, path }: PodTemplate): { container: JsonObject; path: string; init: boolean }[] => [
  ...asList(spec.containers).map((container, index) => ({ container, path: `${path}.spec.containers[${index}]`, init: false })),
  ...asList(spec.initContainers).map((container, index) => ({ container, path: `${path}.spec.initContainers[${index}]`, init: true })),
];

/** What runs as long as the pod does: its containers, and the init containers that restart always, which stay beside them (sidecars, from Kubernetes 1.29 on). */
export const staying = (spec: JsonObject): JsonObject[] => [...asList(spec.initContainers).filter(isSidecar), ...asList(spec.containers)];
/** What has ended before those start. */
export const preparing = (spec: JsonObject): JsonObject[] => asList(spec.initContainers).filter(container => !isSidecar(container));
export const isSidecar = (container: JsonObject): boolean => container.restartPolicy === 'Always';
