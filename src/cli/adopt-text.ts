/** What `adopt` says beforehand: for people, and as a report. */
import type { Adoption, AdoptedObject } from '../adopt/types.ts';
import type { Json } from '../kubernetes.ts';
import type { FieldChange } from '../plan/types.ts';
import { findingJson, printable } from './output.ts';

export interface Planned { namespace: string; adoption: Adoption }

const name = ({ namespace, adoption: { intent } }: Planned): string => `${namespace}/${intent.metadata.name}`;

export const adoptionText = (planned: readonly Planned[]): string => printable(planned.flatMap(p => [`${name(p)}: ${summary(p.adoption)}`, ...lines(p.adoption)]).map(line => `${line}\n`).join(''));

const counted = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
const of = (objects: readonly AdoptedObject[], action: AdoptedObject['action']): AdoptedObject[] => objects.filter(o => o.action === action);

function summary({ verdict, objects, restarts, overrides }: Adoption): string {
  if (verdict !== 'accepted' && !objects.length) return verdict === 'review' ? 'needs review' : 'cannot be adopted';
  const pods = restarts.reduce((n, r) => n + r.pods, 0), parts = [
    `${of(objects, 'take').length} to take over`, ...(of(objects, 'own').length ? [`${of(objects, 'own').length} the intent's already`] : []), ...(of(objects, 'create').length ? [`${of(objects, 'create').length} to create`] : []),
    restarts.length ? `${counted(pods, 'pod')} would restart` : 'no pod restarts', `${counted(overrides.identity + overrides.restart + overrides.objects, 'override')} (${overrides.restart} only to avoid a restart)`,
  ];
  return `${verdict === 'accepted' ? '' : verdict === 'review' ? 'needs review: ' : 'refused as it is: '}${parts.join(', ')}`;
}

const longest = 90;
const shown = (value: Json | undefined): string => { const text = value === undefined ? 'nothing' : JSON.stringify(value); return text.length > longest ? `${text.slice(0, longest - 1)}…` : text; };
const fieldLine = ({ path, from, to }: FieldChange): string => `      ${path}: ${shown(from)} -> ${shown(to)}`;

/** That labels say who manages an object now goes without saying; the report has it. */
const isNews = ({ path }: FieldChange): boolean => !/^metadata\.(labels|annotations)\b/.test(path);

function lines({ objects, restarts, left, avoiding }: Adoption): string[] {
  const signs = { take: '>', own: '=', create: '+' } as const;
  return [
    ...objects.flatMap(({ object, action, fields, from }) => [`  ${signs[action]} ${object}${from.length ? ` (from ${from.join(', ')})` : ''}`, ...(action === 'create' ? [] : fields.filter(isNews).map(fieldLine))]),
    ...restarts.flatMap(({ workload, pods, fields }) => [`  ! ${workload}: ${counted(pods, 'pod')} would restart, by`, ...fields.map(fieldLine)]),
    ...left.map(({ object, because }) => `    ${object} stays outside: ${because}`),
    ...(avoiding.length ? [`    only to avoid a restart: ${avoiding.join(', ')}`] : []),
  ];
}

export const adoptionReport = (planned: readonly Planned[]): Record<string, unknown>[] => planned.map(p => {
  const { intent: _i, graph: _g, seen: _s, findings, ...rest } = p.adoption;
  return { intent: name(p), ...rest, findings: findings.map(findingJson) };
});
