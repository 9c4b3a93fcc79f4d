import { defineFunction, type Library, method, overload } from '../../types/declarations.ts';
import { boolType, listOf, mapOf, stringType, structType } from '../../types/type.ts';
import { CelError } from '../../values/errors.ts';
import { EntryMap } from '../../values/map.ts';
import { ArrayList, CelObject, type CelValue } from '../../values/value.ts';
import { escapedPath, type GoUrl, hostname, parseRequestUri, parseUrl, port, queryOf, UrlError } from './go-url.ts';

export const urlType = structType('kubernetes.URL');

class UrlValue extends CelObject {
  override readonly type = urlType;
  readonly text: string;
  readonly url: GoUrl;

  constructor(text: string, url: GoUrl) {
    super();
    this.text = text;
    this.url = url;
  }

  override equals(other: CelValue): boolean {
    return other instanceof UrlValue && other.text === this.text;
  }
}

function toUrl(text: string): UrlValue {
  try {
    return new UrlValue(text, parseUrl(text));
  } catch (error) {
    if (error instanceof UrlError) throw new CelError(`URL parse error during conversion from string: ${error.message}`);
    throw error;
  }
}

function isUrl(text: string): boolean {
  try {
    parseRequestUri(text);
    return true;
  } catch (error) {
    if (error instanceof UrlError) return false;
    throw error;
  }
}

const query = ({ url }: UrlValue): EntryMap =>
  EntryMap.from([...queryOf(url)].map(([key, values]) => [key, new ArrayList(values)] as const));

const part = (name: string, id: string, read: (url: GoUrl) => string) =>
  defineFunction(
    name,
    method(id, [urlType], stringType, ({ url }: UrlValue) => read(url)),
  );

/** `url`, `isURL` and the parts of a URL. */
export const urlsLibrary: Library = {
  name: 'kubernetes.urls',
  functions: [
    defineFunction('url', overload('string_to_url', [stringType], urlType, toUrl)),
    defineFunction('isURL', overload('is_url_string', [stringType], boolType, isUrl)),
    part('getScheme', 'url_get_scheme', ({ scheme }) => scheme),
    part('getHost', 'url_get_host', ({ host }) => host),
    part('getHostname', 'url_get_hostname', hostname),
    part('getPort', 'url_get_port', port),
    part('getEscapedPath', 'url_get_escaped_path', escapedPath),
    defineFunction('getQuery', method('url_get_query', [urlType], mapOf(stringType, listOf(stringType)), query)),
  ],
};
