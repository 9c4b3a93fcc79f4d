import { request as httpsRequest } from 'node:https';
import type { TestApiServer } from '../../../support/api-server.ts';

export interface RawAnswer {
  readonly code: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly bytes: Buffer;
}

/** A request whose body and answer are bytes. */
export function rawRequest(
  server: TestApiServer,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: Uint8Array | string,
): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const request = httpsRequest(
    new URL(server.url),
    {
      method,
      path,
      ca: server.ca,
      headers: { 'user-agent': 'fuzz/1', authorization: `Bearer ${server.token}`, ...lengthOf(body), ...headers },
    },
    (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ code: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(chunks) }));
    },
  );
  request.on('error', (cause) => reject(new Error(`${method} ${path} ${JSON.stringify(headers)} ${String(body).slice(0, 60)}`, { cause })));
  request.end(body);
  return promise;
}

/** Node leaves the length out for methods that usually have no body. */
const lengthOf = (body: Uint8Array | string | undefined): Record<string, string> =>
  body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };

/** Faults that upstream, too, answers with 500. */
const MAY_BE_500 =
  /resourceVersion: Invalid value|resourceVersion should not be set|failed to create|failed to convert|unsupported role reference|no such key|path was not supported|unable to find/;

/** Throws for an answer that no request, however odd, should get. */
export function expectSane({ code, bytes }: RawAnswer, what: string): void {
  if (code >= 200 && code < 500) return;
  const text = bytes.toString();
  if (code === 504 || MAY_BE_500.test(text)) return;
  throw new Error(`${what}: ${code} ${text.slice(0, 500)}`);
}
