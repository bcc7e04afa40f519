/** What clusters of the matrix have beside Kubernetes. */
import type { JsonObject } from '../../src/kubernetes.ts';
import { asServed, clusterPlan, create } from '../../test/controlplane/clusters.ts';
import type { ControlPlane } from '../../test/controlplane/controlplane.ts';

export interface Platform {
  /** Cluster of test/controlplane/clusters whose objects it has. */
  like: string;
  crds: readonly string[];
  /** Beside what that cluster's global-settings say. */
  settings?: (minor: number) => Record<string, string>;
  /** Newest minor version that its definitions are still installed on. */
  upTo?: number;
}

export const platforms: Record<string, Platform> = {
  nothing: { like: 'bare-1.30', crds: [] },
  'a platform': { like: 'istio-gateway', crds: ['mesh-istio', 'gateway-api', 'prometheus-operator', 'cert-manager', 'cloudnative-pg', 'keda'], settings: minor => ({ trafficDistribution: minor >= 34 ? 'PreferSameZone' : 'PreferClose', snapshotClass: 'csi-frozen', logCollector: 'fluent-bit', instrumentation: 'telemetry/default' }) },
  'an older platform': { like: 'istio-gateway', crds: ['mesh-istio-1.14', 'gateway-api-0.7', 'prometheus-operator', 'cert-manager'], upTo: 30 },
  'Linkerd and Ingress': { like: 'linkerd-nginx', crds: ['linkerd', 'prometheus-operator', 'cert-manager', 'external-secrets'], settings: () => ({ secretStore: 'corp-vault', logCollector: 'fluent-bit' }), upTo: 30 },
};

export const minorOf = (version: string): number => Number(version.split('.')[1]);

/** Creates what the platform consists of. */
export async function furnish(plane: ControlPlane, { like, settings }: Platform, version: string): Promise<void> {
  for (const object of clusterPlan(like).objects) {
    const own = object.kind === 'ConfigMap' && object.metadata.name === 'global-settings' ? { ...object, data: { ...object['data'] as JsonObject, ...settings?.(minorOf(version)) } } : object;
    await create(plane, await asServed(plane, own));
  }
}
