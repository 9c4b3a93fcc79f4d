import { goQuote } from '../../machinery/validation/go-text.ts';

/** A URL in the parts that upstream looks at. */
export interface GoUrl {
  scheme: string;
  /** Name and password as written; undefined without an `@`. */
  user: string | undefined;
  host: string;
  path: string;
  query: string;
  fragment: string;
}

/** Why a text is no URL, in the words of Go's parser, which stand in messages of the API. */
export class UrlError extends Error {
  override readonly name = 'UrlError';
}

/** Splits a URL as Go does, which takes more for a URL than a browser. */
export function parseUrl(text: string): GoUrl {
  const hash = text.indexOf('#');
  const [whole, fragment] = hash < 0 ? [text, ''] : [text.slice(0, hash), text.slice(hash + 1)];
  const fail = (why: string): never => {
    throw new UrlError(`parse ${goQuote(text)}: ${why}`);
  };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (/[\x00-\x1f\x7f]/.test(text)) fail('net/url: invalid control character in URL');
  const { scheme, rest: afterScheme } = splitScheme(whole, fail);
  const mark = afterScheme.indexOf('?');
  const [rest, query] = mark < 0 ? [afterScheme, ''] : [afterScheme.slice(0, mark), afterScheme.slice(mark + 1)];
  const parts = { scheme, query, fragment };
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...parts, user: undefined, host: '', path: '' };
    if (rest.split('/', 1)[0]?.includes(':')) fail('first path segment in URL cannot contain colon');
  }
  if (!rest.startsWith('//') || (scheme === '' && rest.startsWith('///'))) return { ...parts, user: undefined, host: '', path: rest };
  const slash = rest.indexOf('/', 2);
  const [authority, path] = slash < 0 ? [rest.slice(2), ''] : [rest.slice(2, slash), rest.slice(slash)];
  checkEscapes(path, fail);
  return { ...parts, ...splitAuthority(authority, fail), path };
}

function splitScheme(text: string, fail: (why: string) => never): { scheme: string; rest: string } {
  const [, scheme] = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text) ?? [];
  if (scheme !== undefined) return { scheme: scheme.toLowerCase(), rest: text.slice(scheme.length + 1) };
  if (text.startsWith(':')) fail('missing protocol scheme');
  return { scheme: '', rest: text };
}

function splitAuthority(authority: string, fail: (why: string) => never): { user: string | undefined; host: string } {
  const sign = authority.lastIndexOf('@');
  const host = authority.slice(sign + 1);
  const user = sign < 0 ? undefined : authority.slice(0, sign);
  const bad = /[ "<>^`{}|\\]/.exec(host)?.[0];
  if (bad) fail(`invalid character ${goQuote(bad)} in host name`);
  const port = host.startsWith('[')
    ? host.slice(host.indexOf(']') + 1)
    : host.slice(host.indexOf(':') < 0 ? host.length : host.indexOf(':'));
  if (host.startsWith('[') && !host.includes(']')) fail("missing ']' in host");
  if (port !== '' && !/^:\d*$/.test(port)) fail(`invalid port ${goQuote(port)} after host`);
  return { user, host };
}

function checkEscapes(path: string, fail: (why: string) => never): void {
  const bad = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(path)?.[0];
  if (bad) fail(`invalid URL escape ${goQuote(bad)}`);
}
