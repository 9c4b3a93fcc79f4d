import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';

export interface HttpsFetchOptions {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** Trusted instead of the system's authorities. */
  ca?: string;
  cert?: string;
  key?: string;
  servername?: string;
  insecure?: boolean;
  signal?: AbortSignal;
}

export interface FetchedAnswer {
  code: number;
  body: Buffer;
}

/** One request with its own trust and client certificate, which the platform's fetch cannot be given. */
export async function httpsFetch(
  url: string,
  { method = 'GET', headers = {}, body, insecure, ...options }: HttpsFetchOptions,
): Promise<FetchedAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const common = { method, headers: { ...headers, ...length }, signal: options.signal, agent: false as const };
  const request = url.startsWith('http:')
    ? httpRequest(url, common, resolve)
    : httpsRequest(url, { ...options, ...common, rejectUnauthorized: !insecure }, resolve);
  request.on('error', reject);
  request.end(body);
  const answer = await promise;
  return { code: answer.statusCode ?? 0, body: await buffer(answer) };
}
