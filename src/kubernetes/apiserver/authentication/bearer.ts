import type { IncomingHttpHeaders } from 'node:http';
import { single } from './request-header.ts';

const PROTOCOL_PREFIX = 'base64url.bearer.authorization.k8s.io.';

/** The request's bearer token: from the Authorization header, or from a browser's WebSocket subprotocols. */
export function bearerTokenOf(headers: IncomingHttpHeaders): string | undefined {
  const [scheme, token] = single(headers.authorization).split(/\s+/, 2);
  if (scheme?.toLowerCase() === 'bearer' && token) return token;
  return tokenFromProtocols(headers);
}

function tokenFromProtocols(headers: IncomingHttpHeaders): string | undefined {
  if (headers.upgrade?.toLowerCase() !== 'websocket') return undefined;
  for (const protocol of protocolsOf(headers)) {
    if (protocol.startsWith(PROTOCOL_PREFIX)) return Buffer.from(protocol.slice(PROTOCOL_PREFIX.length), 'base64url').toString('utf8');
  }
  return undefined;
}

/** The offered WebSocket subprotocols without the one that carries a token, which nobody else may see. */
export function protocolsWithoutToken(headers: IncomingHttpHeaders): string[] {
  return protocolsOf(headers).filter((protocol) => !protocol.startsWith(PROTOCOL_PREFIX));
}

function protocolsOf(headers: IncomingHttpHeaders): string[] {
  return single(headers['sec-websocket-protocol'])
    .split(',')
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol !== '');
}
