/** Tables of figures in Markdown. */

export const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

/** @param share 1 is all */
export const percent = (share: number, digits = 1): string => `${(share * 100).toFixed(digits)} %`;
