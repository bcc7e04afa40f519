/** The matrix as a page. */
export interface Cell {
  version: string;
  /** What is installed beside Kubernetes. */
  platform: string;
  intents: number;
  /** Right at first decode; accepted: what the checker, the server and the threshold let through. */
  exact: number;
  accepted: number;
  acceptedWrong: number;
  objects: number;
  rejected: number;
  unknownFields: number;
  deprecated: number;
  /** Fields that the server took and did not keep, since a feature is off there. */
  dropped: number;
  /** What the server says beside these, by text. */
  warnings: number;
  /** Written under a grammar of everything that any cluster serves, and how many of these graphs the server would not take. */
  blind: { graphs: number; rejected: number };
  shapes: Record<string, number>;
  /** First rejections, in words. */
  notes: string[];
  seconds: number;
}

const percent = (n: number, of: number): string => (of ? `${(n / of * 100).toFixed(1)} %` : '–');

export function matrixPage(cells: readonly Cell[], model: string, command: string): string {
  const sum = (of: (c: Cell) => number): number => cells.reduce((n, c) => n + of(c), 0), names = [...new Set(cells.flatMap(c => Object.keys(c.shapes)))], versions = [...new Set(cells.map(c => c.version))];
  const met = (name: string, which: (c: Cell) => boolean): number => cells.filter(which).reduce((n, c) => n + (c.shapes[name] ?? 0), 0);
  const row = (cell: (string | number)[]): string => `| ${cell.join(' | ')} |`;
  return `# Versions
Written by \`${command}\`: intents drawn like training contexts, compiled for real API servers of each version, with nothing installed and with a platform, and offered to the server itself (server-side apply, \`dryRun=All\`, strict field validation). The last column is the same intents written once more under a grammar of all that any shipped cluster serves, in place of what this one does. Model \`${model}\`.

| figure | measured | asked | holds |
| --- | ---: | ---: | --- |
| intents | ${sum(c => c.intents)} in ${cells.length} clusters | ≥ 300 in each | ${cells.every(c => c.intents >= 300) ? 'yes' : '**no**'} |
| objects rejected | ${sum(c => c.rejected)} of ${sum(c => c.objects)} | 0 | ${sum(c => c.rejected) ? '**no**' : 'yes'} |
| unknown fields | ${sum(c => c.unknownFields)} | 0 | ${sum(c => c.unknownFields) ? '**no**' : 'yes'} |
| fields dropped | ${sum(c => c.dropped)} | 0 | ${sum(c => c.dropped) ? '**no**' : 'yes'} |
| deprecated versions | ${sum(c => c.deprecated)} | 0 | ${sum(c => c.deprecated) ? '**no**' : 'yes'} |
| accepted at first decode, least of all clusters | ${percent(Math.min(...cells.map(c => c.accepted / c.intents)), 1)} | ≥ 97 % | ${cells.every(c => c.accepted >= 0.97 * c.intents) ? 'yes' : '**no**'} |
| wrong and accepted | ${sum(c => c.acceptedWrong)} | 0 | ${sum(c => c.acceptedWrong) ? '**no**' : 'yes'} |

| Kubernetes | installed | intents | exact | accepted | wrong and accepted | objects | rejected | unknown fields | dropped | deprecated | other warnings | not installable without the live constraint |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${cells.map(c => row([c.version, c.platform, c.intents, percent(c.exact, c.intents), percent(c.accepted, c.intents), c.acceptedWrong, c.objects, c.rejected, c.unknownFields, c.dropped, c.deprecated, c.warnings, `${c.blind.rejected} of ${c.blind.graphs}`])).join('\n')}

## Shapes
How many accepted objects have each shape that depends on a version, of Kubernetes or of what is installed. Every shape is to be met ten times.

| shape | ${versions.join(' | ')} | all | holds |
| --- | ${versions.map(() => '---:').join(' | ')} | ---: | --- |
${names.map(name => row([name, ...versions.map(v => met(name, c => c.version === v)), met(name, () => true), met(name, () => true) >= 10 ? 'yes' : '**no**'])).join('\n')}

${cells.flatMap(c => c.notes.map(n => `- ${c.version} with ${c.platform}: ${n}`)).join('\n')}
`.replace(/\n+$/, '\n');
}
