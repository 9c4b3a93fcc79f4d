import type { X509Certificate } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../../base/clock.ts';
import type { UserInfo } from '../request.ts';
import type { Authenticator } from './authenticator.ts';
import { peerCertificates, subjectValues, verifyClientCertificate } from './certificates.ts';

const EXTRA_PREFIX = 'x-remote-extra-';

export interface RequestHeaderOptions {
  /** Certificates that may vouch for others: the front-proxy CA. */
  roots: readonly X509Certificate[];
  /** Common names that may; empty means any certificate of the CA. */
  allowedNames: readonly string[];
}

/** Another API server (or a proxy) that authenticated the user and says so in `X-Remote-*` headers. */
export function requestHeaderAuthenticator(options: RequestHeaderOptions, clock: Clock): Authenticator {
  return {
    name: 'requestheader',
    authenticate({ headers, socket }) {
      const username = single(headers['x-remote-user']);
      if (!username) return undefined;
      const chain = peerCertificates(socket);
      const leaf = chain[0];
      if (!leaf) return undefined;
      verifyClientCertificate(chain, options.roots, clock.now());
      checkName(leaf, options.allowedNames);
      return remoteUser(username, headers);
    },
  };
}

function checkName(leaf: X509Certificate, allowed: readonly string[]): void {
  const name = subjectValues(leaf, 'CN').at(-1) ?? '';
  if (allowed.length > 0 && !allowed.includes(name)) throw new Error(`x509: subject with cn=${name} is not in the allowed list`);
}

function remoteUser(username: string, headers: IncomingHttpHeaders): UserInfo {
  const uid = single(headers['x-remote-uid']);
  return { username, groups: many(headers['x-remote-group']), extra: extraHeaders(headers, EXTRA_PREFIX), ...(uid ? { uid } : {}) };
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
