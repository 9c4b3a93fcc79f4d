import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { createAuthority } from '../../src/kubernetes/apiserver/standalone/pki.ts';

export interface Question {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Parsed; undefined where there was none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into questions of every kind
  readonly body: any;
}

/** An HTTPS server of loopback that answers every question with what a function says, as JSON. */
export interface HttpsResponder extends AsyncDisposable {
  readonly url: string;
  readonly ca: string;
  readonly questions: Question[];
}

/** A number as answer is a bare status code. */
export async function startHttpsResponder(answer: (question: Question) => object | number): Promise<HttpsResponder> {
  const authority = await createAuthority('responder-ca');
  const { cert, key } = await authority.sign({ commonName: 'responder', hosts: ['127.0.0.1', 'localhost'] });
  const questions: Question[] = [];
  const server = createServer({ cert, key }, async (request, response) => {
    const body = request.method === 'POST' ? await json(request) : undefined;
    const question = { path: request.url ?? '', headers: request.headers, body };
    questions.push(question);
    const said = answer(question);
    response.writeHead(typeof said === 'number' ? said : 200, { 'content-type': 'application/json' });
    response.end(typeof said === 'number' ? '' : JSON.stringify(said));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: authority.cert,
    questions,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
