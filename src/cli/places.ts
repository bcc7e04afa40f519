/** Where the parts of the package lie, whether it runs from its sources or compiled. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
export const place = (...parts: string[]): string => join(root, ...parts);
export const shippedGuardrails = (): string => place('guardrails');
export const shippedPlaybook = (): string => place('playbook');
export const version = (): string => (JSON.parse(readFileSync(place('package.json'), 'utf8')) as { version: string }).version;
