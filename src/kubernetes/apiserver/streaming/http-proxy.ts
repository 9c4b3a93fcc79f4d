import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isAbort } from '../../../base/errors.ts';
import { type HttpResponse, writeHead } from '../http/response.ts';
import { type Backend, type BackendClient, type BackendRequest, wasNotReached } from './backend.ts';
import { returnedHeaders } from './forwarded-headers.ts';

/** Sends a request and waits for the head of the answer. Hosts that cannot be connected to are passed over. */
export async function send(client: BackendClient, backend: Backend, request: BackendRequest, body?: Readable): Promise<IncomingMessage> {
  let fault: unknown = new Error('no address to connect to');
  for (const host of backend.hosts) {
    try {
      const outgoing = client.open(backend, host, request, { ownConnection: false });
      delimit(outgoing, body !== undefined);
      return await answerOf(outgoing, body);
    } catch (error) {
      fault = error;
      // A body that began to flow cannot flow again.
      if (!wasNotReached(error) || body?.readableDidRead) break;
    }
  }
  throw fault;
}

/**
 * Says where the body ends, which the client may have said in its own way (a stream of HTTP/2 just ends) and which Node does
 * not say of a DELETE by itself. Were it not said, the body would be read as a request: the client's words with our identity.
 */
function delimit(outgoing: ClientRequest, hasBody: boolean): void {
  if (!hasBody) outgoing.removeHeader('content-length');
  else if (!outgoing.hasHeader('content-length')) outgoing.setHeader('transfer-encoding', 'chunked');
}

function answerOf(outgoing: ClientRequest, body: Readable | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
    if (!body) return void outgoing.end();
    outgoing.once('socket', (socket) => {
      const start = () => pipeline(body, outgoing).catch(reject);
      if (socket.connecting) socket.once('connect', start);
      else start();
    });
  });
}

/** Passes a backend's answer on, byte for byte and as it comes. */
export async function relay(answer: IncomingMessage, response: HttpResponse, extra: Record<string, string> = {}): Promise<void> {
  writeHead(response, answer.statusCode ?? 502, { ...returnedHeaders(answer.headers), ...extra });
  // A followed log may have nothing to say for hours, and its reader waits for the head of the answer.
  (response as ServerResponse).flushHeaders();
  try {
    await pipeline(answer, response);
  } catch (error) {
    // Either side may leave in the middle: the other is told by a broken stream.
    if (!isAbort(error) && (error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}
