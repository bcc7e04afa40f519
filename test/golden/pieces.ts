/** What containers mount and read by docs/standard.md, spelled out by hand. Building blocks for the golden scenarios only. */
import type { JsonObject } from '../../src/kubernetes.ts';
import { fileMount, type Subject } from './workload.ts';

export const mount = (name: string, mountPath: string): JsonObject => ({ name, mountPath });
export const scratch = (name: string): JsonObject => ({ name, emptyDir: {} });
export const inMemory = (name: string): JsonObject => ({ name, emptyDir: { medium: 'Memory' } });

const one = (key: string, mode?: number): JsonObject => ({ key, path: key, ...(mode !== undefined && { mode }) });
/** Volume of an existing ConfigMap: the number is the index in files; without a key the whole directory. */
export const fromConfigMap = (index: number, name: string, key?: string, mode?: number): JsonObject =>
  ({ name: `file-${index}`, configMap: { name, ...(key && { items: [one(key, mode)] }) } });
export const fromSecret = (index: number, secretName: string, key?: string, mode?: number): JsonObject =>
  ({ name: `file-${index}`, secret: { secretName, ...(key && { items: [one(key, mode)] }) } });
/** Volume of the inline files, by their slugs in the ConfigMap. */
export const inline = (s: Subject, ...slugs: (string | { slug: string; mode: number })[]): JsonObject =>
  ({ name: 'files', configMap: { name: `${s.name}-files`, items: slugs.map(f => (typeof f === 'string' ? one(f) : one(f.slug, f.mode))) } });
export const inlineMount = (path: string, slug: string): JsonObject => fileMount('files', path, slug);

export const literal = (name: string, value: string): JsonObject => ({ name, value });
export const secretKey = (name: string, secret: string, key: string): JsonObject => ({ name, valueFrom: { secretKeyRef: { name: secret, key } } });
export const configKey = (name: string, configMap: string, key: string): JsonObject => ({ name, valueFrom: { configMapKeyRef: { name: configMap, key } } });
export const podField = (name: string, fieldPath: string): JsonObject => ({ name, valueFrom: { fieldRef: { fieldPath } } });
export const amountOf = (name: string, resource: string): JsonObject => ({ name, valueFrom: { resourceFieldRef: { resource } } });
