/**
 * A snapshot is everything synthesis needs to know of one cluster, and nothing else: no Secret values, no timestamps,
 * no uids. It is immutable and its bytes are deterministic: the same cluster state gives the same file.
 */
import type { JsonObject, KubeObject } from '../kubernetes.ts';

export interface ServedKind {
  group: string;
  /** Served versions, preferred first. */
  versions: string[];
  kind: string;
  plural: string;
  namespaced: boolean;
}

export interface NodeFacts {
  name: string;
  /** Label `topology.kubernetes.io/zone`; '' without one. */
  zone: string;
  /** Label `synthesis.platform/pool`, else the first `node-role.kubernetes.io/ROLE` in alphabetical order, else ''. */
  pool: string;
  arch: string;
  ready: boolean;
  taints: { key: string; value?: string; effect: string }[];
  /** Cores and bytes. `requested` is the sum over scheduled pods; `used` comes from metrics.k8s.io and is absent where that is not served. */
  allocatable: { cpu: number; memory: number };
  requested: { cpu: number; memory: number };
  used?: { cpu: number; memory: number };
}

export interface Snapshot {
  format: 'kubesynth.snapshot/v1';
  /** Where schemas or objects did not come from the live API, said in words. */
  notes: string[];
  /** As the API server reports it, e.g. { major: '1', minor: '30', gitVersion: 'v1.30.14' }. */
  version: { major: string; minor: string; gitVersion: string };
  kinds: ServedKind[];
  /**
   * OpenAPI v3 documents by group-version path (`api/v1`, `apis/apps/v1`), pruned to the schemas reachable from kinds
   * that can be created: `{ components: { schemas } }` with `$ref`s of the form `#/components/schemas/NAME` intact.
   */
  openapi: Record<string, { components: { schemas: Record<string, JsonObject> } }>;
  /**
   * The observed objects, sorted by apiVersion, kind, namespace, name: Namespaces, ConfigMaps (of the config namespace
   * with data; elsewhere keys only), Secrets (type and keys only), Services, ServiceAccounts, PersistentVolumeClaims,
   * NetworkPolicies, IngressClasses, StorageClasses, PriorityClasses, ResourceQuotas, LimitRanges, ValidatingAdmissionPolicies (not in snapshots of before they were evaluated) and their bindings, and the objects of every
   * custom resource, each in its preferred version. "Keys only" means that every value of `data` is the empty string.
   * ConfigMaps, Secrets and ServiceAccounts of the `kube-*` namespaces are left out: no workload can refer to them.
   */
  objects: KubeObject[];
  nodes: NodeFacts[];
}
