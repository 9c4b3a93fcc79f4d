import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { describeError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { CriClient } from '../cri/cri-client.ts';
import { HttpError } from './http-error.ts';
import type { Route, ServerRequest } from './kubelet-server.ts';
import type { PodLookup } from './pod-lookup.ts';
import { passThrough } from './streaming/passthrough.ts';
import type { StreamSet } from './streaming/remote-command.ts';
import { serveRemoteCommand } from './streaming/remote-command.ts';
import { serveTunnel } from './streaming/tunnel.ts';

const COMMAND_PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const TUNNEL_PROTOCOL = 'SPDY/3.1+portforward.k8s.io';
const INTERNAL_ERROR = 1011;

export interface StreamRouteParts {
  cri: CriClient;
  lookup: PodLookup;
  log: Log;
}

/** exec, attach and port-forward, over WebSocket or SPDY; the runtime does the work, here is the bridge to it. */
export function streamRoutes(parts: StreamRouteParts): Route[] {
  const options = { noServer: true, clientTracking: false, perMessageDeflate: false };
  const sockets = new WebSocketServer({ ...options, handleProtocols: chooseProtocol });
  const tunnels = new WebSocketServer(options);
  tunnels.on('headers', (headers) => void headers.push(`Sec-WebSocket-Protocol: ${TUNNEL_PROTOCOL}`));
  const serve = (bridge: Bridge, server: WebSocketServer) => (request: ServerRequest, socket: Duplex, head: Buffer) =>
    bridge(parts, server, request, socket, head);
  return [
    { path: '/exec', upgrade: serve(exec, sockets) },
    { path: '/attach', upgrade: serve(attach, sockets) },
    { path: '/portForward', upgrade: serve(portForward, tunnels) },
  ];
}

type Bridge = (parts: StreamRouteParts, sockets: WebSocketServer, request: ServerRequest, socket: Duplex, head: Buffer) => Promise<void>;

function chooseProtocol(offered: Set<string>): string | false {
  return COMMAND_PROTOCOLS.find((protocol) => offered.has(protocol)) ?? false;
}

const exec: Bridge = async (parts, sockets, request, socket, head) => {
  const { running } = await containerOf(parts, request);
  const query = request.url.searchParams;
  const wanted = streamsOf(query);
  const cmd = query.getAll('command');
  if (cmd.length === 0) throw new HttpError(400, 'you must specify at least one command');
  const { url } = await parts.cri.call('Exec', { containerId: running.id, cmd, ...wanted, stderr: wanted.stderr && !wanted.tty });
  await command(parts, sockets, request, socket, head, url, wanted);
};

const attach: Bridge = async (parts, sockets, request, socket, head) => {
  const { spec, running } = await containerOf(parts, request);
  const tty = spec.container.tty ?? false;
  const wanted = { ...streamsOf(request.url.searchParams), tty };
  const { url } = await parts.cri.call('Attach', { containerId: running.id, ...wanted, stderr: wanted.stderr && !tty });
  await command(parts, sockets, request, socket, head, url, wanted);
};

async function containerOf({ lookup }: StreamRouteParts, { segments }: ServerRequest) {
  // A uid may stand between the pod's name and the container's.
  const [namespace = '', name = ''] = segments;
  return await lookup.runningContainer(namespace, name, segments.at(-1) ?? '');
}

function streamsOf(query: URLSearchParams): StreamSet {
  const has = (...names: string[]) => names.some((name) => ['1', 'true'].includes(query.get(name) ?? ''));
  const wanted = { stdin: has('input', 'stdin'), stdout: has('output', 'stdout'), stderr: has('error', 'stderr'), tty: has('tty') };
  if (!wanted.stdin && !wanted.stdout && !wanted.stderr) throw new HttpError(400, 'you must specify at least 1 of stdin, stdout, stderr');
  return wanted;
}

async function command(
  parts: StreamRouteParts,
  sockets: WebSocketServer,
  request: ServerRequest,
  socket: Duplex,
  head: Buffer,
  url: string,
  wanted: StreamSet,
): Promise<void> {
  if (!isWebSocket(request) || !offers(request, COMMAND_PROTOCOLS)) return await passThrough(url, request.incoming, socket, head);
  const client = await accept(sockets, request, socket, head);
  await guarded(parts.log, client, serveRemoteCommand(client, url, wanted));
}

const portForward: Bridge = async (parts, tunnels, request, socket, head) => {
  const [namespace = '', name = ''] = request.segments;
  const port = request.url.searchParams
    .getAll('port')
    .flatMap((text) => text.split(','))
    .map(Number);
  const podSandboxId = await parts.lookup.sandboxId(namespace, name);
  const { url } = await parts.cri.call('PortForward', { podSandboxId, port });
  if (!isWebSocket(request) || !offers(request, [TUNNEL_PROTOCOL])) return await passThrough(url, request.incoming, socket, head);
  // Its name has a character that names of subprotocols may not have, over which `ws` would end the handshake.
  delete request.incoming.headers['sec-websocket-protocol'];
  const client = await accept(tunnels, request, socket, head);
  await guarded(parts.log, client, serveTunnel(client, url));
};

function isWebSocket({ incoming }: ServerRequest): boolean {
  return incoming.headers.upgrade?.toLowerCase() === 'websocket';
}

function offers({ incoming }: ServerRequest, protocols: readonly string[]): boolean {
  const offered = (incoming.headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
  return protocols.some((protocol) => offered.includes(protocol));
}

function accept(sockets: WebSocketServer, { incoming }: ServerRequest, socket: Duplex, head: Buffer): Promise<WebSocket> {
  return new Promise((resolve) => sockets.handleUpgrade(incoming, socket, head, resolve));
}

async function guarded(log: Log, client: WebSocket, session: Promise<void>): Promise<void> {
  try {
    await session;
  } catch (error) {
    log.debug({ error: describeError(error) }, 'streaming session failed');
    client.close(INTERNAL_ERROR, describeError(error).slice(0, 120));
  }
}
