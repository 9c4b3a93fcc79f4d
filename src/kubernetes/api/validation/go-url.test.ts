import { expect, test } from 'vitest';
import { parseUrl } from './go-url.ts';

test.each([
  ['https://host/path', { scheme: 'https', host: 'host', path: '/path' }],
  ['HTTPS://user:secret@host:8443', { scheme: 'https', host: 'host:8443', user: 'user:secret', path: '' }],
  ['https://[::1]:1/x?q=1#f', { host: '[::1]:1', query: 'q=1', fragment: 'f' }],
  ['a', { scheme: '', host: '', path: 'a' }],
  ['/../x', { scheme: '', host: '', path: '/../x' }],
  ['mailto:x', { scheme: 'mailto', host: '' }],
])('%s', (text, parts) => {
  expect(parseUrl(text)).toMatchObject(parts);
});

test.each([
  ['a:b/c', undefined],
  ['1a:b', 'parse "1a:b": first path segment in URL cannot contain colon'],
  [':x', 'parse ":x": missing protocol scheme'],
  ['https://a b/', 'parse "https://a b/": invalid character " " in host name'],
  ['https://a:x/', 'parse "https://a:x/": invalid port ":x" after host'],
  ['https://[::1', 'parse "https://[::1": missing \']\' in host'],
  ['https://a/%zz', 'parse "https://a/%zz": invalid URL escape "%zz"'],
  ['a\nb', 'parse "a\\nb": net/url: invalid control character in URL'],
])('%j: %s', (text, fault) => {
  if (fault) expect(() => parseUrl(text)).toThrow(fault);
  else expect(() => parseUrl(text)).not.toThrow();
});
