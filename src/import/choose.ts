/** Words of the platform's vocabulary, chosen by what they bring about: each is tried once in a small intent of its own. */
import { apiVersion, kind } from '../intent/schema.ts';
import type { Intent } from '../intent/types.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { synthesise } from '../synthesis/synthesise.ts';
import type { Setting } from '../synthesis/synthesise.ts';
import { isHeadless, isRoute } from './group.ts';
import { asList, at, textsOf } from './json.ts';
import { podTemplate } from '../verdict/pod.ts';
import type { Choices } from './draft.ts';

/** A port that no custom knows. */
const unusual = 12345;

export async function choicesFor(setting: Setting, wanted: { exposure: boolean; peer: boolean }): Promise<Choices> {
  const { vocabulary } = setting.model.manifest;
  const tried = async (name: string, spec: JsonObject): Promise<KubeObject[]> =>
    (await synthesise({ apiVersion, kind, metadata: { name }, spec: { workload: { containerImage: 'example.org/trial:1.0.0' }, ...spec } } as unknown as Intent, setting)).graph;

  const plain = await tried('trial', {});
  const memory = at(asList(plain.map(o => podTemplate(o)?.spec).find(p => p !== undefined)?.['containers'])[0], 'resources', 'limits', 'memory');
  const exposures: { word: string; reached: boolean; route: string | undefined }[] = [];
  for (const word of wanted.exposure ? vocabulary['networking.exposure'] ?? [] : []) {
    let graph = await tried('trial', { networking: { exposure: word, hosts: ['trial.example.org'] } });
    if (!graph.length) graph = await tried('trial', { networking: { exposure: word } });
    if (graph.length) exposures.push({ word, reached: graph.some(o => o.kind === 'Service' && !isHeadless(o)), route: graph.find(o => isRoute(o.kind))?.kind });
  }
  let peer: string | undefined;
  for (const type of wanted.peer && peer === undefined ? vocabulary['dependencies[].type'] ?? [] : []) {
    const graph = await tried('trial', { dependencies: [{ name: 'peer', type, port: unusual }] });
    const policies = graph.filter(o => o.kind === 'NetworkPolicy');
    if (JSON.stringify(policies).includes(String(unusual)) && policies.some(p => textsOf(p as JsonObject).includes('peer'))) { peer = type; break; }
  }
  return {
    peer, memory,
    exposure(reached, routed) {
      // What saying nothing brings about needs no word.
      if (!reached && !routed && plain.length && !plain.some(o => o.kind === 'Service' || isRoute(o.kind))) return { word: undefined, route: undefined };
      const found = exposures.find(e => e.reached === reached && (e.route !== undefined) === routed) ?? (routed ? exposures.find(e => e.reached === reached && e.route === undefined) : undefined);
      return { word: found?.word, route: found?.route };
    },
  };
}
