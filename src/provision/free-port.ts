import { createServer } from 'node:net';

/** Whether a program of this computer could listen on 127.0.0.1:`port` now. */
export function portIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * A free port of 127.0.0.1, fixed for the life of a cluster so that its kubeconfig stays true. Below Linux's range of
 * ports for outgoing connections (32768 on), where another program could sit on it by the time Docker restarts.
 */
export async function freePort(taken: ReadonlySet<number>): Promise<number> {
  for (let port = 26443; port < 32000; port++) {
    if (!taken.has(port) && (await portIsFree(port))) return port;
  }
  throw new Error('No free port between 26443 and 32000 on 127.0.0.1.');
}
