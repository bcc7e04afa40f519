/** Harm done to what the pods may ask of the API server, where the intent states permissions. */
import type { KubeObject } from '../../src/kubernetes.ts';
import { add, like, of, on, onPod, type Any, type Mutation } from './edits.ts';

const rbac = 'rbac.authorization.k8s.io/v1';
const role = (name: string, change: (rules: Any[], object: Any) => boolean | void): Mutation => on('Role', name, object => change(object.rules, object));
const binding = (name: string, change: (object: Any) => boolean | void): Mutation => on('RoleBinding', name, change);
const narrowed = (rules: Any[]): Any | undefined => rules.find(rule => rule.resourceNames);
const granting = (graph: KubeObject[]): boolean => of(graph, 'Role') !== undefined;

export const permissions: Mutation[] = [
  role('a further verb', rules => void rules[0]!.verbs.push('delete')),
  role('every verb', rules => void (rules[0]!.verbs = ['*'])),
  role('a verb less', rules => void rules[0]!.verbs.pop()),
  role('a further resource', rules => void rules[0]!.resources.push('secrets')),
  role('every resource', rules => void (rules[0]!.resources = ['*'])),
  role('a subresource of every resource', rules => void (rules[0]!.resources = ['*/scale'])),
  role('another group', rules => void (rules[0]!.apiGroups = ['apps'])),
  role('every group', rules => void (rules[0]!.apiGroups = ['*'])),
  role('no longer by name', rules => (narrowed(rules) ? void delete narrowed(rules)!.resourceNames : false)),
  role('no names at all, which are all', rules => (narrowed(rules) ? void (narrowed(rules)!.resourceNames = []) : false)),
  role('another name', rules => (narrowed(rules) ? void (narrowed(rules)!.resourceNames = ['other']) : false)),
  role('names of one rule on another', rules => (rules.length > 1 && narrowed(rules) ? void (rules[0]!.resourceNames = narrowed(rules)!.resourceNames, delete rules[1]!.resourceNames) : false)),
  role('a further rule', rules => void rules.push({ apiGroups: [''], resources: ['secrets'], verbs: ['get'] })),
  role('a rule about addresses', rules => void rules.push({ nonResourceURLs: ['/metrics'], verbs: ['get'] })),
  role('a rule less', rules => void rules.pop()),
  role('no rules', (_, object) => void delete object.rules),
  role('gathers other roles', (_, object) => void (object.aggregationRule = { clusterRoleSelectors: [{}] })),
  role('is one of all namespaces', (_, object) => { object.kind = 'ClusterRole'; delete object.metadata.namespace; }),
  role('in another namespace', (_, object) => void (object.metadata.namespace = 'kube-system')),
  { name: 'Role: removed', apply: graph => (granting(graph) ? void graph.splice(graph.findIndex(({ kind }) => kind === 'Role'), 1) : false) },
  { name: 'Role: a second, wider one', apply: (graph, golden) => (granting(graph) ? add(graph, like(graph, golden, rbac, 'Role', `${golden.intent.metadata.name}-more`, { rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] })) : false) },

  { name: 'RoleBinding: removed', apply: graph => (granting(graph) ? void graph.splice(graph.findIndex(({ kind }) => kind === 'RoleBinding'), 1) : false) },
  binding('to another account', ({ subjects }) => void (subjects[0].name = 'other')),
  binding('to an account of another namespace', ({ subjects }) => void (subjects[0].namespace = 'kube-system')),
  binding('to every account', ({ subjects }) => void (subjects[0] = { kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'system:serviceaccounts' })),
  binding('to a person', ({ subjects }) => void (subjects[0] = { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'mallory' })),
  binding('to a further account', ({ subjects, metadata }) => void subjects.push({ kind: 'ServiceAccount', name: 'default', namespace: metadata.namespace })),
  binding('to nobody', object => void delete object.subjects),
  binding('of another Role', ({ roleRef }) => void (roleRef.name = 'admin')),
  binding('of a ClusterRole', ({ roleRef }) => void (roleRef.kind = 'ClusterRole')),
  binding('in another namespace', ({ metadata }) => void (metadata.namespace = 'kube-system')),
  { name: 'RoleBinding: a second one', apply: (graph, golden) => (granting(graph) ? add(graph, like(graph, golden, rbac, 'RoleBinding', `${golden.intent.metadata.name}-more`, { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: golden.intent.metadata.name }, subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: golden.intent.metadata.namespace! }] })) : false) },
  onPod('permissions without a token', spec => (spec.automountServiceAccountToken === true ? void (spec.automountServiceAccountToken = false) : false)),
  onPod('permissions with a token left to the account', spec => (spec.automountServiceAccountToken === true ? void delete spec.automountServiceAccountToken : false)),
  { name: 'ServiceAccount: mounts its token where permissions are stated', apply: graph => (granting(graph) && of(graph, 'ServiceAccount') ? void (of(graph, 'ServiceAccount')!.automountServiceAccountToken = true) : false) },
];
