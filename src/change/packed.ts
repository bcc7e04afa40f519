/** JSON in a field of an object: as text where it is short, else compressed, `base64 -d | gunzip` to read it. */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Json } from '../kubernetes.ts';

export interface Packed { encoding: 'json' | 'gzip'; data: string }

/** @param text JSON; @param legible bytes up to which it stays text */
export function pack(text: string, legible = 0): Packed {
  return text.length <= legible ? { encoding: 'json', data: text } : { encoding: 'gzip', data: gzipSync(text).toString('base64') };
}

export const unpack = ({ encoding, data }: Packed): Json => JSON.parse(encoding === 'json' ? data : gunzipSync(Buffer.from(data, 'base64')).toString('utf8')) as Json;
