/** The few shapes of the Kubernetes API that every stage speaks of. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };
export const isMap = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Any Kubernetes object as plain JSON. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> } & JsonObject;
  [field: string]: Json | undefined;
}

/** `group/version` of an apiVersion; the core group is ''. */
export const splitApiVersion = (apiVersion: string): { group: string; version: string } => {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? { group: '', version: apiVersion } : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
};

/** `Kind/name`, as findings and `explain` name objects. */
export const objectName = (object: { kind: string; metadata: { name: string } }): string => `${object.kind}/${object.metadata.name}`;
