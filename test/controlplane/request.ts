/** One HTTPS request to an API server whose certificate we trust by its own CA. */
import { Agent, request as httpsRequest } from 'node:https';
import type { JsonObject } from '../../src/kubernetes.ts';

export interface Answer {
  status: number;
  text: string;
  /** The parsed body; {} when it is not JSON. */
  json: JsonObject;
  /** Texts of the Warning headers (RFC 9111: `299 - "text"`). */
  warnings: string[];
}

export function httpsClient(url: string, ca: string, token: string) {
  const agent = new Agent({ ca, keepAlive: true, maxSockets: 8 });
  return (method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<Answer> => new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json', ...(text === undefined ? {} : { 'content-type': contentType, 'content-length': String(Buffer.byteLength(text)) }) };
    const sent = httpsRequest(new URL(path, url), { method, agent, headers }, response => {
      const chunks: Buffer[] = [];
      response.on('data', chunk => chunks.push(chunk as Buffer));
      response.on('error', reject);
      response.on('end', () => {
        const answer = Buffer.concat(chunks).toString('utf8');
        let json: JsonObject = {};
        try { json = JSON.parse(answer) as JsonObject; } catch { /* /readyz and some errors answer plain text */ }
        const raw = response.headersDistinct['warning'] ?? [];
        const warnings = raw.flatMap(line => [...line.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(match => match[1]!.replace(/\\(.)/g, '$1')));
        resolve({ status: response.statusCode ?? 0, text: answer, json, warnings });
      });
    });
    sent.on('error', reject);
    sent.end(text);
  });
}
