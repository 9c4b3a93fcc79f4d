import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

/**
 * What the kubelet asks: `/health` whether the process works, `/ready` whether it answers for the cluster. An early
 * question for readiness waits a little for its answer, so that the first probe already says yes.
 */
export class HealthServer implements AsyncDisposable {
  readonly #server: Server;
  #ready = false;

  constructor(ready: Promise<unknown>) {
    const patience = ready.then(() => {
      this.#ready = true;
    });
    this.#server = createServer(async (request, response) => {
      const path = request.url?.split('?')[0];
      if (path === '/ready' && !this.#ready) await Promise.race([patience, once(request.socket, 'close')]);
      const ok = path === '/health' || (path === '/ready' && this.#ready);
      response.writeHead(ok ? 200 : path === '/ready' ? 503 : 404).end(ok ? 'OK' : '');
    });
  }

  async listen(port: number): Promise<void> {
    this.#server.listen(port);
    await once(this.#server, 'listening');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
