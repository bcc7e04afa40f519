/** Harm done to authentication, permissions, scaling, budgets, monitoring and the graph as a whole. */
import type { Json } from '../../src/kubernetes.ts';
import { add, identity, like, of, on, onPod, template, type Any, type Mutation } from './edits.ts';

const removed = (kind: string, group = ''): Mutation => ({
  name: `${group ? `${group}/` : ''}${kind} removed`, apply: graph => {
    const index = graph.findIndex(object => object.kind === kind && object.apiVersion.startsWith(group));
    return index < 0 ? false : void graph.splice(index, 1);
  },
});
const authorization = (group: string) => (name: string, change: (spec: Any, object: Any) => boolean | void): Mutation => ({
  name: `AuthorizationPolicy (${group}): ${name}`, apply: graph => {
    const object = graph.find(item => item.kind === 'AuthorizationPolicy' && item.apiVersion.startsWith(group)) as Any | undefined;
    return object ? change(object.spec, object) : false;
  },
});
const istio = authorization('security.istio.io');
const linkerd = authorization('policy.linkerd.io');
const tokens = (golden: { intent: { spec: Any } }): boolean => golden.intent.spec.networking?.authPolicy === 'jwt-validated' || golden.intent.spec.networking?.auth !== undefined;

const role = (name: string, rule: Any): Mutation => ({
  name: `Role: ${name}`, apply: (graph, golden) => add(graph, like(graph, golden, 'rbac.authorization.k8s.io/v1', 'Role', golden.intent.metadata.name, { rules: [rule] as Json })),
});

export const rights: Mutation[] = [
  ...['RequestAuthentication', 'PeerAuthentication', 'Server', 'MeshTLSAuthentication', 'ServiceAccount', 'PodDisruptionBudget', 'HorizontalPodAutoscaler', 'ServiceMonitor', 'PodMonitor', 'Service', 'HTTPRoute', 'Ingress', 'ConfigMap', 'PersistentVolumeClaim', 'Cluster'].map(kind => removed(kind)),
  removed('AuthorizationPolicy', 'security.istio.io'), removed('AuthorizationPolicy', 'policy.linkerd.io'),

  on('RequestAuthentication', 'another issuer', ({ spec }) => void (spec.jwtRules[0].issuer = 'https://evil.example/')),
  on('RequestAuthentication', 'other keys', ({ spec }) => void (spec.jwtRules[0].jwksUri = 'https://evil.example/jwks.json')),
  on('RequestAuthentication', 'inline keys', ({ spec }) => void (spec.jwtRules[0].jwks = '{"keys":[]}')),
  on('RequestAuthentication', 'a second issuer', ({ spec }) => void spec.jwtRules.push({ issuer: 'https://evil.example/', jwksUri: 'https://evil.example/jwks.json', forwardOriginalToken: true })),
  on('RequestAuthentication', 'audiences changed', ({ spec }) => void (spec.jwtRules[0].audiences = [...(spec.jwtRules[0].audiences ?? []), 'anyone'])),
  on('RequestAuthentication', 'no rules', ({ spec }) => void delete spec.jwtRules),
  on('RequestAuthentication', 'token from a query parameter', ({ spec }) => void (spec.jwtRules[0].fromParams = ['token'])),
  on('RequestAuthentication', 'selects someone else', ({ spec }) => void (spec.selector = { matchLabels: { app: 'other' } })),
  on('RequestAuthentication', 'selects all', ({ spec }) => void delete spec.selector),
  istio('no rules, denying everything', spec => void delete spec.rules),
  istio('an empty rule, allowing everything', spec => void spec.rules.push({})),
  istio('token rule gone', spec => void spec.rules.shift()),
  istio('principals dropped', spec => void delete spec.rules[0].from),
  istio('any source', spec => void (spec.rules[0].from = [{ source: {} }])),
  istio('any principal by namespace', spec => void spec.rules[0].from.push({ source: { namespaces: ['*'] } })),
  istio('a path without token', spec => void spec.rules.push({ to: [{ operation: { paths: ['/admin'] } }] })),
  istio('every path without token', spec => void spec.rules.push({ to: [{ operation: { paths: ['*'] } }] })),
  istio('exempt path widened', spec => { const rule = spec.rules.find((item: Any) => item.to && !item.from); return rule ? void rule.to[0].operation.paths.push('/*') : false; }),
  istio('scraping from anywhere', spec => { const rule = spec.rules.find((item: Any) => item.to && item.from); return rule ? void delete rule.from : false; }),
  istio('scraping of every path', spec => { const rule = spec.rules.find((item: Any) => item.to && item.from); return rule ? void delete rule.to : false; }),
  istio('all but a path', spec => void spec.rules.push({ to: [{ operation: { notPaths: ['/x'] } }] })),
  istio('action DENY', spec => void (spec.action = 'DENY')),
  istio('action AUDIT', spec => void (spec.action = 'AUDIT')),
  istio('external authoriser', spec => { spec.action = 'CUSTOM'; spec.provider = { name: 'x' }; }),
  istio('selects someone else', spec => void (spec.selector = { matchLabels: { app: 'other' } })),
  istio('selects all', spec => void delete spec.selector),
  { name: 'a second, open AuthorizationPolicy', apply: (graph, golden) => (tokens(golden as never) ? add(graph, like(graph, golden, 'security.istio.io/v1', 'AuthorizationPolicy', `${golden.intent.metadata.name}-open`, { spec: { selector: identity(golden), action: 'ALLOW', rules: [{}] } })) : false) },
  { name: 'no sidecar', apply: graph => (template(graph).metadata.labels['sidecar.istio.io/inject'] ? void delete template(graph).metadata.labels['sidecar.istio.io/inject'] : false) },
  { name: 'sidecar refused', apply: graph => (template(graph).metadata.labels['sidecar.istio.io/inject'] ? void (template(graph).metadata.labels['sidecar.istio.io/inject'] = 'false') : false) },
  { name: 'inbound traffic kept from the sidecar', apply: graph => (template(graph).metadata.labels['sidecar.istio.io/inject'] ? void (template(graph).metadata.annotations = { 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' }) : false) },
  on('PeerAuthentication', 'permissive', ({ spec }) => void (spec.mtls.mode = 'PERMISSIVE')),
  on('PeerAuthentication', 'disabled', ({ spec }) => void (spec.mtls.mode = 'DISABLE')),
  on('PeerAuthentication', 'one port permissive', ({ spec }) => void (spec.portLevelMtls = { 8080: { mode: 'PERMISSIVE' } })),
  on('PeerAuthentication', 'selects someone else', ({ spec }) => void (spec.selector = { matchLabels: { app: 'other' } })),
  on('PeerAuthentication', 'no mode', ({ spec }) => void delete spec.mtls),
  linkerd('needs nothing', spec => void (spec.requiredAuthenticationRefs = [])),
  linkerd('needs something weaker', spec => void (spec.requiredAuthenticationRefs = [{ group: 'policy.linkerd.io', kind: 'NetworkAuthentication', name: 'all' }])),
  linkerd('targets someone else', spec => void (spec.targetRef.name = 'other')),
  linkerd('targets the namespace', spec => void (spec.targetRef = { kind: 'Namespace', name: 'default', group: 'core' })),
  on('Server', 'another port', ({ spec }) => void (spec.port = 'other')),
  on('Server', 'selects someone else', ({ spec }) => void (spec.podSelector = { matchLabels: { app: 'other' } })),
  on('Server', 'selects all', ({ spec }) => void (spec.podSelector = {})),
  on('MeshTLSAuthentication', 'other identities', ({ spec }) => void (spec.identities = ['evil.serviceaccount.identity.linkerd.cluster.local'])),
  on('MeshTLSAuthentication', 'no identities', ({ spec }) => void delete spec.identities),
  { name: 'no proxy', apply: graph => (template(graph).metadata.annotations?.['linkerd.io/inject'] ? void delete template(graph).metadata.annotations : false) },
  { name: 'ports skipped by the proxy', apply: graph => (template(graph).metadata.annotations?.['linkerd.io/inject'] ? void (template(graph).metadata.annotations['config.linkerd.io/skip-inbound-ports'] = '8080') : false) },

  role('wildcard', { apiGroups: ['*'], resources: ['*'], verbs: ['*'] }),
  role('reads Secrets', { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'] }),
  role('escalates', { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['escalate', 'bind'] }),
  { name: 'RoleBinding to cluster-admin', apply: (graph, golden) => add(graph, like(graph, golden, 'rbac.authorization.k8s.io/v1', 'RoleBinding', golden.intent.metadata.name, { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' }, subjects: [{ kind: 'ServiceAccount', name: golden.intent.metadata.name }] })) },
  { name: 'ClusterRoleBinding', apply: (graph, golden) => add(graph, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: golden.intent.metadata.name }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' }, subjects: [{ kind: 'ServiceAccount', name: golden.intent.metadata.name, namespace: golden.intent.metadata.namespace! }] }) },
  { name: 'Namespace with weaker Pod Security', apply: graph => add(graph, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mine', labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } }) },
  { name: 'Secret with a value', apply: (graph, golden) => add(graph, like(graph, golden, 'v1', 'Secret', `${golden.intent.metadata.name}-x`, { stringData: { password: 'hunter2' } })) },
  { name: 'token Secret', apply: (graph, golden) => add(graph, { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/service-account-token', metadata: { name: 'token', namespace: golden.intent.metadata.namespace!, annotations: { 'kubernetes.io/service-account.name': 'default' } } }) },
  { name: 'bare Pod', apply: (graph, golden) => add(graph, like(graph, golden, 'v1', 'Pod', `${golden.intent.metadata.name}-x`, { spec: { containers: [{ name: 'x', image: 'busybox:1.36' }] } })) },
  { name: 'admission webhook', apply: graph => add(graph, { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration', metadata: { name: 'x' }, webhooks: [] }) },
  on('ServiceAccount', 'mounts its token', object => void (object.automountServiceAccountToken = true)),
  on('ServiceAccount', 'token unsaid', object => void delete object.automountServiceAccountToken),
  on('ServiceAccount', 'cloud role', ({ metadata }) => void (metadata.annotations = { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/admin' })),
  on('ServiceAccount', 'pull secret', object => void (object.imagePullSecrets = [{ name: 'other' }])),

  on('HorizontalPodAutoscaler', 'over the maximum', ({ spec }) => void (spec.maxReplicas = 500)),
  on('HorizontalPodAutoscaler', 'below the minimum', ({ spec }) => void (spec.minReplicas = 1)),
  on('HorizontalPodAutoscaler', 'another target', ({ spec }) => void (spec.scaleTargetRef.name = 'other')),
  on('HorizontalPodAutoscaler', 'another metric', ({ spec }) => void (spec.metrics[0].resource.name = 'memory')),
  on('HorizontalPodAutoscaler', 'another utilisation', ({ spec }) => void (spec.metrics[0].resource.target.averageUtilization = 5)),
  on('HorizontalPodAutoscaler', 'never scales down', ({ spec }) => void (spec.behavior = { scaleDown: { selectPolicy: 'Disabled' } })),
  { name: 'autoscaler and a number of replicas', apply: graph => { const workload = (of(graph, 'Deployment') ?? of(graph, 'StatefulSet')); return of(graph, 'HorizontalPodAutoscaler') && workload ? void (workload.spec.replicas = 2) : false; } },
  { name: 'an autoscaler nobody asked for', apply: (graph, golden) => { const workload = of(graph, 'Deployment'); return !workload || of(graph, 'HorizontalPodAutoscaler') ? false : (delete workload.spec.replicas, add(graph, like(graph, golden, 'autoscaling/v2', 'HorizontalPodAutoscaler', golden.intent.metadata.name, { spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: golden.intent.metadata.name }, minReplicas: 2, maxReplicas: 100, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }] } }))); } },
  on('PodDisruptionBudget', 'selects someone else', ({ spec }) => void (spec.selector = { matchLabels: { app: 'other' } })),
  on('PodDisruptionBudget', 'selects all', ({ spec }) => void (spec.selector = {})),
  on('PodDisruptionBudget', 'everything may go', ({ spec }) => void (spec.maxUnavailable = '100%')),
  on('PodDisruptionBudget', 'nothing may go', ({ spec }) => void (spec.maxUnavailable = 0)),
  on('PodDisruptionBudget', 'minimum as well', ({ spec }) => void (spec.minAvailable = 1)),
  on('ServiceMonitor', 'selects someone else', ({ spec }) => void (spec.selector = { matchLabels: { app: 'other' } })),
  on('ServiceMonitor', 'other namespaces', ({ spec }) => void (spec.namespaceSelector = { any: true })),
  on('ServiceMonitor', 'another path', ({ spec }) => void (spec.endpoints[0].path = '/admin')),
  on('ServiceMonitor', 'another port', ({ spec }) => void (spec.endpoints[0].port = 'other')),
  on('ServiceMonitor', 'a second endpoint', ({ spec }) => void spec.endpoints.push({ port: 'http', path: '/debug/pprof' })),
  on('ServiceMonitor', 'a token from the cluster', ({ spec }) => void (spec.endpoints[0].bearerTokenSecret = { name: 'other', key: 'token' })),
  on('PodMonitor', 'another port', ({ spec }) => void (spec.podMetricsEndpoints[0].port = 'other')),
  on('PodMonitor', 'selects all', ({ spec }) => void (spec.selector = {})),
  on('Cluster', 'another size', ({ spec }) => void (spec.storage.size = '1Ti')),
  on('Cluster', 'another number of instances', ({ spec }) => void (spec.instances = 9)),
  on('Cluster', 'superuser access', ({ spec }) => void (spec.enableSuperuserAccess = true)),

  { name: 'everything in another namespace', apply: graph => { for (const object of graph) object.metadata.namespace = 'kube-system'; } },
  ...['NetworkPolicy', 'Service', 'ServiceAccount', 'PodDisruptionBudget'].map(kind => on(kind, 'in another namespace', ({ metadata }) => void (metadata.namespace = 'kube-system'))),
  { name: 'an object twice', apply: graph => void graph.push(structuredClone(graph[0]!)) },
  { name: 'another name', apply: graph => void (graph[0]!.metadata.name += '-x') },
  { name: 'name not allowed', apply: graph => void (graph[0]!.metadata.name = 'Not_A_Name') },
  { name: 'finalizer', apply: graph => void ((graph[0]!.metadata as Any).finalizers = ['x/y']) },
  { name: 'owner', apply: graph => void ((graph[0]!.metadata as Any).ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: 'node-a1', uid: 'x' }]) },
  { name: 'a label dropped', apply: graph => void delete graph[0]!.metadata.labels!['app.kubernetes.io/managed-by'] },
  { name: 'an extra label', apply: graph => void (graph[0]!.metadata.labels!['istio.io/rev'] = 'none') },
  { name: 'an unserved kind', apply: (graph, golden) => add(graph, like(graph, golden, 'example.com/v1', 'Widget', golden.intent.metadata.name, { spec: {} })) },
  { name: 'an unserved version', apply: graph => { const object = of(graph, 'PodDisruptionBudget'); return object ? void (object.apiVersion = 'policy/v1beta1') : false; } },
  { name: 'unknown field', apply: graph => void ((template(graph).spec.containers[0] as Any).imagePolicy = 'Always') },
  { name: 'misspelt field', apply: graph => { const spec = template(graph).spec; spec.securitycontext = spec.securityContext; delete spec.securityContext; } },
  { name: 'text where a number belongs', apply: graph => { const object = of(graph, 'Deployment'); return object ? void (object.spec.replicas = 'two') : false; } },
  { name: 'nothing at all', apply: graph => void graph.splice(0) },
  { name: 'pull always', apply: (graph) => void (template(graph).spec.containers[0].imagePullPolicy = 'Never') },
  onPod('dangling pull secret', spec => void (spec.imagePullSecrets = [...(spec.imagePullSecrets ?? []), { name: 'nowhere' }])),
];
