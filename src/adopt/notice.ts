/** What somebody should know of the former keepers of live objects before these are taken from them. */
import type { Finding } from '../diagnostic.ts';
import { objectName } from '../kubernetes.ts';
import { releaseOf } from '../import/clean.ts';
import { asObject, at } from '../import/json.ts';
import type { Match } from './match.ts';
import { appliersOf } from './release.ts';

export function noticed({ group, workload, taken, intent }: Match): Finding[] {
  const object = objectName(workload), out: Finding[] = [], { name } = intent.metadata;
  const releases = [...new Set(taken.map(releaseOf).filter(r => r !== undefined))].sort();
  for (const release of releases) {
    out.push({ rule: 'adopt-helm-release', severity: 'warning', object, path: 'metadata.annotations["meta.helm.sh/release-name"]', message: `the Helm release ${release} still lists it: \`helm uninstall\` or \`helm upgrade\` would delete or change what is adopted`,
      fix: `Once adopted, delete the release's record, which adopt never does: kubectl -n ${workload.metadata.namespace ?? 'default'} delete secret -l owner=helm,name=${release}. Or set helm.sh/resource-policy: keep in the chart and upgrade once more before adopting.` });
  }
  const appliers = [...new Set(taken.flatMap(appliersOf))].sort();
  if (appliers.length) out.push({ rule: 'adopt-applied-by-others', severity: 'warning', object, path: 'metadata.managedFields', message: `${appliers.join(', ')} applied some of it and will do so again`, fix: 'Take these objects out of what they apply, without deleting them, before adopting.' });
  if (group.name !== name) out.push({ rule: 'adopt-renamed', severity: 'warning', object: `ServiceIntent/${name}`, path: 'metadata.name', message: `the intent was called ${group.name}; objects cannot be renamed, so it is called as ${object} is`, fix: `Keep the intent under this name; Service/${group.name} stays, under overrides.objects.` });
  const paused = at(asObject(workload['spec']), 'paused');
  if (paused === true) out.push({ rule: 'adopt-paused', severity: 'warning', object, path: 'spec.paused', message: 'its rollout is paused, and stays so', fix: 'Resume it before adopting, or take the override out afterwards.' });
  return out;
}
