import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { type HttpResponse, writeHead } from '../http/response.ts';
import { returnedHeaders } from './forwarded-headers.ts';
import { rewriteLinks } from './html-links.ts';

/** An absolute path of the backend as it is reached through the proxy; what leads elsewhere stays. */
export function throughProxy(link: string, prefix: string): string {
  return link.startsWith('/') && !link.startsWith('//') && !link.startsWith(prefix) ? `${prefix}${link}` : link;
}

/** A page whose links can be read. */
export function isPage({ headers, statusCode }: IncomingMessage): boolean {
  const [type] = (headers['content-type'] ?? '').split(';');
  const readable = ['', 'identity', 'gzip'].includes(headers['content-encoding'] ?? '');
  return type?.trim().toLowerCase() === 'text/html' && readable && statusCode !== 204 && statusCode !== 304;
}

/** Passes a page on whose links lead through the proxy again. */
export async function relayPage(answer: IncomingMessage, response: HttpResponse, prefix: string): Promise<void> {
  const { 'content-encoding': encoding, ...headers } = returnedHeaders(answer.headers);
  // A fault on the way reaches who reads the end of it.
  const plain: Readable = encoding === 'gzip' ? pipeline(answer, createGunzip(), () => {}) : answer;
  // Latin-1 keeps every byte, whatever the page is written in.
  const page = rewriteLinks((await buffer(plain)).toString('latin1'), (link) => throughProxy(link, prefix));
  const body = Buffer.from(page, 'latin1');
  writeHead(response, answer.statusCode ?? 502, { ...headers, 'content-length': String(body.length) });
  response.end(body);
}
