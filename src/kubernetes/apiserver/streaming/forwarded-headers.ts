import type { IncomingHttpHeaders } from 'node:http';
import { protocolsWithoutToken } from '../authentication/bearer.ts';

/** Meant for one connection only (RFC 9110, 7.6.1), or pseudo-headers of HTTP/2. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Who the client is was settled here: what proves it is nobody else's business. */
const CREDENTIALS = [/^authorization$/, /^impersonate-/, /^x-remote-/];

type Headers = Record<string, string | string[]>;

/** The client's headers as a backend may see them. */
export function forwardedHeaders(headers: IncomingHttpHeaders, options: { upgrade: boolean }): Headers {
  const named = new Set((headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  const forwarded: Headers = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name.startsWith(':') || name === 'host' || HOP_BY_HOP.has(name) || named.has(name)) continue;
    if (!CREDENTIALS.some((pattern) => pattern.test(name))) forwarded[name] = value;
  }
  const protocols = protocolsWithoutToken(headers);
  if (protocols.length > 0) forwarded['sec-websocket-protocol'] = protocols.join(', ');
  else delete forwarded['sec-websocket-protocol'];
  if (options.upgrade && headers.upgrade) Object.assign(forwarded, { connection: 'Upgrade', upgrade: headers.upgrade });
  return forwarded;
}

/** The backend's headers as the client may see them: which origins may read the API is not for backends to say. */
export function returnedHeaders(headers: IncomingHttpHeaders): Headers {
  const returned: Headers = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || HOP_BY_HOP.has(name) || name.startsWith('access-control-')) continue;
    returned[name] = value;
  }
  return returned;
}
