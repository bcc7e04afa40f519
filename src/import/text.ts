/** An intent as a person would write it: short maps and lists on one line. */
import { Document, isCollection, isMap, isScalar, visit } from 'yaml';
import type { Intent } from '../intent/types.ts';

const widest = 100;

export function intentText(intent: Intent): string {
  const document = new Document(intent, { aliasDuplicateObjects: false, compat: 'yaml-1.1' });
  const options = { lineWidth: 0, flowCollectionPadding: false };
  visit(document, {
    Collection(key, node, path) {
      // The groups of an intent, which are keys of its own or of spec, stay open.
      const depth = path.filter(isMap).length;
      if ((depth < 3 && key !== 'key' && isMap(node) && path.length < 4 && !isLeafOf(path)) || !isCollection(node)) return undefined;
      const plain: unknown = node.toJSON();
      const text = JSON.stringify(plain);
      if (text.length > widest || text.includes('\\n') || depthOf(plain) > 3) return undefined;
      node.flow = true;
      return visit.SKIP;
    },
  });
  return document.toString(options);
}

const isLeafOf = (path: readonly unknown[]): boolean => path.some(p => typeof p === 'object' && p !== null && 'key' in p && isScalar(p.key) && p.key.value === 'metadata');
const depthOf = (value: unknown): number => (typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0);
