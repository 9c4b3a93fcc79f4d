import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { WebSocket } from 'ws';
import { ApiError } from '../../machinery/status.ts';
import { protocolsWithoutToken } from '../authentication/bearer.ts';
import { acceptWebSocket, type UpgradeRequest } from '../http/web-socket.ts';

/** How bytes become messages: as they are, or as text for clients that can take no others. Without a protocol, as they are. */
const PROTOCOLS = ['binary.k8s.io', 'base64.binary.k8s.io'] as const;
type Protocol = (typeof PROTOCOLS)[number] | '';

const HIGH_WATER = 1 << 20;
const NORMAL_CLOSURE = 1000;

/** The first protocol of the client's that streams are sent by; throws where it wants another. */
export function chooseProtocol(headers: IncomingHttpHeaders): Protocol {
  const offered = protocolsWithoutToken(headers);
  if (offered.length === 0) return '';
  const chosen = offered.map((name) => PROTOCOLS.find((protocol) => protocol === name)).find((protocol) => protocol !== undefined);
  if (chosen) return chosen;
  const message = `requested protocol(s) are not supported: [${offered.join(' ')}]; supports [${PROTOCOLS.join(' ')}]`;
  throw new ApiError({ code: 403, reason: 'Forbidden', message });
}

/** Answers an upgrade with a stream of bytes. First comes an empty message: a log may have nothing to say for hours. */
export async function sendThroughWebSocket(stream: Readable, protocol: Protocol, upgrade: UpgradeRequest): Promise<void> {
  const client = await acceptWebSocket(upgrade, protocol);
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
