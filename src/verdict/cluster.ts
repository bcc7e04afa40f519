/** Whether an object exists, among those of a graph or of the cluster. */
import type { KubeObject } from '../kubernetes.ts';
import { splitApiVersion } from '../kubernetes.ts';

export const findObject = (objects: readonly KubeObject[], group: string, kind: string, name: string, namespace?: string): KubeObject | undefined =>
  objects.find(object => object.kind === kind && object.metadata.name === name && splitApiVersion(object.apiVersion).group === group
    && (namespace === undefined || object.metadata.namespace === namespace));
