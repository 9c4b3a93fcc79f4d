// Runs in a pod: admission and conversion webhooks, and where GROUP names one, an aggregated API. What upstream's
// conformance tests have agnhost and the sample API server for.
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { review } from './admission.ts';
import { type Answer, type Asked, failure, ok } from './answers.ts';
import { FlunderApi } from './api.ts';
import { converted } from './conversion.ts';
import { Delegation } from './delegation.ts';

const { GROUP, PORT = '8444', CERTIFICATES = '/certificates' } = process.env;

const delegation = GROUP ? await Delegation.read() : undefined;
const api = delegation && new FlunderApi(GROUP ?? '', delegation);

async function answerTo(asked: Asked): Promise<Answer> {
  const { pathname } = asked.url;
  if (pathname === '/readyz') return ok({ ready: true });
  if (pathname === '/crdconvert') return ok(converted(asked.body));
  if (asked.body?.kind === 'AdmissionReview') {
    const answered = await review(pathname, asked.body);
    if (answered) return ok(answered);
  }
  return (await api?.answer(asked)) ?? failure(404, 'NotFound', `no such path: ${pathname}`);
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', headers } = request;
  const sent = await text(request);
  const url = new URL(request.url ?? '/', 'https://extension');
  const asked = { method, url, headers, socket: request.socket as TLSSocket, body: sent ? JSON.parse(sent) : undefined };
  const { code, body, stream } = await answerTo(asked).catch((error: Error) => failure(500, 'InternalError', error.message));
  console.log(`${method} ${request.url} ${code}`);
  response.writeHead(code, { 'content-type': 'application/json' });
  if (stream) stream(response);
  else response.end(JSON.stringify(body));
}

const [cert, key] = ['tls.crt', 'tls.key'].map((name) => readFileSync(`${CERTIFICATES}/${name}`));
const client = delegation ? { ca: delegation.frontProxyCA, requestCert: true, rejectUnauthorized: false } : {};
createServer({ cert, key, ...client }, serve).listen(Number(PORT), () => console.log(`listening on ${PORT}`));
