/** How far behind reality the agent is while the cluster changes under many services. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MANAGER } from '../../src/change/managed-fields.ts';
import { INTENT_LABEL } from '../../src/change/ownership.ts';
import { collectionPath } from '../../src/change/paths.ts';
import { numberOf, revisionsPath } from '../../src/change/revision.ts';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import type { ControlPlane } from '../../test/controlplane/controlplane.ts';
import { merge, until } from '../../test/operator/harness.ts';
import { startAgent } from './agent.ts';
import { atOnce, createAll, fleet, list, progress, raise, settings, standings } from './cluster.ts';
import { figure, took } from './figures.ts';
import type { Measure } from './figures.ts';

const policies = '/apis/networking.k8s.io/v1/networkpolicies?labelSelector=synthesis.platform/intent', tokens = '/apis/security.istio.io/v1/requestauthentications';

/** The three writes of each service that follows a change, sent as they are: of the time behind, what is not the agent's. */
async function bareWrites(plane: ControlPlane): Promise<void> {
  const newest = new Map<string, KubeObject>();
  for (const revision of (await list(plane, revisionsPath())).sort((a, b) => numberOf(a) - numberOf(b))) newest.set(`${revision.metadata.namespace}/${revision.metadata.labels?.[INTENT_LABEL]}`, revision);
  const query = new URLSearchParams({ fieldManager: MANAGER, force: 'true', fieldValidation: 'Strict' });
  await atOnce(await list(plane, tokens), 8, async ({ apiVersion, kind, metadata: { namespace, name, labels }, spec }) => {
    const changed = { apiVersion, kind, metadata: { namespace, name, labels }, spec: JSON.parse(JSON.stringify(spec).replaceAll('https://id-9.', 'https://id-10.')) as JsonObject };
    const path = `${collectionPath(apiVersion, 'requestauthentications', namespace)}/${name}`, { metadata, ...recorded } = newest.get(`${namespace}/${labels?.[INTENT_LABEL]}`)!;
    for (const [method, at, body, type] of [
      ['PATCH', `${path}?${query}&dryRun=All`, changed, 'application/apply-patch+yaml'],
      ['POST', revisionsPath(namespace), { ...recorded, metadata: { namespace, name: `${metadata.name}-again`, labels: metadata.labels, ownerReferences: metadata['ownerReferences'] } }, undefined],
      ['PATCH', `${path}?${query}`, changed, 'application/apply-patch+yaml'],
    ] as const) {
      const { status, text } = await plane.request(method, at, body, type);
      if (status >= 300) throw new Error(`${method} ${at}: ${text.slice(0, 300)}`);
    }
  });
}

export const events: Measure = async ({ services, limit, controllers }, figures, say) => {
  const { plane, kubeconfig, namespaces } = await raise(['team-0', 'team-1', 'team-2', 'elsewhere'], controllers), teams = namespaces.slice(0, 3);
  try {
    const agent = await startAgent(kubeconfig), intents = fleet(services, teams), patience = performance.now() + limit * 1000;
    const left = (): number => Math.max(1, (patience - performance.now()) / 1000);
    const converged = await took(async () => {
      await createAll(plane, intents);
      await until(`${services} intents to be applied`, async () => { const all = await standings(plane); say(progress(all)); await sleep(1000); return all.filter(s => s.applied).length === services; }, left());
    });
    figures.push(figure('events/services', services, 'services'), figure('events/converged', converged / 1000, 's'));
    await agent.settled(left(), 3000);

    // Ten that may concern everybody and, looked at, concern nobody: load on nodes within its bucket, other people's objects.
    let began = performance.now();
    await agent.delays();
    for (let i = 0; i < 10; i++) {
      if (i % 2) await plane.request('POST', '/api/v1/namespaces/elsewhere/pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: `load-${i}` }, spec: { nodeName: 'node-a1', containers: [{ name: 'load', image: 'registry.example/load:1', resources: { requests: { cpu: '50m' } } }] } });
      else await plane.request('POST', '/api/v1/namespaces/elsewhere/services', { apiVersion: 'v1', kind: 'Service', metadata: { name: `other-${i}` }, spec: { ports: [{ port: 80 }] } });
    }
    let last = performance.now();
    await agent.settled(left(), 1500);
    figures.push(figure('events/unconcerned/behind', (await agent.delays()).most, 'ms or less', 2000));
    say(`unconcerned: sent in ${Math.round(last - began)} ms`);

    // Ten services each of which somebody breaks: their policies are opened to everybody.
    const open = (await list(plane, policies)).filter(p => p.metadata.name.startsWith('svc-') && p.metadata.namespace !== 'elsewhere').slice(0, 10);
    began = performance.now();
    for (const { metadata } of open) await merge(plane, `/apis/networking.k8s.io/v1/namespaces/${metadata.namespace}/networkpolicies/${metadata.name}`, { spec: { ingress: [{}] } });
    last = performance.now();
    await until('ten policies to be as they were', async () => !(await list(plane, policies)).some(p => JSON.stringify((p['spec'] as JsonObject)['ingress'] ?? []) === '[{}]'), left());
    figures.push(figure('events/edits/behind', performance.now() - last, 'ms', 2000), figure('events/edits/all', performance.now() - began, 'ms'));
    await agent.settled(left(), 2000);

    // Ten changes of a setting that every public service rests on.
    const synthesised = await agent.metric('kubesynth_synthesis_total'), inferred = await agent.metric('kubesynth_inference_total', 'from="engine"');
    for (let i = 0; i < 10; i++) await merge(plane, settings, { data: { jwtIssuer: `https://id-${i}.corp.example/` } });
    last = performance.now();
    await until('every service to follow the last', async () => { const all = await list(plane, tokens), n = all.filter(t => JSON.stringify(t['spec']).includes('https://id-9.')).length; await sleep(250); say(`${n} of ${all.length} follow`); return n === all.length; }, left());
    figures.push(figure('events/everyone/behind', performance.now() - last, 'ms', 2000));
    await agent.settled(left(), 2000);
    figures.push(figure('events/everyone/syntheses', await agent.metric('kubesynth_synthesis_total') - synthesised, 'syntheses'), figure('events/everyone/inferences', await agent.metric('kubesynth_inference_total', 'from="engine"') - inferred, 'inferences'));
    await agent.kill();
    figures.push(figure('events/everyone/writes', await took(() => bareWrites(plane)), 'ms'));
    return `${services} services in three namespaces, ten events in a row of each sort; behind is the time from the last event to the last of its consequences: \`unconcerned\` (by its own histogram) are Pods bound and Services of others, \`edits\` ten policies that somebody opens and that are set back, \`everyone\` ten new issuers that every public service follows; \`writes\` is what the API server alone takes for one dry run, one revision and one apply of each that follows, eight services at a time, with nobody to decide, check or tell anything`;
  } finally { await plane.stop(); }
};
