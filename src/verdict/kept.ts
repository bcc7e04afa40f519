/** What a server keeps of an object that it takes: fields of a feature that is off there are dropped without a word. */
import { isDeepStrictEqual } from 'node:util';
import type { Finding } from '../diagnostic.ts';
import { isMap, objectName } from '../kubernetes.ts';
import type { Json, KubeObject } from '../kubernetes.ts';

/** What says nothing may be left out: an API server omits empty and zero values of many fields. */
const saysNothing = (value: Json): boolean => value === null || value === false || value === 0 || value === '' || (Array.isArray(value) ? value.every(saysNothing) : isMap(value) && Object.values(value).every(saysNothing));

/**
 * Paths of `sent` that `kept` lacks. Values are not compared: servers write quantities, times and defaults in their own way.
 * @returns paths such as `spec.template.spec.initContainers[0].restartPolicy`, the outermost of each part that is missing
 */
export function dropped(sent: Json, kept: Json | undefined, path = ''): string[] {
  if (kept === undefined) return saysNothing(sent) ? [] : [path];
  if (isMap(sent) && isMap(kept)) return Object.entries(sent).flatMap(([key, value]) => dropped(value, kept[key], path ? `${path}.${key}` : key));
  if (Array.isArray(sent) && Array.isArray(kept)) return sent.flatMap((item, i) => dropped(item, counterpart(item, i, sent, kept), `${path}[${i}]`));
  return [];
}

/** Others may have added items to a list, so its own are found by name, by place where none came or went, else by what they hold. */
function counterpart(item: Json, index: number, sent: readonly Json[], kept: readonly Json[]): Json | undefined {
  const named = isMap(item) && item['name'] !== undefined ? kept.find(k => isMap(k) && k['name'] === item['name']) : undefined;
  return named ?? (sent.length === kept.length ? kept[index] : kept.find(k => (isMap(item) ? dropped(item, k).length === 0 : isDeepStrictEqual(item, k))));
}

/** One finding for an object of which the server would keep only a part. @param kept what a dry run gives back */
export function droppedFindings(object: KubeObject, kept: Json): Finding[] {
  const paths = dropped(object as unknown as Json, kept);
  return paths.length === 0 ? [] : [{
    rule: 'server-dry-run', severity: 'review', object: objectName(object), path: paths[0]!,
    message: `the API server takes the object and drops ${paths.join(', ')}: a feature of it is off, or something that admits objects takes this out`,
    fix: 'Turn the feature on in the API server, or see which admission webhook or policy changes it.',
  }];
}
