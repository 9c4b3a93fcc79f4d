import type { IncomingMessage } from 'node:http';
import { request as httpRequestOf } from 'node:http';
import { request as httpsRequestOf } from 'node:https';
import { isIPv6 } from 'node:net';
import type { Container, HTTPGetAction, HTTPHeader } from '../../api/generated/core-v1.ts';

const MAX_BODY = 10 * 1024;
const MAX_REDIRECTS = 10;

/** The port an action names: a number, or the name of one of the container's ports. */
export function portOf(port: number | string, container: Container): number {
  if (typeof port === 'number') return port;
  const named = container.ports?.find(({ name }) => name === port);
  const number = named?.containerPort ?? Number(port);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
  throw new Error(`couldn't find port: ${port} in container ${container.name}`);
}

export function probeUrl(action: HTTPGetAction, container: Container, podIP: string): URL {
  const host = action.host || podIP;
  const scheme = (action.scheme ?? 'HTTP').toLowerCase();
  const path = action.path?.startsWith('/') ? action.path : `/${action.path ?? ''}`;
  return new URL(`${scheme}://${isIPv6(host) ? `[${host}]` : host}:${portOf(action.port, container)}${path}`);
}

export interface HttpAnswer {
  status: number;
  body: string;
  /** Where a redirect led that was not followed. */
  redirectedTo?: string | undefined;
}

/** One GET without keep-alive or certificate checks; redirects on the same host are followed. */
export async function httpRequest(url: URL, headers: readonly HTTPHeader[], userAgent: string, signal: AbortSignal): Promise<HttpAnswer> {
  let target = url;
  for (let redirects = 0; ; redirects++) {
    const answer = await get(target, headers, userAgent, signal);
    const location = answer.status >= 300 && answer.status < 400 ? answer.location : undefined;
    if (!location) return answer;
    const next = new URL(location, target);
    if (next.hostname !== url.hostname) return { ...answer, redirectedTo: next.href };
    if (redirects >= MAX_REDIRECTS) throw new Error(`stopped after ${MAX_REDIRECTS} redirects`);
    target = next;
  }
}

function get(
  url: URL,
  headers: readonly HTTPHeader[],
  userAgent: string,
  signal: AbortSignal,
): Promise<HttpAnswer & { location: string | undefined }> {
  const send = url.protocol === 'https:' ? httpsRequestOf : httpRequestOf;
  return new Promise((resolve, reject) => {
    const options = {
      headers: headersOf(headers, userAgent),
      agent: false,
      rejectUnauthorized: false,
      // A script that answers with bare line feeds is well for all that.
      insecureHTTPParser: true,
      signal,
    };
    const request = send(url, options, (response) => {
      readBody(response).then((body) => resolve({ status: response.statusCode ?? 0, body, location: response.headers.location }), reject);
    });
    request.once('error', reject);
    request.end();
  });
}

function headersOf(headers: readonly HTTPHeader[], userAgent: string): Record<string, string | string[]> {
  const result: Record<string, string | string[]> = { 'user-agent': userAgent, accept: '*/*' };
  for (const { name, value } of headers) {
    const key = name.toLowerCase();
    const known = key === 'user-agent' || key === 'accept' || key === 'host' ? undefined : result[key];
    result[key] = known === undefined ? value : [known, value].flat();
  }
  return result;
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= MAX_BODY) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_BODY).toString('utf8');
}
