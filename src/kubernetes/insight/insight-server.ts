import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { ApiError, internalError, unauthorized } from '../machinery/status.ts';
import { readHistoryQuery } from './history-query.ts';
import type { HistoryStore } from './history-store.ts';
import type { MetricsApi } from './metrics-api.ts';
import { selfSigned } from './self-signed.ts';

export interface InsightServerOptions {
  metrics: MetricsApi;
  history: HistoryStore;
  /** Signs the certificate with which the API server asks for others; without it whoever reaches us is answered. */
  frontProxyCA: string | undefined;
  /** Common names that such a certificate may have; empty: any. */
  frontProxyNames: readonly string[];
  clock: Clock;
  log: Log;
}

const NAME = 'slipway-insight.kube-system.svc';

/** HTTPS: the metrics API for the API server, history for the app, health for the kubelet. */
export class InsightServer implements AsyncDisposable {
  readonly #options: InsightServerOptions;
  readonly #server: Server;

  constructor(options: InsightServerOptions) {
    this.#options = options;
    const { cert, key } = selfSigned(NAME, options.clock.now());
    // Checked per path: history and health are asked for without a certificate.
    const clients = options.frontProxyCA ? { ca: options.frontProxyCA, requestCert: true, rejectUnauthorized: false } : {};
    this.#server = createServer({ cert, key, ...clients }, (request, response) => this.#serve(request, response));
  }

  async listen(port: number): Promise<number> {
    this.#server.listen(port);
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    try {
      const body = this.#answer(request);
      if (typeof body === 'string') response.writeHead(200, { 'content-type': 'text/plain' }).end(body);
      else if (body) sendJson(response, 200, body);
      else response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n');
    } catch (error) {
      const failure = error instanceof ApiError ? error : internalError(error instanceof Error ? error.message : String(error));
      if (failure !== error) this.#options.log.error({ err: error, url: request.url }, 'answering a request failed');
      sendJson(response, failure.code, failure.status);
    }
  }

  #answer(request: IncomingMessage): object | string | undefined {
    const { metrics, history, clock } = this.#options;
    const url = new URL(request.url ?? '/', 'https://insight');
    if (['/healthz', '/livez', '/readyz'].includes(url.pathname)) return 'ok';
    if (url.pathname === '/history') return history.query(readHistoryQuery(url.searchParams), Math.floor(clock.now() / 1000));
    if (!this.#isFrontProxy(request)) throw unauthorized();
    return metrics.answer({ method: request.method ?? 'GET', url, accept: request.headers.accept ?? '' });
  }

  /** The API server has authorised the user before it asks for them. */
  #isFrontProxy(request: IncomingMessage): boolean {
    const { frontProxyCA, frontProxyNames } = this.#options;
    if (!frontProxyCA) return true;
    const socket = request.socket as TLSSocket;
    const name = socket.getPeerCertificate()?.subject?.CN as string | undefined;
    return socket.authorized && (frontProxyNames.length === 0 || frontProxyNames.includes(name ?? ''));
  }
}

function sendJson(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
