import { isIPv4 } from 'node:net';
import { ApiError, badRequest } from '../../machinery/status.ts';

/** `name`, `name:port` or `scheme:name:port`, as the name in the path of a proxy request says where to. */
export interface ProxyTarget {
  scheme: 'http' | 'https';
  name: string;
  /** Number or name; empty where the object decides. */
  port: string;
}

export function parseProxyTarget(kind: string, text: string): ProxyTarget {
  const parts = text.split(':');
  const [scheme, name, port] = parts.length === 3 ? parts : ['', parts[0], parts[1] ?? ''];
  const known = scheme === '' || scheme === 'http' || scheme === 'https';
  if (!known || !name || parts.length > 3) throw badRequest(`invalid ${kind} request ${JSON.stringify(text)}`);
  return { scheme: scheme === 'https' ? 'https' : 'http', name, port: port ?? '' };
}

/** Addresses that are this server's own, or of its link, lead past the network's rules. */
export function checkAddress(address: string): void {
  const forbidden =
    !address || (isIPv4(address) && /^(127\.|169\.254\.|0\.|22[4-9]\.|23\d\.)/.test(address)) || /^(::1?$|fe80:|ff)/i.test(address);
  if (forbidden) throw badRequest('address not allowed');
}

export function serviceUnavailable(message: string): ApiError {
  return new ApiError({ code: 503, reason: 'ServiceUnavailable', message });
}
