import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { parseJson } from '../../machinery/codec/json-value.ts';
import { ApiError, badRequest, internalError, type Status } from '../../machinery/status.ts';
import { encodeValue, SCHEMAS } from '../handlers/encode.ts';
import type { RequestContext } from '../request.ts';
import { plainEncoding } from './negotiate.ts';
import { OverloadError } from './overload.ts';
import { isTrue } from './request-info.ts';

/** The answer being written, over HTTP/1.1 or HTTP/2: Node's compatibility API, with what both have. */
export type HttpResponse = ServerResponse | Http2ServerResponse;

/** Answers at least this large are compressed for clients that can read it. */
const COMPRESS_FROM = 128 * 1024;
/** Answers in parts go out in pieces of this size. */
const PIECE_BYTES = 256 * 1024;

const compress = promisify(gzip);

export interface Body {
  readonly type: string;
  readonly bytes: Buffer | readonly Buffer[];
  /** What the bytes say, where they are no JSON. */
  value?(): object;
}

/** Sends a whole answer with the headers every answer has. */
export async function send(
  request: RequestContext,
  response: HttpResponse,
  code: number,
  body: Body,
  extra: Record<string, string> = {},
): Promise<void> {
  if (request.audit?.wantsResponse && request.info.isResourceRequest) request.audit.responseObject(valueIn(body));
  let bytes = isPretty(request) && body.type.startsWith('application/json') ? indented(body.bytes) : body.bytes;
  const headers: Record<string, string | number | string[]> = { ...commonHeaders(request), 'content-type': body.type, ...extra };
  if (sizeOf(bytes) >= COMPRESS_FROM && acceptsGzip(request)) {
    bytes = await compress(Array.isArray(bytes) ? Buffer.concat(bytes) : (bytes as Buffer), { level: 1 });
    headers['content-encoding'] = 'gzip';
    headers.vary = extra.vary ? `${extra.vary}, Accept-Encoding` : 'Accept-Encoding';
  }
  request.sentBytes = sizeOf(bytes);
  headers['content-length'] = request.sentBytes;
  writeHead(response, code, headers);
  if (request.method === 'HEAD') endWith(response);
  else if (bytes instanceof Buffer) endWith(response, bytes);
  else await sendParts(response, bytes as readonly Buffer[]);
}

/** No faster than the client reads: a list of everything is large, and only its parts are there already. */
async function sendParts(response: HttpResponse, parts: readonly Buffer[]): Promise<void> {
  for (const piece of piecesOf(parts)) if (!writeTo(response, piece) && !(await hasRoom(response))) return;
  endWith(response);
}

/** A write for every part would cost more than copying them together. */
function* piecesOf(parts: readonly Buffer[]): Generator<Buffer> {
  let [from, size] = [0, 0];
  for (let i = 0; i < parts.length; i++) {
    size += (parts[i] as Buffer).length;
    if (size < PIECE_BYTES) continue;
    yield Buffer.concat(parts.slice(from, i + 1), size);
    [from, size] = [i + 1, 0];
  }
  if (size > 0) yield Buffer.concat(parts.slice(from), size);
}

/** Whether there will be room to write more: false when the client has gone. */
function hasRoom(response: HttpResponse): Promise<boolean> {
  if (response.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    const settle = (room: boolean) => () => {
      response.off('drain', drained);
      response.off('close', closed);
      resolve(room);
    };
    const [drained, closed] = [settle(true), settle(false)];
    response.once('drain', drained);
    response.once('close', closed);
  });
}

function valueIn({ bytes, value }: Body): object {
  return value?.() ?? (parseJson((Array.isArray(bytes) ? Buffer.concat(bytes) : (bytes as Buffer)).toString()) as object);
}

export function sendJson(request: RequestContext, response: HttpResponse, code: number, value: unknown): Promise<void> {
  return send(request, response, code, { type: 'application/json', bytes: Buffer.from(`${JSON.stringify(value)}\n`) });
}

export function sendText(
  request: RequestContext,
  response: HttpResponse,
  code: number,
  text: string,
  extra: Record<string, string> = {},
): Promise<void> {
  const body = { type: 'text/plain; charset=utf-8', bytes: Buffer.from(text) };
  return send(request, response, code, body, { 'x-content-type-options': 'nosniff', ...extra });
}

/** Answers with the Status of whatever went wrong, in the client's encoding. */
export function sendError(request: RequestContext, response: HttpResponse, error: unknown): Promise<void> {
  const status = statusOf(error);
  request.audit?.status(status);
  const retry = status.details?.retryAfterSeconds;
  const later: Record<string, string> = retry ? { 'retry-after': String(retry) } : {};
  if (error instanceof OverloadError) return sendText(request, response, error.code, `${OverloadError.text}\n`, later);
  return send(request, response, status.code ?? 500, encodeValue(status, plainEncoding(request.headers.accept), SCHEMAS.status), later);
}

export function statusOf(error: unknown): Status {
  if (error instanceof ApiError) return error.status;
  // Only a body that nests without end exhausts the stack.
  if (error instanceof RangeError) return badRequest('exceeded max depth').status;
  return internalError(error instanceof Error ? error.message : String(error)).status;
}

/** Headers of every answer, streams included. */
export function commonHeaders(request: RequestContext): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = { 'audit-id': request.id, 'cache-control': 'no-cache, private' };
  if (request.flow) {
    headers['x-kubernetes-pf-flowschema-uid'] = request.flow.schemaUid;
    headers['x-kubernetes-pf-prioritylevel-uid'] = request.flow.levelUid;
  }
  if (request.warnings.size > 0) headers.warning = [...request.warnings].map((text) => `299 - "${escapeWarning(text)}"`);
  return headers;
}

/** As a quoted string. Header values are bytes, which Node takes as Latin-1: so UTF-8 is handed over byte by byte. */
function escapeWarning(text: string): string {
  const quoted = text.replace(/[\\"]/g, '\\$&').replace(/\p{Cc}/gu, ' ');
  return Buffer.from(quoted).toString('latin1');
}

export function writeHead(response: HttpResponse, code: number, headers: Record<string, string | number | string[]>): void {
  (response as ServerResponse).writeHead(code, headers);
}

/** Begins an answer that goes on: the client hears at once that it has begun. */
export function beginStream(response: HttpResponse, code: number, headers: Record<string, string | number | string[]>): void {
  writeHead(response, code, headers);
  (response as ServerResponse).flushHeaders();
}

/** Calls `listener` when the head of an answer goes out. */
export function onHead(response: HttpResponse, listener: (code: number) => void): void {
  const { writeHead: original } = response;
  response.writeHead = function (this: HttpResponse, code: number, ...rest: never[]) {
    listener(code);
    return Reflect.apply(original, this, [code, ...rest]);
  } as typeof response.writeHead;
}

export function writeTo(response: HttpResponse, bytes: Buffer): boolean {
  return (response as ServerResponse).write(bytes);
}

export function endWith(response: HttpResponse, bytes?: Buffer): void {
  if (bytes) (response as ServerResponse).end(bytes);
  else (response as ServerResponse).end();
}

/** Programs by which people look: they get their JSON indented unless they say otherwise. */
const LOOKERS = /^(curl|Wget|Mozilla\/5\.0)/;

function isPretty({ query, headers }: RequestContext): boolean {
  const said = query.get('pretty');
  return said === null ? LOOKERS.test(headers['user-agent'] ?? '') : isTrue(said);
}

function indented(bytes: Buffer | readonly Buffer[]): Buffer {
  const text = (Array.isArray(bytes) ? Buffer.concat(bytes) : (bytes as Buffer)).toString();
  return Buffer.from(`${JSON.stringify(parseJson(text), undefined, 2)}\n`);
}

function sizeOf(bytes: Buffer | readonly Buffer[]): number {
  return Array.isArray(bytes) ? bytes.reduce((size, part) => size + part.length, 0) : bytes.length;
}

function acceptsGzip(request: RequestContext): boolean {
  return /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
}
