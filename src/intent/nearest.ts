/** Which known words someone may have meant. */

/** Levenshtein distance, counting a swap of neighbours as one edit. */
export const editDistance = (a: string, b: string): number => {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : Infinity;
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1), swap);
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
};

/**
 * Up to `most` of the known words near `word`, nearest first; empty when none is near. A word that contains the other
 * (image, containerImage) is near however long it is.
 */
export const nearest = (word: string, known: readonly string[], most = 3): string[] => {
  const lower = word.slice(0, 100).toLowerCase();
  return known
    .map(candidate => {
      const other = candidate.toLowerCase();
      const contained = Math.min(lower.length, other.length) > 2 && (other.includes(lower) || lower.includes(other));
      return { candidate, distance: contained ? Math.min(2, editDistance(lower, other)) : editDistance(lower, other) };
    })
    .filter(({ candidate, distance }) => distance <= Math.max(2, Math.floor(Math.max(lower.length, candidate.length) / 3)))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, most)
    .map(({ candidate }) => candidate);
};

/** `Did you mean a or b?`, or '' when nothing is near. */
export const didYouMean = (word: string, known: readonly string[]): string => {
  const near = nearest(word, known);
  return near.length === 0 ? '' : `Did you mean ${near.join(' or ')}? `;
};
