/** Words of the platform's vocabulary, chosen by what they bring about: each is tried once in a small intent of its own. */
import { apiVersion, kind } from '../intent/schema.ts';
import type { Intent } from '../intent/types.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { synthesise } from '../synthesis/synthesise.ts';
import type { Outcome, Setting } from '../synthesis/synthesise.ts';
import { isHeadless, isRoute } from './group.ts';
import { asList, asObject, asText, at, textsOf } from './json.ts';
import { podTemplate } from '../verdict/pod.ts';
import type { Choices } from './draft.ts';

/** A port that no custom knows. */
const unusual = 12345;

/** @param wanted what the input has, so that nothing is tried for nothing */
export async function choicesFor(setting: Setting, wanted: { exposure: boolean; peer: boolean; volumes: boolean; notes: readonly (readonly [key: string, value: string])[] }): Promise<Choices> {
  const { vocabulary } = setting.model.manifest;
  const outcomeOf = (name: string, { workload, ...spec }: JsonObject): Promise<Outcome> =>
    synthesise({ apiVersion, kind, metadata: { name }, spec: { workload: { containerImage, ...asObject(workload) }, ...spec } } as unknown as Intent, setting);
  const tried = async (name: string, spec: JsonObject): Promise<KubeObject[]> => (await outcomeOf(name, spec)).graph;

  const plain = await tried('trial', {});
  const pod = podIn(plain), main = asList(pod['containers'])[0], memory = at(main, 'resources', 'limits', 'memory');
  const exposures: Exposure[] = [];
  for (const word of wanted.exposure ? vocabulary['networking.exposure'] ?? [] : []) {
    let graph = await tried('trial', { networking: { exposure: word, hosts: ['trial.example.org'] } });
    if (!graph.length) graph = await tried('trial', { networking: { exposure: word } });
    const service = graph.find(o => o.kind === 'Service' && !isHeadless(o));
    if (graph.length) exposures.push({ word, reached: service !== undefined, route: graph.find(o => isRoute(o.kind))?.kind, type: service && asText(at(service['spec'], 'type') ?? 'ClusterIP') });
  }
  let peer: string | undefined;
  for (const type of wanted.peer && peer === undefined ? vocabulary['dependencies[].type'] ?? [] : []) {
    const graph = await tried('trial', { dependencies: [{ name: 'peer', type, port: unusual }] });
    const policies = graph.filter(o => o.kind === 'NetworkPolicy');
    if (JSON.stringify(policies).includes(String(unusual)) && policies.some(p => textsOf(p as JsonObject).includes('peer'))) { peer = type; break; }
  }
  // Which are an intent's to state, the checker says. Values of one service recur in others.
  const noted = new Set<string>();
  for (const note of new Map(wanted.notes.map(note => [JSON.stringify(note), note])).values()) {
    if (!plain.length) break;
    const { verdict, findings } = await outcomeOf('trial', { workload: { pod: { annotations: Object.fromEntries([note]) } } });
    if (verdict !== 'refused' || !findings.some(f => noteRules.has(f.rule))) noted.add(JSON.stringify(note));
  }
  return {
    peer, memory, notes: (key, value) => noted.has(JSON.stringify([key, value])), spread: asList(pod['topologySpreadConstraints']).length > 0,
    volumes: { taken: new Map(asList(main?.['volumeMounts']).map(m => [asText(m['name']), asText(m['mountPath'])])), shown: wanted.volumes && showsAside(await tried('trial', beside)), named: wanted.volumes && keepsName(await tried('trial', claiming)) },
    selector(name) {
      const labels = at(plain.find(o => podTemplate(o) !== undefined)?.['spec'], 'selector', 'matchLabels');
      return labels === undefined ? undefined : Object.fromEntries(Object.entries(asObject(labels)).map(([key, value]) => [key, value === 'trial' ? name : value]));
    },
    exposure(reached, routed, type) {
      // What saying nothing brings about needs no word.
      const found = !reached && !routed && plain.length && !plain.some(o => o.kind === 'Service' || isRoute(o.kind)) ? undefined : nearest(exposures, reached, routed, type);
      return { word: found?.word, route: found?.route, type: found?.type };
    },
  };
}

export interface Exposure { word: string; reached: boolean; route: string | undefined; /** Of the Service. */ type: string | undefined }
/** The word that brings about what is wanted; where none leads to a Service of that type, the usual one is nearest, and where none routes, one that at least reaches. */
export function nearest(exposures: readonly Exposure[], reached: boolean, routed: boolean, type = 'ClusterIP'): Exposure | undefined {
  const alike = exposures.filter(e => e.reached === reached), routing = alike.filter(e => (e.route !== undefined) === routed), fit = routing.length ? routing : routed ? alike : [];
  return fit.find(e => e.type === type) ?? fit.find(e => e.type === 'ClusterIP') ?? fit[0];
}

const containerImage = 'example.org/trial:1.0.0';
const podIn = (graph: readonly KubeObject[]): JsonObject => graph.map(o => podTemplate(o)?.spec).find(p => p !== undefined) ?? {};
const volumeIn = (graph: readonly KubeObject[], name: string): JsonObject | undefined => asList(podIn(graph)['volumes']).find(v => v['name'] === name);

/** What the checker says against an annotation itself; whatever else it has against a trial is no matter of the annotation. */
const noteRules = new Set(['metadata-reserved', 'annotations-differ', 'invalid-object', 'field-not-taught']);

/** A volume of a ConfigMap that only an init container mounts. */
const beside: JsonObject = { workload: { volumes: [{ name: 'aside', configMap: { name: 'shown' } }], init: [{ name: 'early', containerImage, volumeMounts: [{ name: 'aside', mountPath: '/aside' }] }] } };
const showsAside = (graph: readonly KubeObject[]): boolean => at(volumeIn(graph, 'aside'), 'configMap', 'name') === 'shown' && !asList(podIn(graph)['containers']).some(c => asList(c['volumeMounts']).some(m => m['name'] === 'aside'));

/** A claim of which the name is stated. */
const claiming: JsonObject = { workload: { volumes: [{ name: 'data', mountPath: '/data', size: '1Gi', claimName: 'kept' }] } };
const keepsName = (graph: readonly KubeObject[]): boolean => {
  const claims = graph.filter(o => o.kind === 'PersistentVolumeClaim');
  return claims.length === 1 && claims[0]!.metadata.name === 'kept' && at(volumeIn(graph, 'data'), 'persistentVolumeClaim', 'claimName') === 'kept';
};
