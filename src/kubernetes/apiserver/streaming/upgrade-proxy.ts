import type { IncomingMessage } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Backend, type BackendClient, type BackendRequest, wasNotReached } from './backend.ts';

interface Answer {
  answer: IncomingMessage;
  /** Where the backend agreed to switch protocols: its end, and what it sent already. */
  upgraded?: { socket: Duplex; head: Buffer };
}

/**
 * Joins a client's upgraded connection to a backend's. Only a 101 joins them: after any other answer the connection
 * is closed, since otherwise the client's next request would reach the backend with this server's identity.
 */
export async function proxyUpgrade(
  client: BackendClient,
  backend: Backend,
  request: BackendRequest,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const { answer, upgraded } = await upgrade(client, backend, request);
  if (!upgraded) return refuse(answer, socket);
  socket.write(headText(answer));
  if (upgraded.head.length > 0) socket.write(upgraded.head);
  if (head.length > 0) upgraded.socket.write(head);
  join(socket, upgraded.socket);
}

async function upgrade(client: BackendClient, backend: Backend, request: BackendRequest): Promise<Answer> {
  let fault: unknown = new Error('no address to connect to');
  for (const host of backend.hosts) {
    try {
      return await tryUpgrade(client, backend, host, request);
    } catch (error) {
      fault = error;
      if (!wasNotReached(error)) break;
    }
  }
  throw fault;
}

function tryUpgrade(client: BackendClient, backend: Backend, host: string, request: BackendRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // The signal ends with the client's socket, whose end also ends the backend's: no need to tie both.
    const outgoing = client.open(backend, host, request, { ownConnection: true });
    outgoing.once('upgrade', (answer, socket, head) => resolve({ answer, upgraded: { socket, head } }));
    outgoing.once('response', (answer) => resolve({ answer }));
    outgoing.on('error', reject);
    outgoing.end();
  });
}

function headText({ statusCode = 101, statusMessage, rawHeaders }: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${statusCode} ${statusMessage || STATUS_CODES[statusCode]}`];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function join(client: Duplex, backend: Duplex): void {
  const end = () => {
    client.destroy();
    backend.destroy();
  };
  for (const socket of [client, backend]) {
    socket.on('error', end);
    socket.once('close', end);
  }
  client.pipe(backend);
  backend.pipe(client);
}

async function refuse(answer: IncomingMessage, socket: Duplex): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const { statusCode = 502, statusMessage } = answer;
  const type = answer.headers['content-type'] ?? 'text/plain';
  socket.write(
    `HTTP/1.1 ${statusCode} ${statusMessage || STATUS_CODES[statusCode]}\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`,
  );
  socket.end(body);
}
