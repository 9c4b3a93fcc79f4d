import type { FieldError } from '../../machinery/field-error.ts';
import { invalidValue, required } from '../../machinery/validation/faults.ts';
import { isDns1123Subdomain, isPortNumber } from '../../machinery/validation/names.ts';

/** Where a webhook is: what conversion and admission webhooks have in common. */

export interface WebhookService {
  namespace?: string;
  name?: string;
  path?: string;
  port?: number;
}

const FORM = '; desired format: https://host[/path]';

export function* webhookUrlRules(url: string, path: string): Iterable<FieldError> {
  const [, scheme = '', authority = ''] = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?#]*))?/.exec(url) ?? [];
  const at = authority.lastIndexOf('@');
  const [beforeFragment = '', fragment = ''] = url.split(/#(.*)/s);
  const query = beforeFragment.split(/\?(.*)/s)[1] ?? '';
  if (scheme.toLowerCase() !== 'https') yield invalidValue(path, scheme.toLowerCase(), `'https' is the only allowed URL scheme${FORM}`);
  if (authority.slice(at + 1) === '') yield invalidValue(path, '', `host must be specified${FORM}`);
  if (at >= 0) yield invalidValue(path, authority.slice(0, at), 'user information is not permitted in the URL');
  if (fragment !== '') yield invalidValue(path, fragment, 'fragments are not permitted in the URL');
  if (query !== '') yield invalidValue(path, query, 'query parameters are not permitted in the URL');
}

export function* webhookServiceRules({ namespace, name, path: urlPath, port = 443 }: WebhookService, path: string): Iterable<FieldError> {
  if (!name) yield required(`${path}.name`, 'service name is required');
  if (!namespace) yield required(`${path}.namespace`, 'service namespace is required');
  const complaints = isPortNumber(port);
  if (complaints.length > 0) yield invalidValue(`${path}.port`, port, `port is not valid: ${complaints.join(',')}`);
  if (urlPath) yield* servicePathRules(urlPath, `${path}.path`);
}

function* servicePathRules(urlPath: string, path: string): Iterable<FieldError> {
  if (urlPath === '/') return;
  if (urlPath === '//') {
    yield invalidValue(path, urlPath, 'segment[0] may not be empty');
    return;
  }
  if (!urlPath.startsWith('/')) yield invalidValue(path, urlPath, "must start with a '/'");
  for (const [index, segment] of urlPath.slice(1).replace(/\/$/, '').split('/').entries()) {
    if (segment === '') yield invalidValue(path, urlPath, `segment[${index}] may not be empty`);
    else for (const complaint of isDns1123Subdomain(segment)) yield invalidValue(path, urlPath, `segment[${index}]: ${complaint}`);
  }
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+?)\s*-----END CERTIFICATE-----/g;

/** Whether base64 text is a bundle of PEM certificates. They are looked at from outside only: TLS will read them. */
export function isCertificateBundle(base64: string): boolean {
  try {
    const certificates = [...atob(base64).matchAll(CERTIFICATE)];
    // DER of a certificate is a sequence.
    return certificates.length > 0 && certificates.every(([, body = '']) => atob(body.replace(/\s/g, '')).charCodeAt(0) === 0x30);
  } catch {
    return false;
  }
}

export function* caBundleRules(base64: string, path: string): Iterable<FieldError> {
  if (isCertificateBundle(base64)) return;
  yield invalidValue(path, base64, 'unable to load root certificates: unable to parse bytes as PEM block');
}
