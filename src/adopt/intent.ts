/** The intent to compile for adoption: what lies in live ConfigMaps and claims is referred to where it is, nothing of it is made anew. */
import type { Intent } from '../intent/types.ts';
import { inherit } from '../intent/origin.ts';
import type { Json, JsonObject } from '../kubernetes.ts';
import { mainOf, sideOf } from '../import/draft.ts';
import { labelsOf } from '../import/group.ts';
import { droppable, fitted, without } from '../import/fit.ts';
import { asList, filled } from '../import/json.ts';
import { shows } from '../import/shown.ts';
import { storageOf } from '../import/storage.ts';
import { podIn } from '../import/view.ts';
import { synthesise } from '../synthesis/synthesise.ts';
import type { Outcome, Setting } from '../synthesis/synthesise.ts';
import type { Match } from './match.ts';

/** Without overrides, which are worked out anew, and without labels that the pods do not have and would restart to get. */
export function restated({ intent, group }: Match): Intent {
  const side = sideOf(group), claims = new Map([...group.held].filter(([, o]) => o.kind === 'PersistentVolumeClaim'));
  const stated = asList((intent.spec.workload as unknown as JsonObject)['volumes']), shown = stated.some(v => v['mountPath'] === undefined || shows(v));
  const { files, volumes } = storageOf(podIn({ ...side, held: claims }), mainOf(group), true, { shown });
  const { overrides: _, labels, ...spec } = intent.spec, own = labelsOf(group.workload), kept = filled(Object.fromEntries(Object.entries(labels ?? {}).filter(([key, value]) => own[key] === value)));
  const { files: givenFiles, volumes: givenVolumes, ...workload } = spec.workload as unknown as JsonObject;
  // Only what the intent speaks of: the platform mounts some places by itself.
  const of = (found: readonly JsonObject[], given: Json | undefined, ...keys: string[]): JsonObject[] => found.filter(one => asList(given).some(other => keys.some(key => one[key] !== undefined && other[key] === one[key])));
  const stored = filled({ files: of(files, givenFiles, 'path'), volumes: of(volumes, givenVolumes, 'mountPath', 'name') }) ?? {};
  return inherit({ ...intent, spec: { ...spec, workload: { ...workload, ...stored }, ...(kept ? { labels: kept } : {}) } } as unknown as Intent, intent);
}

const mostTries = 12;

/** The graph of it; what the model in use was not taught is left out, since the live object says it in any case. */
export async function compiled(match: Match, setting: Setting): Promise<{ intent: Intent; outcome: Outcome }> {
  let intent = inherit(fitted(restated(match)), match.intent), outcome = await synthesise(intent, setting);
  for (let tries = 0; !outcome.graph.length && droppable(outcome.findings).length && tries < mostTries; tries++) {
    for (const path of droppable(outcome.findings)) intent = without(intent, path);
    intent = inherit(fitted(intent), match.intent);
    outcome = await synthesise(intent, setting);
  }
  return { intent, outcome };
}
