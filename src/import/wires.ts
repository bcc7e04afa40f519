/** Who calls whom: a Service's name in the variables, arguments or files of another workload. */
import type { JsonObject } from '../kubernetes.ts';
import { podOf } from './group.ts';
import type { Group } from './group.ts';
import { asList, at, textsOf } from './json.ts';
import { filesOf } from './mounted.ts';
import { environmentOf } from './pod-view.ts';
import { podIn, serviceKey } from './view.ts';
import { sideOf } from './draft.ts';
import type { Wires } from './draft.ts';

/** Everything a group's containers read. */
export function readBy(group: Group): string[] {
  const pod = podIn(sideOf(group)), { containers, initContainers } = podOf(group.workload).spec;
  return [...asList(containers), ...asList(initContainers)].flatMap(c => [
    ...textsOf(environmentOf(pod, c).variables), ...textsOf(c['command']), ...textsOf(c['args']), ...filesOf(pod, c).map(f => f.content),
  ]);
}

const mentions = (text: string, name: string, namespace: string | undefined): RegExpExecArray | null =>
  new RegExp(`(?<![\\w.-])${name.replaceAll('.', '\\.')}(?:\\.${namespace ?? '[a-z0-9-]+'}(?:\\.svc(?:\\.cluster\\.local)?)?)?(?::(\\d+))?(?![\\w-]|\\.[a-z])`).exec(text);
/** A word such as `db` also means itself; with a scheme, a port or alone it means the Service. */
const isAddress = (text: string, found: RegExpExecArray): boolean =>
  found[1] !== undefined || found[0] === text.trim() || found[0].includes('.') || text.slice(0, found.index).endsWith('//') || text.slice(0, found.index).endsWith('@') || /[-_]/.test(found[0]);

/** @param names by which a group's Services are found in texts; empty when nobody mentions one */
export function wiresOf(groups: readonly Group[]): Map<Group, Wires> {
  const wires = new Map(groups.map((g): [Group, Wires] => [g, { to: [], from: [] }]));
  for (const caller of groups) {
    const texts = readBy(caller);
    for (const callee of groups) {
      if (callee === caller) continue;
      for (const service of callee.services) {
        const found = texts.flatMap(text => { const m = mentions(text, service.metadata.name, callee.namespace); return m && isAddress(text, m) ? [m] : []; });
        if (!found.length) continue;
        const pod = podIn(sideOf(callee)), offered = asList(at(service['spec'], 'ports'));
        const stated = found.map(m => m[1]).filter(p => p !== undefined).map(Number);
        const targets = offered.filter(p => !stated.length || stated.includes(p['port'] as number)).map(p => Number(serviceKey(p, pod).split('/')[0]));
        for (const port of [...new Set(targets.length ? targets : offered.slice(0, 1).map(p => Number(serviceKey(p, pod).split('/')[0])))]) {
          const { to } = wires.get(caller)!, { from } = wires.get(callee)!;
          // An intent names a dependency once; further ports of it stay with the one name.
          if (!Number.isNaN(port) && !to.some(w => w.name === callee.name && w.namespace === callee.namespace)) to.push({ name: callee.name, namespace: callee.namespace, port });
          if (!from.some(w => w.name === caller.name)) from.push({ name: caller.name, namespace: caller.namespace });
        }
      }
    }
  }
  return wires;
}

/** Whether anybody in the input calls a Service by its name, which then is an effect and not only a name. */
export const isCalled = (groups: readonly Group[], service: string): boolean =>
  groups.some(g => [...readBy(g), ...textsOf(g.extras as JsonObject[])].some(text => mentions(text, service, undefined) !== null));
