/**
 * Who can reach the pod and whom it can reach: the union of every NetworkPolicy that selects it, from the graph and
 * from the cluster, taken apart into single openings (one peer, one port) and compared with those called for.
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
import type { Finding } from '../../diagnostic.ts';
import type { Json, JsonObject, KubeObject } from '../../kubernetes.ts';
import { objectName } from '../../kubernetes.ts';
import { ofKindIn } from '../../snapshot/objects.ts';
import { canonical } from '../equal.ts';
import { selectorMatches } from '../selector.ts';
import { asList, asObject, asText, at } from '../types.ts';
import type { Allowance } from './envelope.ts';
import type { Reading } from './reading.ts';

type Direction = 'ingress' | 'egress';
const anyone = 'anyone';
const anyPort = 'any port';

const selectorText = (selector: Json | undefined): string | undefined => {
  if (selector === undefined) return undefined;
  const { matchLabels, matchExpressions } = asObject(selector);
  return canonical({ ...(Object.keys(asObject(matchLabels)).length ? { matchLabels } : {}), ...(asList(matchExpressions).length ? { matchExpressions } : {}) });
};

const peerText = (peer: JsonObject): string => {
  const namespaces = selectorText(peer.namespaceSelector);
  const pods = selectorText(peer.podSelector);
  if (peer.ipBlock) {
    const { cidr, except } = asObject(peer.ipBlock);
    // An API server refuses a peer that is both; here it must not pass for either.
    const both = namespaces === undefined && pods === undefined ? '' : ' and pods at once';
    return `addresses ${asText(cidr)}${Array.isArray(except) && except.length ? ` except ${except.map(asText).sort().join(', ')}` : ''}${both}`;
  }
  if (namespaces === undefined && pods === undefined) return anyone;
  return `pods ${pods ?? '{}'} in ${namespaces === undefined ? 'this namespace' : `namespaces ${namespaces}`}`;
};

const portText = (port: JsonObject, resolve: (name: string) => Json): string => {
  const number = typeof port.port === 'string' ? resolve(port.port) : port.port;
  return `${asText(port.protocol ?? 'TCP')} ${number === undefined ? anyPort : asText(number)}${port.endPort === undefined ? '' : `-${asText(port.endPort)}`}`;
};

/** One line for each (peer, port) the rules open, and how often: two declared hosts may need the same opening. */
const openings = (rules: JsonObject[], direction: Direction, resolve: (name: string) => Json): Map<string, number> => {
  const lines = new Map<string, number>();
  for (const rule of rules) {
    const peers = asList(direction === 'ingress' ? rule.from : rule.to);
    const ports = asList(rule.ports);
    for (const peer of peers.length ? peers.map(peerText) : [anyone])
      for (const port of ports.length ? ports.map(port => portText(port, resolve)) : [anyPort]) lines.set(`${peer}, ${port}`, (lines.get(`${peer}, ${port}`) ?? 0) + 1);
  }
  return lines;
};

const governs = (policy: KubeObject, direction: Direction): boolean => {
  const types = at(policy.spec, 'policyTypes');
  const type = direction === 'ingress' ? 'Ingress' : 'Egress';
  // Without policyTypes a policy governs ingress always and egress when it has egress rules.
  return Array.isArray(types) && types.length ? types.includes(type) : direction === 'ingress' || at(policy.spec, 'egress') !== undefined;
};

export const checkNetwork = (reading: Reading, allowance: Allowance, licensed: KubeObject[]): Finding[] => {
  const labels = asObject(reading.template.metadata.labels);
  const isPolicy = (object: KubeObject) => object.kind === 'NetworkPolicy' && object.apiVersion.startsWith('networking.k8s.io/') && object.metadata.namespace === reading.namespace;
  const written = reading.graph.filter(isPolicy);
  // Extra objects of the intent's overrides open what the developer asked for in so many words.
  const asked = licensed.filter(isPolicy);
  const existing = ofKindIn(reading.snapshot, 'NetworkPolicy', reading.namespace).filter(object => isPolicy(object) && ![...written, ...asked].some(other => other.metadata.name === object.metadata.name));
  const selecting = (policies: KubeObject[]) => policies.filter(policy => selectorMatches(at(policy.spec, 'podSelector'), labels));
  // The name of a port means the pod's own port on the way in; on the way out it would be looked up in each destination.
  const own = (name: string): Json => asList(reading.main.ports).find(port => port.name === name)?.containerPort ?? name;
  const findings: Finding[] = [];
  for (const direction of ['ingress', 'egress'] as const) {
    const policies = selecting([...written, ...existing]).filter(policy => governs(policy, direction));
    const finding = (rule: string, object: string, message: string, fix: string) => void findings.push({ rule, severity: 'refused', object, path: `spec.${direction}`, message, fix });
    if (!policies.some(policy => written.includes(policy))) {
      finding(`${direction}-open`, '', `no NetworkPolicy of the graph governs ${direction} of the pod, so everything is open`, `Write a NetworkPolicy with the pod's labels and policyTypes including ${direction === 'ingress' ? 'Ingress' : 'Egress'}.`);
      continue;
    }
    const resolve = direction === 'ingress' ? own : (name: string): Json => `named ${name}`;
    const called = openings(direction === 'ingress' ? allowance.ingress : allowance.egress, direction, resolve);
    const opened = new Set<string>();
    for (const policy of policies) {
      for (const [line, times] of openings(asList(at(policy.spec, direction)), direction, resolve)) {
        opened.add(line);
        if (times > (called.get(line) ?? times) && written.includes(policy)) finding('item-duplicate', objectName(policy), `opens ${line} ${times} times, which is called for ${called.get(line)} times`, 'Say it once.');
        if (!called.has(line)) finding(`${direction}-wider`, objectName(policy), `opens ${direction === 'ingress' ? 'to' : 'the way to'} ${line}, which nothing in the intent calls for`, existing.includes(policy) ? 'This policy exists in the cluster already: narrow it, or declare the opening.' : 'Remove the rule, or declare the opening in the intent.');
      }
    }
    for (const line of called.keys())
      if (!opened.has(line)) finding(`${direction}-missing`, written[0] ? objectName(written[0]) : '', `${direction} ${direction === 'ingress' ? 'from' : 'to'} ${line} is called for and not opened`, 'Add the rule.');
  }
  for (const policy of written)
    if (!selectorMatches(at(policy.spec, 'podSelector'), labels)) findings.push({ rule: 'selector-misses', severity: 'refused', object: objectName(policy), path: 'spec.podSelector', message: 'does not select the pod', fix: "Use the pod's labels." });
  return findings;
};
