import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { ApiError } from '../../machinery/status.ts';
import type { RequestContext } from '../request.ts';

/** How bytes become messages: as they are, or as text for clients that can take no others. Without a protocol, as they are. */
const PROTOCOLS = ['', 'binary.k8s.io', 'base64.binary.k8s.io'] as const;
type Protocol = (typeof PROTOCOLS)[number];

/** Browsers have no other place for their token; it is no protocol to speak. */
const BEARER = 'base64url.bearer.authorization.k8s.io.';
const HIGH_WATER = 1 << 20;
const NORMAL_CLOSURE = 1000;

/** The client's side of an upgrade that nobody has answered yet. */
export interface UpgradeRequest {
  readonly request: RequestContext;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** The first protocol of the client's that streams are sent by; throws where it wants another. */
export function chooseProtocol(headers: IncomingHttpHeaders): Protocol {
  const offered = (headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol !== '' && !protocol.startsWith(BEARER));
  if (offered.length === 0) return '';
  const chosen = PROTOCOLS.find((protocol) => protocol === offered.find((each) => PROTOCOLS.includes(each as Protocol)));
  if (chosen) return chosen;
  const message = `requested protocol(s) are not supported: [${offered.join(' ')}]; supports [${PROTOCOLS.join(' ').trim()}]`;
  throw new ApiError({ code: 403, reason: 'Forbidden', message });
}

/** Answers an upgrade with a stream of bytes. A stream that says nothing for a while begins with an empty message all the same. */
export async function sendThroughWebSocket(stream: Readable, protocol: Protocol, upgrade: UpgradeRequest): Promise<void> {
  const client = await accept(protocol, upgrade);
  client.once('close', () => stream.destroy());
  client.once('error', () => stream.destroy());
  const message = protocol === 'base64.binary.k8s.io' ? (chunk: Buffer) => chunk.toString('base64') : (chunk: Buffer) => chunk;
  client.send(message(Buffer.alloc(0)));
  pump(stream, client, message).catch(() => client.terminate());
}

async function pump(stream: Readable, client: WebSocket, message: (chunk: Buffer) => Buffer | string): Promise<void> {
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const sent = new Promise<void>((resolve) => client.send(message(chunk), () => resolve()));
    // A slow reader holds the stream back.
    if (client.bufferedAmount > HIGH_WATER) await sent;
  }
  client.close(NORMAL_CLOSURE);
}

function accept(protocol: Protocol, { request, socket, head }: UpgradeRequest): Promise<WebSocket> {
  const server = new WebSocketServer({ noServer: true, clientTracking: false, handleProtocols: () => protocol || false });
  // Of a request, its method and headers are all that is looked at.
  return new Promise((resolve) => server.handleUpgrade(request as unknown as IncomingMessage, socket, head, resolve));
}
