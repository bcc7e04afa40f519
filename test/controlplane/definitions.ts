/** CustomResourceDefinitions come to a control plane and go from it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlPlane } from './controlplane.ts';
import type { Crd } from './crds.ts';

type Request = ControlPlane['request'];

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Creates them and waits until discovery and OpenAPI serve them all. */
export async function installCrds(request: Request, crds: Crd[]): Promise<void> {
  const installed: Crd[] = [];
  for (const crd of crds) {
    let made = await request('POST', definitions, crd);
    // One that is there is as good, unless it is about to go.
    for (; made.status === 409; await sleep(100)) {
      const there = await request('GET', `${definitions}/${crd.metadata.name}`);
      if (there.status === 200 && !there.text.includes('"deletionTimestamp"')) break;
      made = await request('POST', definitions, crd);
    }
    // Its rules use functions that came with a later version: this one cannot have the kind.
    if (made.status === 422 && made.text.includes('undeclared reference')) continue;
    installed.push(crd);
    if (made.status !== 201 && made.status !== 409) throw new Error(`${crd.metadata.name}: ${made.text}`);
  }
  const patience = Date.now() + 150_000;
  for (const { spec } of installed) for (const { name: version } of spec.versions.filter(v => v.served)) {
    const path = `/apis/${spec.group}/${version}`;
    for (;;) {
      const discovery = await request('GET', path);
      const openapi = await request('GET', `/openapi/v3${path}`);
      if (discovery.status === 200 && discovery.text.includes(`"name":"${spec.names.plural}"`) && openapi.status === 200 && openapi.text.includes(`/${spec.names.plural}"`)) break;
      if (Date.now() > patience) throw new Error(`${spec.names.plural}.${spec.group}/${version} is not served after 150 s (discovery: HTTP ${discovery.status}, OpenAPI: HTTP ${openapi.status})`);
      await sleep(150);
    }
  }
}

/**
 * Deletes them and waits until they are gone. A server whose storage of a kind is being set up anew fails to delete its objects, and tries again after a minute or so, unless
 * the definition changes.
 */
export async function uninstallCrds(request: Request, crds: Crd[]): Promise<void> {
  const paths = crds.map(crd => `${definitions}/${crd.metadata.name}`), patience = Date.now() + 150_000;
  for (const path of paths) await request('DELETE', path);
  for (let left = paths, tries = 1; left.length; tries++) {
    if (Date.now() > patience) throw new Error(`${left.join(', ')} did not go within 150 s`);
    await sleep(200);
    const answers = await Promise.all(left.map(path => request('GET', path)));
    left = left.filter((_, at) => answers[at]!.status !== 404);
    if (tries % 10 === 0) for (const path of left) await request('PATCH', path, { metadata: { annotations: { tries: String(tries) } } }, 'application/merge-patch+json');
  }
}
