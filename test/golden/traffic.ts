/**
 * The traffic side of docs/standard.md, spelled out by hand: Services, routes, network policies, authentication, monitors.
 * Building blocks for the golden scenarios only; none of them reads an intent.
 */
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { labels, make, matching, selector, type Subject } from './workload.ts';

/** One Service port for a container port of that name. */
export const servicePort = (name: string, number: number, protocol = 'TCP', appProtocol?: string): JsonObject =>
  ({ name, port: number, targetPort: name, protocol, ...(appProtocol && { appProtocol }) });
export const HTTP_SERVICE = servicePort('http', 8080);
export const service = (s: Subject, ...ports: JsonObject[]): KubeObject => make(s, 'v1', 'Service', { spec: { type: 'ClusterIP', selector: selector(s), ports } });
/** A Service with that affinity of clients; the headless one never has any. */
export const sticky = (s: Subject, sessionAffinity: string, ...ports: JsonObject[]): KubeObject =>
  make(s, 'v1', 'Service', { spec: { type: 'ClusterIP', selector: selector(s), sessionAffinity, ports } });
/** A Service that the world outside reaches: a load balancer's, or one of every node. */
export const outward = (s: Subject, type: 'LoadBalancer' | 'NodePort', ...ports: JsonObject[]): KubeObject =>
  make(s, 'v1', 'Service', { spec: { type, selector: selector(s), ports } });
/** The port of a Service that every node offers under a number. */
export const atNode = (nodePort: number, port: JsonObject): JsonObject => ({ ...port, nodePort });
export const headless = (s: Subject, ...ports: JsonObject[]): KubeObject =>
  make(s, 'v1', 'Service', { spec: { clusterIP: 'None', selector: selector(s), ports } }, '-headless');

/** A port of a network policy. */
export const on = (port: number, protocol = 'TCP'): JsonObject => ({ port, protocol });
const namespaceNamed = (namespace: string): JsonObject => ({ matchLabels: { 'kubernetes.io/metadata.name': namespace } });
const appNamed = (name: string): JsonObject => ({ matchLabels: { 'app.kubernetes.io/name': name } });

export const fromCallers = (callers: { name: string; namespace?: string }[], ...ports: JsonObject[]): JsonObject => ({
  from: callers.map(c => ({ podSelector: appNamed(c.name), ...(c.namespace && { namespaceSelector: namespaceNamed(c.namespace) }) })), ports,
});
export const fromOwnNamespace = (...ports: JsonObject[]): JsonObject => ({ from: [{ podSelector: {} }], ports });
/** Anyone may come: a rule that names nobody. */
export const fromAnyone = (...ports: JsonObject[]): JsonObject => ({ ports });
export const fromNamespace = (namespace: string, port: number): JsonObject => ({ from: [{ namespaceSelector: namespaceNamed(namespace) }], ports: [on(port)] });

const toDns: JsonObject = {
  to: [{ namespaceSelector: namespaceNamed('kube-system'), podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }], ports: [on(53, 'UDP'), on(53)],
};
export const toIstiod: JsonObject = { to: [{ namespaceSelector: namespaceNamed('istio-system'), podSelector: { matchLabels: { app: 'istiod' } } }], ports: [on(15012)] };
export const toLinkerd: JsonObject = { to: [{ namespaceSelector: namespaceNamed('linkerd') }], ports: [on(8080), on(8086), on(8090)] };
/** An app in another namespace. */
export const toApp = (namespace: string, name: string, port: number): JsonObject =>
  ({ to: [{ namespaceSelector: namespaceNamed(namespace), podSelector: appNamed(name) }], ports: [on(port)] });
/** An app in the same namespace. */
export const toNeighbour = (name: string, port: number): JsonObject => ({ to: [{ podSelector: appNamed(name) }], ports: [on(port)] });
/** A CloudNativePG cluster of another namespace, or of this one. */
export const toCluster = (name: string, namespace?: string): JsonObject =>
  ({ to: [{ ...(namespace && { namespaceSelector: namespaceNamed(namespace) }), podSelector: { matchLabels: { 'cnpg.io/cluster': name } } }], ports: [on(5432)] });
export const toRange = (cidr: string, port: number, protocol = 'TCP'): JsonObject => ({ to: [{ ipBlock: { cidr } }], ports: [on(port, protocol)] });
/** Any public address: what a named host becomes. */
export const toInternet = (port: number, protocol = 'TCP'): JsonObject =>
  ({ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] } }], ports: [on(port, protocol)] });

/** Default deny with these openings; name resolution is always open. No ingress rule: the field is absent. */
export const networkPolicy = (s: Subject, ingress: JsonObject[], egress: JsonObject[] = []): KubeObject =>
  make(s, 'networking.k8s.io/v1', 'NetworkPolicy', { spec: {
    podSelector: matching(s), policyTypes: ['Ingress', 'Egress'], ...(ingress.length > 0 && { ingress }), egress: [toDns, ...egress],
  } });

/** `limits` of outside requests stand beside the matches. */
export const httpRoute = (s: Subject, r: { parent: JsonObject; hostnames: string[]; paths?: string[]; port?: number; limits?: JsonObject }): KubeObject =>
  make(s, 'gateway.networking.k8s.io/v1', 'HTTPRoute', { spec: { parentRefs: [r.parent], hostnames: r.hostnames, rules: [{
    matches: (r.paths ?? ['/']).map(value => ({ path: { type: 'PathPrefix', value } })), backendRefs: [{ name: s.name, port: r.port ?? 8080 }], ...r.limits,
  }] } });
/** The listener of the istio-gateway cluster, and those of its kind. */
export const edge = (sectionName: string): JsonObject => ({ name: 'public', namespace: 'edge', sectionName });

const ingressRules = (s: Subject, hosts: string[], paths: string[], portName: string): JsonObject[] => hosts.map(host => ({
  host, http: { paths: paths.map(path => ({ path, pathType: 'Prefix', backend: { service: { name: s.name, port: { name: portName } } } })) },
}));
/** `limits` of outside requests are annotations that ingress-nginx reads. */
export const ingressWithTls = (s: Subject, hosts: string[], paths = ['/'], portName = 'http', limits: Record<string, string> = {}): KubeObject =>
  make(s, 'networking.k8s.io/v1', 'Ingress', { spec: {
    ingressClassName: 'nginx', rules: ingressRules(s, hosts, paths, portName), tls: [{ hosts, secretName: `${s.name}-tls` }],
  } }, '', { 'cert-manager.io/cluster-issuer': 'letsencrypt', ...limits });
export const ingressPlain = (s: Subject, hosts: string[], paths = ['/'], portName = 'http', limits?: Record<string, string>): KubeObject =>
  make(s, 'networking.k8s.io/v1', 'Ingress', { spec: { ingressClassName: 'nginx', rules: ingressRules(s, hosts, paths, portName) } }, '', limits);

export const injected = { 'sidecar.istio.io/inject': 'true' };
export const LOGIN = { issuer: 'https://login.corp.example/', jwksUri: 'https://login.corp.example/.well-known/jwks.json' };
export const tokens = (s: Subject, rule: { issuer: string; jwksUri: string; audiences?: string[] }): KubeObject =>
  make(s, 'security.istio.io/v1', 'RequestAuthentication', { spec: { selector: matching(s), jwtRules: [{ ...rule, forwardOriginalToken: true }] } });
/** Callers with a token, and whatever further rules are given. */
export const tokenHolders = (s: Subject, ...further: JsonObject[]): KubeObject =>
  make(s, 'security.istio.io/v1', 'AuthorizationPolicy', { spec: {
    selector: matching(s), action: 'ALLOW', rules: [{ from: [{ source: { requestPrincipals: ['*'] } }] }, ...further],
  } });
export const exempt = (...paths: string[]): JsonObject => ({ to: [{ operation: { paths } }] });
export const scrape = (path = '/metrics', namespace = 'monitoring'): JsonObject =>
  ({ from: [{ source: { namespaces: [namespace] } }], to: [{ operation: { methods: ['GET'], paths: [path] } }] });
export const strictPeers = (s: Subject): KubeObject => make(s, 'security.istio.io/v1', 'PeerAuthentication', { spec: { selector: matching(s), mtls: { mode: 'STRICT' } } });

export const meshed = { 'linkerd.io/inject': 'enabled' };
const POLICY = 'policy.linkerd.io';
export const meshIdentities = (s: Subject): KubeObject => make(s, `${POLICY}/v1alpha1`, 'MeshTLSAuthentication', { spec: { identities: ['*'] } });
/** Server and AuthorizationPolicy of one port. */
export const meshPort = (s: Subject, portName: string): KubeObject[] => [
  make(s, `${POLICY}/v1beta3`, 'Server', { spec: { podSelector: matching(s), port: portName } }, `-${portName}`),
  make(s, `${POLICY}/v1alpha1`, 'AuthorizationPolicy', { spec: {
    targetRef: { group: POLICY, kind: 'Server', name: `${s.name}-${portName}` },
    requiredAuthenticationRefs: [{ group: POLICY, kind: 'MeshTLSAuthentication', name: s.name }],
  } }, `-${portName}`),
];

export const serviceMonitor = (s: Subject, port = 'http', path = '/metrics'): KubeObject =>
  make(s, 'monitoring.coreos.com/v1', 'ServiceMonitor', { spec: { selector: matching(s), endpoints: [{ port, path, interval: '30s' }] } });
export const podMonitor = (s: Subject, port = 'http', path = '/metrics'): KubeObject =>
  make(s, 'monitoring.coreos.com/v1', 'PodMonitor', { spec: { selector: matching(s), podMetricsEndpoints: [{ port, path, interval: '30s' }] } });
export const scrapeAnnotations = (port: number, path = '/metrics'): Record<string, string> =>
  ({ 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(port), 'prometheus.io/path': path });

/** A CloudNativePG cluster of the service's own. */
export const ownPostgres = (s: Subject, name: string, instances: number, size: string, version?: string): KubeObject => ({
  apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', metadata: { name: `${s.name}-${name}`, namespace: s.namespace, labels: labels(s) },
  spec: { instances, storage: { size }, ...(version && { imageName: `ghcr.io/cloudnative-pg/postgresql:${version}` }) },
});
