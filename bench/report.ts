/** Measurements as figures, as a table for a terminal, and as docs/bench.md. */
import { machine, versions } from './machine.ts';
import { median, quantile, round, withRatios } from './figures.ts';
import type { Figure } from './figures.ts';
import { helmVersion } from './helm.ts';
import type { Measured } from './measure.ts';
import { packageName } from './smollm.ts';
import { stages } from './synthesis.ts';

export function figuresOf(m: Measured): Figure[] {
  const figures: Figure[] = [], pairs: Record<string, string> = {};
  const add = (name: string, value: number, unit: string, ratioTo?: string): void => {
    if (!Number.isFinite(value)) return;
    figures.push({ name, value: round(value), unit });
    if (ratioTo !== undefined) pairs[name] = ratioTo;
  };
  const count = (name: string, holds: (c: Measured['cases'][number]) => boolean): void => add(name, m.cases.filter(holds).length, `of ${m.cases.length}`);
  if (m.parts.includes('synth')) {
    const all = m.cases.flatMap(c => c.ms);
    add('synth/p50', median(all), 'ms', 'helm-template/p50');
    add('synth/p95', quantile(all, 0.95), 'ms', 'helm-template/p95');
    for (const c of m.cases) {
      add(`synth/${c.name}/p50`, median(c.ms), 'ms', `helm-template/${c.name}/p50`);
      add(`synth/${c.name}/objects`, c.objects, 'objects');
      add(`synth/${c.name}/tokens`, c.tokens, 'tokens');
      add(`synth/${c.name}/evaluated`, c.evaluated, 'tokens');
    }
    for (const s of stages) add(`synth/stage/${s}/p50`, median(m.cases.flatMap(c => c.stages[s])), 'ms');
    count('synth/exact', c => c.exact);
    add('synth-process/p50', median(m.processMs), 'ms', 'helm-template/user-auth-service/p50');
  }
  if (m.parts.includes('helm')) {
    const all = m.cases.flatMap(c => c.helmMs);
    add('helm-template/p50', median(all), 'ms');
    add('helm-template/p95', quantile(all, 0.95), 'ms');
    for (const c of m.cases) add(`helm-template/${c.name}/p50`, median(c.helmMs), 'ms');
    count('helm-template/exact', c => c.helmExact);
  }
  if (m.parts.includes('smollm')) {
    for (const c of m.cases) if (c.general) {
      add(`smollm2-135m/${c.name}/time`, c.general.ms, 'ms', `synth/${c.name}/p50`);
      add(`smollm2-135m/${c.name}/tokens`, c.general.tokens, 'tokens', `synth/${c.name}/evaluated`);
    }
    count('smollm2-135m/finished', c => c.general?.finished === true);
    count('smollm2-135m/accepted', c => c.general?.verdict === 'accepted');
    count('smollm2-135m/exact', c => c.general?.exact === true);
  }
  return withRatios(figures, pairs);
}

/** One line per figure, names padded. */
export function tableOf(figures: readonly Figure[]): string {
  const width = Math.max(...figures.map(f => f.name.length));
  return figures.map(f => `${f.name.padEnd(width)}  ${String(f.value).padStart(9)} ${f.unit}${f.ratio === undefined ? '' : `  (${f.ratio} × ${f.ratioTo})`}\n`).join('');
}

const ms = (samples: readonly number[]): string => (samples.length ? `${Math.round(median(samples))} ms` : '—');

export function pageOf(m: Measured, figures: readonly Figure[], command: string, pinned: boolean): string {
  const value = (name: string): number => figures.find(f => f.name === name)?.value ?? Number.NaN;
  const general = (c: Measured['cases'][number]): string => !c.general ? 'not run'
    : c.general.finished ? `${(c.general.ms / 1000).toFixed(0)} s, ${c.general.verdict} (${c.general.findings} findings)` : `not finished after ${(c.general.ms / 1000).toFixed(0)} s (${c.general.tokens} tokens)`;
  return `# Latency
Written by \`${command}\`. ${versions()} Model \`${m.model.slice(0, 19)}\`, helm ${helmVersion}, ${packageName}. ${machine()} ${pinned ? 'Everything pinned to one core.' : 'Not pinned to a core.'}
Times on shared cores are noisy: the figures are medians of interleaved runs; the ratios say more than the milliseconds.

**Cold synthesis, model loaded: p50 ${value('synth/p50')} ms, p95 ${value('synth/p95')} ms**, from the intent's text to the graph's text, checked; no result is cached.
\`helm template\` of a chart that renders ${m.cases.every(c => c.helmExact) ? 'exactly the same objects' : 'comparable objects'}: p50 ${value('helm-template/p50')} ms. As whole processes: \`kubesynth synth\` ${ms(m.processMs)}, \`helm template\` ${ms(m.cases[0]!.helmMs)}.

| intent | objects | tokens | evaluated | synthesis p50 | as the golden graph | helm template p50 | SmolLM2-135M |
|---|---|---|---|---|---|---|---|
${m.cases.map(c => `| ${c.name} | ${c.objects} | ${c.tokens} | ${c.evaluated} | ${ms(c.ms)} | ${c.exact ? 'yes' : `no (${c.verdict})`} | ${ms(c.helmMs)} | ${general(c)} |`).join('\n')}

| stage | p50 |
|---|---|
${stages.map(s => `| ${s} | ${value(`synth/stage/${s}/p50`)} ms |`).join('\n')}

*tokens* counts raw tree tokens, *evaluated* those that the engine computed: what follows from a decision is one token with it. *engine* is the time in llama.cpp and on the way
to its process and back; *grammar* the rest of decoding; *verdict* schema, guardrails, conformance and references.
The general model gets the intent, the same facts, and a JSON schema that already holds every object with every field of the golden graph and bounds each string; only values are its own, chosen greedily. Its verdict is that of the same checker.
The chart is hand-written for these four services, and its values state what synthesis observes.

\`\`\`json
${JSON.stringify(figures).replaceAll('},', '},\n')}
\`\`\`
`;
}
