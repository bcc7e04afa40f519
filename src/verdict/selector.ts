/** Label selectors (metav1.LabelSelector) applied to labels. A missing selector selects nothing, an empty one everything. */
import type { Json } from '../kubernetes.ts';
import { asList, asObject, asText } from './types.ts';

export const selectorMatches = (selector: Json | undefined, labels: Record<string, Json>): boolean => {
  if (selector === null || selector === undefined || typeof selector !== 'object') return false;
  const { matchLabels, matchExpressions } = asObject(selector);
  if (!Object.entries(asObject(matchLabels)).every(([key, value]) => labels[key] === value)) return false;
  return asList(matchExpressions).every(({ key, operator, values }) => {
    const value = labels[asText(key)];
    const listed = Array.isArray(values) && value !== undefined && values.includes(value);
    switch (operator) {
      case 'In': return listed;
      case 'NotIn': return !listed;
      case 'Exists': return value !== undefined;
      case 'DoesNotExist': return value === undefined;
      default: return false;
    }
  });
};
