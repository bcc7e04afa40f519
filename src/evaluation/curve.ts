/** The risk–coverage curve of a calibration, as a picture. */
import type { RiskPoint } from './calibrate.ts';

const WIDTH = 640, HEIGHT = 360, LEFT = 64, BOTTOM = 48, TOP = 32, RIGHT = 24;

/** SVG: how many of the graphs are wrong (in percent) at the share of cases that a threshold leaves, with the checker and without. */
export function curveSvg(curve: readonly RiskPoint[]): string {
  const series = [
    { name: 'model alone', colour: '#c2410c', points: curve.map(p => ({ x: p.unchecked.coverage, y: p.unchecked.written ? p.unchecked.wrong / p.unchecked.written : 0, t: p.threshold })) },
    { name: 'model and checker', colour: '#1d4ed8', points: curve.map(p => ({ x: p.coverage, y: p.accepted ? p.wrong / p.accepted : 0, t: p.threshold })) },
  ];
  const most = Math.max(0.01, ...series.flatMap(s => s.points.map(p => p.y))) * 1.1;
  const x = (share: number): number => LEFT + share * (WIDTH - LEFT - RIGHT), y = (risk: number): number => HEIGHT - BOTTOM - risk / most * (HEIGHT - BOTTOM - TOP);
  const text = (at: [number, number], words: string, anchor = 'middle', colour = '#444'): string => `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" text-anchor="${anchor}" fill="${colour}">${words}</text>`;
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<path d="M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}" fill="none" stroke="#888"/>
${ticks.map(t => text([x(t), HEIGHT - BOTTOM + 18], `${t * 100} %`)).join('\n')}
${[0, most / 2, most].map(r => text([LEFT - 8, y(r) + 4], `${(r * 100).toFixed(1)} %`, 'end')).join('\n')}
${text([(LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10], 'cases answered with a graph (coverage)')}
${text([LEFT, 20], 'wrong among them (risk)', 'start')}
${series.map(({ name, colour, points }, i) => `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.map(p => `${x(p.x).toFixed(1)},${y(p.y).toFixed(1)}`).join(' ')}"/>
${points.map(p => `<circle cx="${x(p.x).toFixed(1)}" cy="${y(p.y).toFixed(1)}" r="3" fill="${colour}"><title>${name}, at ${p.t} nats: ${(p.x * 100).toFixed(1)} % answered, ${(p.y * 100).toFixed(2)} % of them wrong</title></circle>`).join('\n')}
${text([WIDTH - RIGHT, TOP + 4 + 18 * i], name, 'end', colour)}`).join('\n')}
</svg>
`;
}
