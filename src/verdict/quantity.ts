/**
 * Kubernetes quantities: `250m`, `1Gi`, `2`, `1e3`.
 * https://pkg.go.dev/k8s.io/apimachinery/pkg/api/resource#Quantity
 */
const form = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)|[eE]([+-]?\d+))?$/;
const scales: Record<string, number> = {
  n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18,
  Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60,
};

/** The value in base units (cores, bytes), or undefined when the text is not a quantity. */
export const parseQuantity = (value: unknown): number | undefined => {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const match = form.exec(value);
  if (!match) return undefined;
  const [, digits, suffix, exponent] = match;
  return Number(digits) * (suffix ? scales[suffix]! : exponent ? 10 ** Number(exponent) : 1);
};

/** Equal amounts however spelled (`0.5` and `500m`); rounding noise of the scales is ignored. */
export const sameQuantity = (left: unknown, right: unknown): boolean => {
  const [a, b] = [parseQuantity(left), parseQuantity(right)];
  return a !== undefined && b !== undefined && Math.abs(a - b) <= 1e-9 * Math.max(1e-3, Math.abs(a), Math.abs(b));
};
