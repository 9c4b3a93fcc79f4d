import { createSecureServer, type Http2SecureServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ApiServerConfig } from './config.ts';
import type { HttpRequest } from './http/body.ts';
import type { HttpResponse } from './http/response.ts';

/** What the listener hands requests to. */
export interface HttpHandler {
  handle(request: HttpRequest, response: HttpResponse): void;
  upgrade(request: HttpRequest, socket: Duplex, head: Buffer): void;
}

/** Room for the large number of watches that one client holds over a single connection. */
const MAX_STREAMS = 1000;
const WINDOW_BYTES = 1 << 20;
/**
 * What may wait for a client on one connection. Past Node's own ten megabytes, which one list reaches, every further request of a client
 * that is slow for a moment would be refused, and then its connection ended.
 */
const SESSION_MEGABYTES = 1024;
const IDLE_MS = 90_000;

/** The TLS listener: HTTP/2 for clients that can, HTTP/1.1 for the others and for upgrades. */
export class HttpListener {
  readonly #server: Http2SecureServer;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Http2SecureServer) {
    this.#server = server;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** `onBadHandshake` hears of clients that could not agree on how to speak. */
  static async listen(config: ApiServerConfig, handler: HttpHandler, onBadHandshake: () => void): Promise<HttpListener> {
    const server = createSecureServer({
      allowHTTP1: true,
      cert: config.serving.cert,
      key: config.serving.key,
      ca: [config.clientCA, config.frontProxy.requestHeaderCA].filter((ca) => ca !== undefined),
      // Certificates are checked by the authenticators: a bad one is an anonymous request, not a failed handshake.
      requestCert: true,
      rejectUnauthorized: false,
      settings: { maxConcurrentStreams: MAX_STREAMS, initialWindowSize: WINDOW_BYTES },
      maxSessionMemory: SESSION_MEGABYTES,
    });
    // As long as Go's server keeps idle HTTP/1.1 connections; Node's own five seconds surprise clients.
    Object.assign(server, { keepAliveTimeout: IDLE_MS });
    const listener = new HttpListener(server);
    server.on('request', (request, response) => handler.handle(request, response));
    server.on('upgrade', (request, socket, head) => handler.upgrade(request, socket, head));
    server.on('tlsClientError', (_error, socket) => {
      onBadHandshake();
      socket.destroy();
    });
    server.on('sessionError', () => {});
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(config.securePort, config.bindAddress, () => {
        server.off('error', reject);
        resolve();
      });
    });
    return listener;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Stops listening and, after what is under way had `graceMs`, ends every connection. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
