/** Bad input of every kind, through the command line: the exit code, a finding that helps, and nothing on stdout. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { intent, kubesynth, root, scratch } from './run.ts';

const image = 'registry.corp/a:1.0.0';
const workload = (more: object): string => intent({ workload: { containerImage: image, ...more } });
const ports = (n: number): object[] => Array.from({ length: n }, (_, i) => ({ name: `p${i}`, containerPort: 1000 + i }));

/** [what, text, exit code, rule, what the message must say] */
const intents: [what: string, text: string | Uint8Array, exit: number, rule: string, says: RegExp][] = [
  ['malformed YAML', 'apiVersion: synthesis.platform/v1alpha1\nkind: ServiceIntent\n  metadata: [', 2, 'malformed-yaml', /stdin:\d+:\d+/],
  ['an unknown field', workload({ contanerImage: image }), 2, 'unknown-field', /Did you mean containerImage/],
  ['a keyword and its exact value', workload({ resources: 'standard', resourceRequirements: { requests: { cpu: '1' } } }), 2, 'keyword-and-exact', /resources/],
  ['a missing image', intent({ workload: {} }), 2, 'missing-field', /containerImage is missing/],
  ['a duplicate port', workload({ ports: [{ name: 'a', containerPort: 80 }, { name: 'b', containerPort: 80 }] }), 2, 'duplicate-port', /80/],
  ['an impossible quantity', workload({ resourceRequirements: { requests: { memory: '12 elephants' } } }), 2, 'impossible-quantity', /12 elephants/],
  ['a request above its limit', workload({ resourceRequirements: { requests: { cpu: '2' }, limits: { cpu: '1' } } }), 2, 'impossible-quantity', /cpu/],
  ['an environment value of 1 MB', workload({ env: [{ name: 'BIG', value: 'x'.repeat(1 << 20) }] }), 2, 'intent-too-large', /at most/],
  ['200 ports', workload({ ports: ports(200) }), 2, 'too-many-items', /200 items/],
  ['a name over 63 characters', intent(undefined, { name: 'a'.repeat(64) }), 2, 'invalid-name', /64 characters|63/],
  ['an image without a tag', intent({ workload: { containerImage: 'registry.corp/a' } }), 4, 'mutable-image-tag', /tag/],
  ['a node port that no node offers', intent({ workload: { containerImage: image, ports: [{ name: 'a', containerPort: 8080, nodePort: 30080 }] }, networking: { exposure: 'internal' } }), 4, 'node-port-without-exposure', /no node offers/],
  ['a volume that nobody mounts', workload({ volumes: [{ name: 'rules', configMap: { name: 'rules' } }] }), 2, 'inconsistent-fields', /nothing mounts the volume "rules"/],
  ['a volume made of two things', workload({ volumes: [{ name: 'rules', mountPath: '/rules', size: '1Gi', secret: { secretName: 'rules' } }] }), 2, 'exclusive-fields', /volumes/],
  ['a duplicate key', 'apiVersion: synthesis.platform/v1alpha1\nkind: ServiceIntent\nkind: ServiceIntent\n', 2, 'duplicate-key', /twice/],
  ['another kind', JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }), 2, 'wrong-kind', /Pod/],
  ['nothing at all', '', 2, 'no-intent', /no ServiceIntent/],
  ['bytes that are no text', new Uint8Array([0xff, 0xfe, 0x00, 0x80]), 2, 'not-utf8', /UTF-8/],
];

describe('intents', { concurrency: 2 }, () => {
  for (const [what, text, exit, rule, says] of intents) {
    test(`${what}: exit ${exit}, ${rule}`, async () => {
      const ran = await kubesynth(['synth', '-f', '-', '--snapshot', 'bare-1.30'], { input: text });
      assert.equal(ran.status, exit, ran.stderr);
      assert.equal(ran.stdout, '');
      assert.match(ran.stderr, new RegExp(`error\\[${rule}\\]`));
      assert.match(ran.stderr, says);
      assert.match(ran.stderr, /\n  fix: \S/);
      assert.doesNotMatch(ran.stderr, /\n\s+at .*\.ts:\d+/, 'a stack is no message');
      assert.ok(ran.stderr.length < 20_000, 'a message never repeats large input');
    });
  }

  test('with -o json a refusal is JSON on stdout', async () => {
    const ran = await kubesynth(['synth', '-f', '-', '--snapshot', 'bare-1.30', '-o', 'json'], { input: workload({ contanerImage: image }) });
    assert.equal(ran.status, 2);
    const said = JSON.parse(ran.stdout) as { verdict: string; findings: Record<string, unknown>[] };
    assert.equal(said.verdict, 'refused');
    for (const field of ['rule', 'object', 'path', 'message', 'fix']) assert.equal(typeof said.findings[0]![field], 'string');
    assert.equal(said.findings[0]!['rule'], 'unknown-field');
  });

  test('a finding names file, line and column', async t => {
    const file = join(scratch(t), 'a.yaml');
    writeFileSync(file, 'apiVersion: synthesis.platform/v1alpha1\nkind: ServiceIntent\nmetadata: {name: a}\nspec:\n  workload:\n    image: x:1\n');
    const ran = await kubesynth(['synth', '-f', file, '--snapshot', 'bare-1.30']);
    assert.equal(ran.status, 2);
    assert.ok(ran.stderr.includes(`${file}:6:5`), ran.stderr);
  });

  test('every file of a folder is reported, and the report file says so too', async t => {
    const dir = scratch(t), report = join(dir, 'report.out');
    writeFileSync(join(dir, 'a.yaml'), 'kind: [');
    writeFileSync(join(dir, 'b.json'), workload({ contanerImage: image }));
    writeFileSync(join(dir, 'notes.txt'), 'not an intent');
    const ran = await kubesynth(['synth', '-f', dir, '--snapshot', 'bare-1.30', '--report', report]);
    assert.equal(ran.status, 2);
    assert.match(ran.stderr, /a\.yaml:1:\d+[\s\S]*b\.json/);
    assert.equal((JSON.parse(readFileSync(report, 'utf8')) as { verdict: string }).verdict, 'refused');
  });

  test('a report is written also when nothing could be loaded, over that of an earlier run', async t => {
    const report = join(scratch(t), 'report.json');
    for (const args of [['-f', '-', '--snapshot', 'nosuch'], ['-f', 'nosuch.yaml', '--snapshot', 'bare-1.30'], ['-f', '-', '--model', '/nonexistent']]) {
      writeFileSync(report, '{"verdict":"accepted"}');
      const ran = await kubesynth(['synth', ...args, '--report', report], { input: intent() });
      assert.equal(ran.status, 2, ran.stderr);
      const said = JSON.parse(readFileSync(report, 'utf8')) as { verdict: string; findings: unknown[] };
      assert.deepEqual([said.verdict, said.findings.length], ['refused', 1]);
    }
  });

  test('two intents of one name and an intent outside -n are refused', async t => {
    const dir = scratch(t);
    writeFileSync(join(dir, 'a.json'), intent());
    writeFileSync(join(dir, 'b.json'), intent());
    assert.match((await kubesynth(['synth', '-f', dir, '--snapshot', 'bare-1.30'])).stderr, /error\[duplicate-name\]/);
    const moved = await kubesynth(['synth', '-f', '-', '-n', 'here', '--snapshot', 'bare-1.30'], { input: intent(undefined, { name: 'a', namespace: 'there' }) });
    assert.match(moved.stderr, /error\[namespace-mismatch\]/);
  });
});

describe('snapshots', { concurrency: 2 }, () => {
  const whole = readFileSync(join(root, 'snapshots', 'bare-1.30.json.br'));
  const cases: [what: string, bytes: Uint8Array][] = [
    ['an empty file', new Uint8Array()], ['a truncated file', whole.subarray(0, whole.length >> 1)],
    ['a corrupt file', whole.map((b, i) => (i === whole.length >> 1 ? b ^ 0xff : b))], ['another file', Buffer.from('{"kind":"Pod"}')],
  ];
  for (const [what, bytes] of cases) {
    test(`${what}: exit 2, snapshot-unreadable`, async t => {
      const dir = scratch(t), path = join(dir, 'snapshot.json.br');
      writeFileSync(path, bytes);
      const ran = await kubesynth(['verify', '-f', 'test/golden/02-inventory-api/expected.yaml', '--snapshot', path, '-o', 'json']);
      assert.equal(ran.status, 2, ran.stderr);
      assert.match(ran.stderr, /error\[snapshot-unreadable\]/);
      assert.equal((JSON.parse(ran.stdout) as { verdict: string }).verdict, 'refused');
    });
  }
  test('an unknown name: exit 2, the shipped ones are listed', async () => {
    const ran = await kubesynth(['verify', '-f', 'test/golden/02-inventory-api/expected.yaml', '--snapshot', 'bare-9.99']);
    assert.equal(ran.status, 2);
    assert.match(ran.stderr, /error\[snapshot-unknown\][\s\S]*bare-1\.30/);
  });
  test('no snapshot and no kubeconfig: exit 2', async t => {
    const ran = await kubesynth(['verify', '-f', 'test/golden/02-inventory-api/expected.yaml'], { env: { KUBECONFIG: undefined, HOME: scratch(t) } });
    assert.equal(ran.status, 2);
    assert.match(ran.stderr, /error\[no-cluster\]/);
  });
});

describe('manifests to learn from', { concurrency: 2 }, () => {
  const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n';
  test('no folder: exit 2', async () => assert.match((await kubesynth(['learn', '/nonexistent', '--snapshot', 'bare-1.30'])).stderr, /error\[input-unreadable\][\s\S]*fix: Name a folder/));
  const cases: [what: string, files: Record<string, string>, args: string[], rule: string, says: RegExp][] = [
    ['an empty folder', { 'notes.txt': 'a' }, [], 'input-unreadable', /holds no/],
    ['no workload in it', { 'a.yaml': map }, [], 'nothing-to-learn', /no workload/],
    ['every chart held out', { 'a.yaml': map, 'a~on.yaml': map, 'b.yaml': map }, ['--hold-out', '2'], 'nothing-to-learn', /nothing of 2 charts/],
    ['a name with a slash', { 'a.yaml': map }, ['--name', 'a/b'], 'usage', /no name/],
  ];
  for (const [what, files, args, rule, says] of cases) {
    test(`${what}: exit 2, ${rule}`, async t => {
      const dir = scratch(t);
      for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
      const ran = await kubesynth(['learn', dir, '--snapshot', 'bare-1.30', '--graphs', '0', '--team', 'a', '--work', join(dir, 'work'), ...args]);
      assert.equal(ran.status, 2, ran.stderr);
      assert.equal(ran.stdout, '');
      assert.match(ran.stderr, new RegExp(`error\\[${rule}\\]`));
      assert.match(ran.stderr, says);
    });
  }
});

describe('models', { concurrency: 2 }, () => {
  const empty = Object.fromEntries(['specs', 'facts', 'tokens', 'settings', 'taught', 'heldOut'].map(part => [part, []]));
  const maps = Object.fromEntries(['defaults', 'vocabulary', 'refusals', 'attribution', 'because', 'training'].map(part => [part, {}]));
  const manifest = { format: 'kubesynth.model/v1', name: 'a', playbook: 'sha256:0', threshold: 1, ...empty, ...maps, weights: '00'.repeat(32) };
  const cases: [what: string, json: string | undefined, weights: string | undefined, rule: string][] = [
    ['an empty folder', undefined, undefined, 'model-unreadable'], ['a truncated manifest', '{"format":"kubesyn', 'GGUF', 'model-unreadable'],
    ['no weights', JSON.stringify(manifest), undefined, 'model-unreadable'], ['a manifest without tokens', JSON.stringify({ ...manifest, tokens: undefined }), 'GGUF', 'model-unreadable'], ['a manifest of another release', '{"format":"kubesynth.model/v0"}', 'GGUF', 'model-unreadable'],
    ['weights of another model', JSON.stringify(manifest), 'GGUF', 'model-digest'],
  ];
  for (const [what, json, weights, rule] of cases) {
    test(`${what}: exit 2, ${rule}`, async t => {
      const dir = scratch(t);
      if (json !== undefined) writeFileSync(join(dir, 'model.json'), json);
      if (weights !== undefined) writeFileSync(join(dir, 'model.gguf'), weights);
      const ran = await kubesynth(['synth', '-f', 'examples/inventory-api.yaml', '--snapshot', 'bare-1.30', '--model', dir]);
      assert.equal(ran.status, 2, ran.stderr);
      assert.equal(ran.stdout, '');
      assert.match(ran.stderr, new RegExp(`error\\[${rule}\\]`));
    });
  }
});

describe('usage', { concurrency: 2 }, () => {
  const cases: [args: string[], says: RegExp][] = [
    [['synht'], /Did you mean synth/], [['synth', '--snapsot', 'x'], /Did you mean snapshot/], [['synth'], /no input is given/], [['synth', '-f', 'nosuch.yaml'], /nosuch\.yaml cannot be read/],
    [['synth', '-f', '-', '-o', 'xml'], /xml is no output format/], [['synth', '-f', '-', '--snapshot', 'a', '--context', 'b'], /both given/], [['explain', '-f', '-'], /needs an argument/],
    [['snapshot'], /needs an argument/], [['synth', 'extra'], /unexpected argument/], [['synth', '-f', '-', '-n', 'Bad_NS'], /no name of a namespace/], [['train', '--graphs', '-5'], /graphs/], [['train', '--start', 'models/current', '--held-out', 'models/current'], /training from nothing/], [['help', 'nosuch'], /no command/],
    ...['console'].map((name): [string[], RegExp] => [[name], new RegExp(`does not have the command ${name}`)]),
  ];
  for (const [args, says] of cases) {
    test(`kubesynth ${args.join(' ')}: exit 2`, async () => {
      const ran = await kubesynth(args);
      assert.equal(ran.status, 2, ran.stderr);
      assert.equal(ran.stdout, '');
      assert.match(ran.stderr, /^error\[(usage|input-unreadable)\]/);
      assert.match(ran.stderr, says);
    });
  }
});

describe('the launcher', () => {
  test('runs through symbolic links, from anywhere', async t => {
    const dir = scratch(t);
    const { symlinkSync } = await import('node:fs');
    symlinkSync(join(root, 'bin', 'kubesynth'), join(dir, 'kubesynth'));
    symlinkSync('kubesynth', join(dir, 'ks'));
    assert.match((await kubesynth(['version'], { cwd: dir, command: join(dir, 'ks') })).stdout, /^kubesynth \d/);
  });
  test('kubectl synth is synth, or the command named', async () => {
    const plugin = join(root, 'bin', 'kubectl-synth');
    assert.match((await kubesynth(['-f', 'nosuch.yaml'], { command: plugin })).stderr, /nosuch\.yaml cannot be read/);
    assert.match((await kubesynth(['version'], { command: plugin })).stdout, /^kubesynth \d/);
  });
  test('an installed package runs compiled, since Node strips no types below node_modules', async t => {
    const home = join(scratch(t), 'node_modules', 'kubesynth');
    mkdirSync(join(home, 'bin'), { recursive: true });
    mkdirSync(join(home, 'dist', 'cli'), { recursive: true });
    copyFileSync(join(root, 'bin', 'kubesynth'), join(home, 'bin', 'kubesynth'));
    writeFileSync(join(home, 'dist', 'cli', 'main.js'), 'console.log("compiled")');
    const path = `${join(root, 'node_modules', '.bin')}:${process.env['PATH']}`;
    assert.equal((await kubesynth([], { command: join(home, 'bin', 'kubesynth'), env: { PATH: path } })).stdout, 'compiled\n');
  });
});
