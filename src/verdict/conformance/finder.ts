/** Short forms for findings about the workload object. */
import type { Finding } from '../../diagnostic.ts';
import type { Json } from '../../kubernetes.ts';
import { objectName } from '../../kubernetes.ts';
import { same } from '../equal.ts';
import type { Reading } from './reading.ts';

const brief = (value: Json | undefined): string => {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
};

export interface Finder {
  findings: Finding[];
  refuse: (rule: string, path: string, message: string, fix: string) => void;
  /** What the intent states must stand there unaltered; what it does not state must not be there. */
  exact: (rule: string, path: string, actual: Json | undefined, stated: Json | undefined, source: string) => void;
}

export const finder = (reading: Reading): Finder => {
  const findings: Finding[] = [];
  const object = objectName(reading.template.workload);
  const refuse: Finder['refuse'] = (rule, path, message, fix) => void findings.push({ rule, severity: 'refused', object, path, message, fix });
  return {
    findings, refuse,
    exact: (rule, path, actual, stated, source) => {
      if (!same(actual, stated)) refuse(rule, path, `is ${brief(actual)} where ${source} says ${brief(stated)}`, stated === undefined ? 'Leave it out.' : 'Copy the stated value.');
    },
  };
};
