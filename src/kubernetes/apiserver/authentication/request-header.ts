import type { X509Certificate } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../../base/clock.ts';
import type { UserInfo } from '../request.ts';
import type { Authenticator } from './authenticator.ts';
import { peerCertificates, subjectValues, verifyClientCertificate } from './certificates.ts';

const UID_HEADER = 'x-remote-uid';

export interface RequestHeaderOptions {
  /** Certificates that may vouch for others: the front-proxy CA. */
  roots: readonly X509Certificate[];
  /** Common names that may; empty means any certificate of the CA. */
  allowedNames: readonly string[];
  usernameHeaders: readonly string[];
  groupHeaders: readonly string[];
  extraHeaderPrefixes: readonly string[];
}

/** Another API server (or a proxy) that authenticated the user and says so in `X-Remote-*` headers. */
export function requestHeaderAuthenticator(options: RequestHeaderOptions, clock: Clock): Authenticator {
  return {
    name: 'requestheader',
    authenticate({ headers, socket }) {
      const username = options.usernameHeaders.map((name) => single(headers[name.toLowerCase()])).find((value) => value !== '');
      if (!username) return undefined;
      const chain = peerCertificates(socket);
      const leaf = chain[0];
      if (!leaf) return undefined;
      verifyClientCertificate(chain, options.roots, clock.now());
      checkName(leaf, options.allowedNames);
      return remoteUser(username, headers, options);
    },
  };
}

function checkName(leaf: X509Certificate, allowed: readonly string[]): void {
  const name = subjectValues(leaf, 'CN').at(-1) ?? '';
  if (allowed.length > 0 && !allowed.includes(name)) throw new Error(`x509: subject with cn=${name} is not in the allowed list`);
}

function remoteUser(username: string, headers: IncomingHttpHeaders, options: RequestHeaderOptions): UserInfo {
  const uid = single(headers[UID_HEADER]);
  const groups = options.groupHeaders.flatMap((name) => many(headers[name.toLowerCase()]));
  const extra = Object.assign({}, ...options.extraHeaderPrefixes.map((prefix) => extraHeaders(headers, prefix.toLowerCase())));
  return { username, groups, extra, ...(uid ? { uid } : {}) };
}

/** `<prefix><key>` headers as extra; keys are percent-decoded, since header names cannot hold `/`. */
export function extraHeaders(headers: IncomingHttpHeaders, prefix: string): Record<string, string[]> {
  const extra: Record<string, string[]> = {};
  for (const [header, value] of Object.entries(headers)) {
    if (header.startsWith(prefix)) extra[decodeKey(header.slice(prefix.length))] = many(value);
  }
  return extra;
}

function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** All values of a header. Node joins repeated ones with `, `; none of these identities may hold that. */
export function many(value: string | string[] | undefined): string[] {
  if (value === undefined) return [];
  const values = Array.isArray(value) ? value : value.split(', ');
  return values.map((one) => one.trim()).filter((one) => one !== '');
}

export function single(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value)?.trim() ?? '';
}
