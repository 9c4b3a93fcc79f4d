import { createServer, type Server } from 'node:http';
import type { Log } from '../../base/log.ts';

/** What a load balancer asks a node about one service with externalTrafficPolicy Local. */
export interface LocalHealth {
  namespace: string;
  name: string;
  localEndpoints: number;
}

/** Answers on each service's healthCheckNodePort: 200 where this node has an endpoint, 503 where it has none. */
export class HealthCheckServers implements Disposable {
  readonly #servers = new Map<number, { server: Server; health: LocalHealth }>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Replaces the answers: opens ports that are new, closes those no longer asked for. */
  update(wanted: ReadonlyMap<number, LocalHealth>): void {
    for (const [port, { server }] of this.#servers) {
      if (wanted.has(port)) continue;
      server.close();
      this.#servers.delete(port);
    }
    for (const [port, health] of wanted) {
      const present = this.#servers.get(port);
      if (present) present.health = health;
      else this.#open(port, health);
    }
  }

  [Symbol.dispose](): void {
    for (const { server } of this.#servers.values()) server.close();
    this.#servers.clear();
  }

  #open(port: number, health: LocalHealth): void {
    const entry = { server: createServer(), health };
    entry.server.on('request', (_request, response) => {
      const { namespace, name, localEndpoints } = entry.health;
      response.writeHead(localEndpoints > 0 ? 200 : 503, {
        'content-type': 'application/json',
        'x-load-balancing-endpoint-weight': String(localEndpoints),
      });
      response.end(JSON.stringify({ service: { namespace, name }, localEndpoints, serviceProxyHealthy: true }));
    });
    entry.server.on('error', (error) => this.#log.warn({ err: error, port }, 'cannot serve a health check node port'));
    entry.server.listen(port);
    this.#servers.set(port, entry);
  }
}
