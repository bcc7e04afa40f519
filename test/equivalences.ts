/** The comparison behind "exact" and "wrong and accepted"; its list of equivalences is equivalences.yaml beside this file. */
export { equalGraphs } from '../src/evaluation/equivalence.ts';
export type { Comparison, Difference } from '../src/evaluation/equivalence.ts';
