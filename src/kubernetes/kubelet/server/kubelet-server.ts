import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import { createServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { describeError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { KubeletOptions } from '../options.ts';
import { HttpError } from './http-error.ts';
import type { RequestAuth } from './request-auth.ts';
import { accessFor } from './request-auth.ts';

export interface ServerRequest {
  method: string;
  url: URL;
  /** Path segments after the first: `['default', 'web', 'app']`. */
  segments: string[];
  incoming: IncomingMessage;
  /** Aborts when the client is gone. */
  signal: AbortSignal;
}

/** Answers requests whose path begins with `path`; the first that fits is taken. */
export interface Route {
  path: string;
  handle?(request: ServerRequest, response: ServerResponse): Promise<void>;
  /** Takes over the connection. */
  upgrade?(request: ServerRequest, socket: Duplex, head: Buffer): Promise<void>;
}

const CERTIFICATE_CHECK = 60_000;

/** The kubelet's HTTPS server: everybody is authenticated, every path is authorised. */
export class KubeletServer {
  readonly #routes: readonly Route[];
  readonly #auth: RequestAuth;
  readonly #log: Log;
  readonly #options: KubeletOptions;
  readonly #server: Server;

  constructor(routes: readonly Route[], auth: RequestAuth, options: KubeletOptions, log: Log) {
    this.#routes = [...routes].sort((a, b) => b.path.length - a.path.length);
    this.#auth = auth;
    this.#log = log;
    this.#options = options;
    this.#server = createServer({ ...this.#credentials(), requestCert: true, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
    this.#server.on('request', (incoming, response) => void this.#onRequest(incoming, response));
    this.#server.on('upgrade', (incoming, socket, head) => void this.#onUpgrade(incoming, socket, head));
    this.#server.on('tlsClientError', (error) => log.debug({ error: describeError(error) }, 'TLS handshake failed'));
  }

  /** Serves until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { address, port, tlsCertificate } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: address, port }, resolve);
    });
    const reload = () => this.#server.setSecureContext(this.#credentials());
    watchFile(tlsCertificate, { interval: CERTIFICATE_CHECK, persistent: false }, reload);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    unwatchFile(tlsCertificate, reload);
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #credentials(): { cert: Buffer; key: Buffer; ca: Buffer } {
    const { tlsCertificate, tlsKey, clientCA } = this.#options;
    return { cert: readFileSync(tlsCertificate), key: readFileSync(tlsKey), ca: readFileSync(clientCA) };
  }

  async #onRequest(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    try {
      const { route, request } = await this.#admit(incoming, gone.signal);
      if (!route.handle) throw new HttpError(405, 'Method Not Allowed');
      await route.handle(request, response);
    } catch (error) {
      this.#fail(error, response);
    }
  }

  async #onUpgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const gone = new AbortController();
    socket.once('close', () => gone.abort());
    socket.on('error', () => socket.destroy());
    try {
      const { route, request } = await this.#admit(incoming, gone.signal);
      if (!route.upgrade) throw new HttpError(400, 'this path does not stream');
      await route.upgrade(request, socket, head);
    } catch (error) {
      const { status, message } = asHttpError(error);
      this.#log.debug({ url: incoming.url, error: describeError(error) }, 'stream refused');
      socket.end(
        `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(message)}\r\nConnection: close\r\n\r\n${message}`,
      );
    }
  }

  async #admit(incoming: IncomingMessage, signal: AbortSignal): Promise<{ route: Route; request: ServerRequest }> {
    const method = incoming.method ?? 'GET';
    const url = new URL(incoming.url ?? '/', 'https://kubelet');
    const user = await this.#auth.authenticate(incoming);
    if (!user) throw new HttpError(401, 'Unauthorized');
    const accesses = accessFor(method, url.pathname);
    if (!(await this.#auth.authorize(user, accesses))) {
      const { verb = '', subresource = '' } = accesses[0] ?? {};
      throw new HttpError(403, `Forbidden (user=${user.name}, verb=${verb}, resource=nodes, subresource(s)=[${subresource}])`);
    }
    const route = this.#routes.find(({ path }) => url.pathname === path || url.pathname.startsWith(`${path}/`));
    if (!route) throw new HttpError(404, '404 page not found');
    const segments = url.pathname.slice(route.path.length).split('/').filter(Boolean).map(decodeURIComponent);
    return { route, request: { method, url, segments, incoming, signal } };
  }

  #fail(error: unknown, response: ServerResponse): void {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const { status, message } = asHttpError(error);
    if (status >= 500) this.#log.warn({ error: describeError(error) }, 'request failed');
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(message);
  }
}

function asHttpError(error: unknown): { status: number; message: string } {
  return error instanceof HttpError ? error : { status: 500, message: describeError(error) };
}

function reasonPhrase(status: number): string {
  return { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found' }[status] ?? 'Internal Server Error';
}
