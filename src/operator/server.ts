/** What the operator serves: /metrics for monitoring, /healthz and /readyz for the kubelet. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';

export interface Answers {
  metrics: () => string;
  /** Why it is not well; undefined when it is. */
  ill: () => string | undefined;
  unready: () => string | undefined;
}

export function serve(port: number, host: string, { metrics, ill, unready }: Answers): Promise<{ port: number; close: () => Promise<void> }> {
  const server: Server = createServer((request, response) => {
    const say = (status: number, text: string, type = 'text/plain; charset=utf-8'): void => void response.writeHead(status, { 'content-type': type }).end(text);
    if (request.method !== 'GET' && request.method !== 'HEAD') return say(405, 'only GET\n');
    const verdict = (why: string | undefined): void => say(why === undefined ? 200 : 503, `${why ?? 'ok'}\n`);
    switch (request.url?.split('?')[0]) {
      case '/metrics': return say(200, metrics(), 'text/plain; version=0.0.4; charset=utf-8');
      case '/healthz': return verdict(ill());
      case '/readyz': return verdict(unready());
      default: return say(404, 'there are /metrics, /healthz and /readyz\n');
    }
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => resolve({
      port: (server.address() as { port: number }).port,
      close: () => new Promise(done => { server.close(() => done()); server.closeAllConnections(); }),
    }));
  });
}
