/** Figures as `bench -o json` prints them, and how they are made from samples. */

export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** Name of the figure this one is compared with, and this value over that one's. */
  ratioTo?: string;
  ratio?: number;
}

/** The sample below which a share `q` of the samples lies (nearest rank). */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}
export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

export const round = (n: number): number => Number(n.toPrecision(4));

/** Adds ratios to figures whose other side is there. */
export function withRatios(figures: readonly Figure[], pairs: Record<string, string>): Figure[] {
  const values = new Map(figures.map(f => [f.name, f.value]));
  return figures.map(f => {
    const ratioTo = pairs[f.name], other = ratioTo === undefined ? undefined : values.get(ratioTo);
    return other === undefined ? f : { ...f, ratioTo, ratio: round(f.value / other) };
  });
}
