/** Stands between an agent and its API server, over TLS with the server's own certificate: sees every request, and can do it harm. */
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ControlPlane } from '../controlplane/controlplane.ts';

/** What to do with a request: let it pass, now or later, break it off before or after the server has it, or answer in its place. */
export type Harm = 'pass' | 'before' | 'after' | { afterMs: number } | { status: number; headers?: Record<string, string>; body?: unknown };

export interface Proxy {
  url: string;
  /** Decides on each request. */
  harm: (method: string, path: string) => Harm;
  /** Breaks off every open watch; returns how many there were. */
  cutWatches(): number;
  /** @throws what went wrong in the proxy itself */
  close(): Promise<void>;
}

export const isWrite = (method: string, path: string): boolean => method !== 'GET' && !path.includes('dryRun=') && !path.includes('/leases');

export async function startProxy(plane: ControlPlane): Promise<Proxy> {
  const agent = new Agent({ ca: plane.tls.cert, keepAlive: true }), watches = new Set<ServerResponse>(), faults: unknown[] = [];
  const forward = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const path = incoming.url!, method = incoming.method!, harm = proxy.harm(method, path);
    if (harm === 'before') { incoming.socket.destroy(); return; }
    if (typeof harm === 'object' && 'afterMs' in harm) { setTimeout(() => pass(incoming, outgoing, 'pass'), harm.afterMs); return; }
    if (typeof harm === 'object') { incoming.resume(); outgoing.writeHead(harm.status, { 'content-type': 'application/json', ...harm.headers }).end(JSON.stringify(harm.body ?? {})); return; }
    pass(incoming, outgoing, harm);
  };
  const pass = (incoming: IncomingMessage, outgoing: ServerResponse, harm: 'pass' | 'after'): void => {
    const path = incoming.url!, method = incoming.method!, { host: _, ...headers } = incoming.headers;
    const onward = request(`${plane.url}${path}`, { method, headers, agent }, (answer: IncomingMessage) => {
      if (harm === 'after') { incoming.socket.destroy(); answer.resume(); return; }
      if (/[?&]watch=1/.test(path)) { watches.add(outgoing); outgoing.on('close', () => { watches.delete(outgoing); answer.destroy(); }); }
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.on('error', () => outgoing.destroy());
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  };
  const server = createServer({ cert: plane.tls.cert, key: plane.tls.key }, (incoming, outgoing) => {
    // A fault of the proxy is no harm done to the agent: unheard, it would look like a server that never answers.
    try { forward(incoming, outgoing); } catch (error) { faults.push(error); process.stderr.write(`proxy: ${String(error)}\n`); outgoing.destroy(); }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const proxy: Proxy = {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, harm: () => 'pass',
    cutWatches() { const open = [...watches]; for (const watch of open) watch.destroy(); return open.length; },
    async close() {
      await new Promise(resolve => { server.close(resolve); server.closeAllConnections(); agent.destroy(); });
      if (faults.length) throw new Error('the proxy failed', { cause: faults[0] });
    },
  };
  return proxy;
}
