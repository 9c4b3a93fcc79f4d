import { createServer, type Server } from 'node:https';
import type { Log } from '../../base/log.ts';
import { createAuthority } from '../apiserver/standalone/pki.ts';

const PATHS = new Set(['/healthz', '/livez', '/readyz']);

/** Answers on loopback, at each of the ports, that the process is there, under a certificate of its own making. */
export async function serveHealth(ports: readonly number[], log: Log): Promise<Disposable> {
  if (ports.length === 0) return { [Symbol.dispose]() {} };
  const { cert, key } = await createAuthority('localhost');
  const servers = ports.map((port) => listen(port, { cert, key }, log));
  return {
    [Symbol.dispose]() {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

function listen(port: number, identity: { cert: string; key: string }, log: Log): Server {
  const server = createServer(identity, (request, response) => {
    const known = PATHS.has((request.url ?? '').split('?')[0] ?? '');
    response.writeHead(known ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8' }).end(known ? 'ok' : '404 page not found\n');
  });
  // Nobody's work depends on it: a port that is taken is no reason to stop.
  server.on('error', (error) => log.warn({ port, error: error.message }, 'health is not served'));
  return server.listen(port, '127.0.0.1');
}
