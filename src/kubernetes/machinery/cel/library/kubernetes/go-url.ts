/** URLs as Go's `net/url` reads them, down to what it complains of. */

import { goQuote } from '../../../validation/go-text.ts';

export interface GoUrl {
  readonly scheme: string;
  /** Host and port, as written. */
  readonly host: string;
  /** Unescaped. */
  readonly path: string;
  /** As written, where that differs from the usual way to escape the path. */
  readonly rawPath: string;
  readonly rawQuery: string;
}

export class UrlError extends Error {}

/** An absolute URI or an absolute path; throws {@link UrlError} for anything else. */
export function parseRequestUri(text: string): GoUrl {
  try {
    return parse(text, true);
  } catch (error) {
    throw error instanceof UrlError ? new UrlError(`parse ${goQuote(text)}: ${error.message}`) : error;
  }
}

/** Like {@link parseRequestUri}, for a text that may have a fragment. */
export function parseUrl(text: string): GoUrl {
  parseRequestUri(text);
  const hash = text.indexOf('#');
  try {
    return parse(hash < 0 ? text : text.slice(0, hash), false);
  } catch (error) {
    throw error instanceof UrlError ? new UrlError(`parse ${goQuote(text)}: ${error.message}`) : error;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters looked for
const CONTROL = /[\x00-\x1f\x7f]/;

function parse(text: string, viaRequest: boolean): GoUrl {
  if (CONTROL.test(text)) throw new UrlError('net/url: invalid control character in URL');
  if (text === '' && viaRequest) throw new UrlError('empty url');
  const url = { scheme: '', host: '', path: '', rawPath: '', rawQuery: '' };
  if (text === '*') return { ...url, path: '*' };
  const { scheme, rest } = splitScheme(text);
  const question = rest.indexOf('?');
  const rawQuery = question < 0 ? '' : rest.slice(question + 1);
  const hierarchy = question < 0 ? rest : rest.slice(0, question);
  if (!hierarchy.startsWith('/')) return withoutSlash({ ...url, scheme, rawQuery }, hierarchy, viaRequest);
  if (!hierarchy.startsWith('//') || (scheme === '' && (viaRequest || hierarchy.startsWith('///'))))
    return { ...url, scheme, rawQuery, ...pathOf(hierarchy) };
  const slash = hierarchy.indexOf('/', 2);
  const authority = hierarchy.slice(2, slash < 0 ? undefined : slash);
  return { ...url, scheme, rawQuery, host: hostOf(authority), ...pathOf(slash < 0 ? '' : hierarchy.slice(slash)) };
}

function withoutSlash(url: GoUrl, rest: string, viaRequest: boolean): GoUrl {
  // Something such as mailto:a@b.c has neither host nor path.
  if (url.scheme !== '') return url;
  if (viaRequest) throw new UrlError('invalid URI for request');
  if (rest.split('/')[0]!.includes(':')) throw new UrlError('first path segment in URL cannot contain colon');
  return { ...url, ...pathOf(rest) };
}

function splitScheme(text: string): { scheme: string; rest: string } {
  const match = /^([^a-zA-Z0-9+\-.:]|[0-9+\-.])|^([a-zA-Z][a-zA-Z0-9+\-.]*)(.?)/s.exec(text);
  if (text.startsWith(':')) throw new UrlError('missing protocol scheme');
  if (!match?.[2] || match[3] !== ':') return { scheme: '', rest: text };
  return { scheme: match[2].toLowerCase(), rest: text.slice(match[2].length + 1) };
}

function hostOf(authority: string): string {
  const at = authority.lastIndexOf('@');
  if (at >= 0 && !/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(authority.slice(0, at))) throw new UrlError('net/url: invalid userinfo');
  if (at >= 0) decode(authority.slice(0, at), 'user');
  return parseHost(authority.slice(at + 1));
}

function parseHost(host: string): string {
  if (host.startsWith('[')) {
    const end = host.lastIndexOf(']');
    if (end < 0) throw new UrlError("missing ']' in host");
    checkPort(host.slice(end + 1));
    return decode(host, 'host');
  }
  const colon = host.lastIndexOf(':');
  if (colon >= 0) checkPort(host.slice(colon));
  return decode(host, 'host');
}

function checkPort(port: string): void {
  if (port !== '' && !/^:\d*$/.test(port)) throw new UrlError(`invalid port ${goQuote(port)} after host`);
}

type Part = 'host' | 'user' | 'path' | 'query';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function decode(text: string, part: Part): string {
  const bad = /%(?![0-9a-fA-F]{2})/.exec(text);
  if (bad) throw new UrlError(`invalid URL escape ${goQuote(text.slice(bad.index, bad.index + 3))}`);
  if (part === 'host') checkHost(text);
  const spaced = part === 'query' ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  const bytes: number[] = [];
  for (const [piece] of spaced.matchAll(/%[0-9a-fA-F]{2}|[^%]+/g)) {
    if (piece.startsWith('%')) bytes.push(Number.parseInt(piece.slice(1), 16));
    else bytes.push(...encoder.encode(piece));
  }
  return decoder.decode(Uint8Array.from(bytes));
}

/** ASCII that may stand in a host; beyond ASCII anything may. */
const HOST_CHARACTER = /^[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"%\u0080-\u{10ffff}]$/u;

function checkHost(host: string): void {
  const escaped = /%(?!25|[89a-fA-F])../.exec(host);
  if (escaped) throw new UrlError(`invalid URL escape ${goQuote(escaped[0])}`);
  for (const character of host)
    if (!HOST_CHARACTER.test(character)) throw new UrlError(`invalid character ${goQuote(character)} in host name`);
}

function pathOf(raw: string): { path: string; rawPath: string } {
  const path = decode(raw, 'path');
  return { path, rawPath: escapePath(path) === raw ? '' : raw };
}

function escapePath(path: string): string {
  return Array.from(encoder.encode(path), (byte) =>
    /[A-Za-z0-9\-_.~$&+,/:;=@]/.test(String.fromCharCode(byte))
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}

/** The path as it would be written: as it was, where that is a valid way to escape it. */
export function escapedPath({ path, rawPath }: GoUrl): string {
  if (rawPath !== '' && /^[A-Za-z0-9\-_.~$&+,/:;=@!'()*[\]%]*$/.test(rawPath)) return rawPath;
  return path === '*' ? '*' : escapePath(path);
}

/** The host without its port, an IPv6 address without brackets. */
export function hostname({ host }: GoUrl): string {
  if (host.startsWith('[')) return host.slice(1, Math.max(1, host.indexOf(']')));
  return host.replace(/:\d*$/, '');
}

export function port({ host }: GoUrl): string {
  return /(?:^|[^:\]]|\]):(\d*)$/.exec(host)?.[1] ?? '';
}

/** Values by key, in the order in which they stand. What cannot be unescaped is left out. */
export function queryOf({ rawQuery }: GoUrl): Map<string, string[]> {
  const query = new Map<string, string[]>();
  for (const pair of rawQuery.split('&')) {
    if (pair === '' || pair.includes(';')) continue;
    const equals = pair.indexOf('=');
    const [key, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    try {
      const name = decode(key, 'query');
      query.set(name, [...(query.get(name) ?? []), decode(value, 'query')]);
    } catch (error) {
      if (!(error instanceof UrlError)) throw error;
    }
  }
  return query;
}
