import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { WebSocketServer } from 'ws';
import type { ClusterService } from '../ipc/cluster.ts';
import { type AppHost, createAppHost } from './app-host.ts';
import { isOwnRequest } from './web/origin.ts';
import { WebSessions } from './web/session.ts';
import { socketPort } from './web/socket-port.ts';
import { SECURITY_HEADERS, sendFile } from './web/static-files.ts';

export interface WebHostOptions {
  clusters: ClusterService;
  /** 0 or absent: a free one. */
  port?: number | undefined;
  /** Aborting closes the server and every window's connection. */
  signal: AbortSignal;
  /** The built renderer, by default `out/renderer` beside this file's checkout. */
  rendererDir?: string | undefined;
  version?: string | undefined;
}

export interface WebHost {
  /** Opens the app once; the browser that used it is remembered. */
  url: string;
  /** Another such URL, for another browser. */
  newUrl(): string;
  /** Resolves when everything is closed. */
  closed: Promise<void>;
}

/**
 * The app without Electron: the same renderer over HTTP and one WebSocket, on loopback only. Needs nothing but Node.
 */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const { clusters, signal, version = '0.1.0' } = options;
  const root = resolve(options.rendererDir ?? resolve(import.meta.dirname, '../../out/renderer'));
  const app = createAppHost({ clusters, version, host: 'web' });
  const sessions = new WebSessions();
  const server = createServer((request, response) => void answer(request, response, { sessions, root, port: portOf(server) }));
  const sockets = acceptSockets(server, sessions, app);
  server.listen(options.port ?? 0, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    app[Symbol.dispose]();
    throw explainListen(error, options.port);
  }
  const closed = once(server, 'close').then(() => app[Symbol.dispose]());
  const close = () => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
    server.closeAllConnections();
  };
  if (signal.aborted) close();
  else signal.addEventListener('abort', close, { once: true });
  const newUrl = () => `http://127.0.0.1:${portOf(server)}/?token=${sessions.newToken()}`;
  return { url: newUrl(), newUrl, closed };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  at: { sessions: WebSessions; root: string; port: number },
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const token = url.searchParams.get('token');
  if (!isOwnRequest(request, at.port)) return refuse(response, 'This address is for the Slipway page only.');
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 'Only GET is answered here.', 405);
  if (token !== null && url.pathname === '/') {
    const cookie = at.sessions.exchange(token);
    if (!cookie && !at.sessions.allows(request)) return refuse(response, 'This link was used before. Start Slipway again for a new one.');
    // The token leaves the address bar, and so history and bookmarks.
    response
      .writeHead(303, { ...SECURITY_HEADERS, location: '/', 'cache-control': 'no-store', ...(cookie ? { 'set-cookie': cookie } : {}) })
      .end();
    return;
  }
  if (!at.sessions.allows(request)) return refuse(response, 'Open Slipway with the link it printed when it started.');
  await sendFile(at.root, decodeURIComponent(url.pathname), response);
}

function refuse(response: ServerResponse, why: string, code = 403): void {
  response
    .writeHead(code, { ...SECURITY_HEADERS, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
    .end(`${why}\n`);
}

function acceptSockets(server: Server, sessions: WebSessions, app: AppHost): WebSocketServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 16 * 1024 * 1024, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    // A browser always sends Origin with a WebSocket; without one the caller is no page of ours.
    const allowed = request.url === '/ipc' && request.headers.origin && isOwnRequest(request, portOf(server)) && sessions.allows(request);
    if (!allowed) {
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => app.ipc.attach(socketPort(webSocket)));
  });
  return sockets;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo | null)?.port ?? 0;
}

function explainListen(error: unknown, port: number | undefined): Error {
  if ((error as { code?: string }).code === 'EADDRINUSE')
    return new Error(`Port ${port} is in use; choose another or leave it out`, { cause: error });
  return new Error('The web host could not start', { cause: error });
}
