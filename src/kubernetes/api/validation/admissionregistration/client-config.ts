import type { FieldError } from '../../../machinery/field-error.ts';
import { invalidValue, required } from '../../../machinery/validation/faults.ts';
import { isDns1123Subdomain, isPortNumber } from '../../../machinery/validation/names.ts';
import { parseUrl, UrlError } from '../go-url.ts';

/** Where a webhook is, in any of the kinds that have webhooks. */
export interface WebhookLocation {
  url?: string;
  service?: { namespace?: string; name?: string; path?: string; port?: number };
}

/** Faults of where a webhook is. */
export function* clientConfigRules({ url, service }: WebhookLocation, path: string): Iterable<FieldError> {
  if ((url === undefined) === (service === undefined)) yield required(path, 'exactly one of url or service is required');
  else if (url !== undefined) yield* webhookUrlRules(url, `${path}.url`);
  else if (service) yield* webhookServiceRules(service, `${path}.service`);
}

/** Faults of the URL of a webhook outside the cluster. */
export function* webhookUrlRules(text: string, path: string): Iterable<FieldError> {
  const form = '; desired format: https://host[/path]';
  try {
    const { scheme, host, user, fragment, query } = parseUrl(text);
    if (scheme !== 'https') yield invalidValue(path, scheme, `'https' is the only allowed URL scheme${form}`);
    if (host === '') yield invalidValue(path, host, `host must be specified${form}`);
    if (user !== undefined) yield invalidValue(path, user, 'user information is not permitted in the URL');
    if (fragment !== '') yield invalidValue(path, fragment, 'fragments are not permitted in the URL');
    if (query !== '') yield invalidValue(path, query, 'query parameters are not permitted in the URL');
  } catch (error) {
    if (!(error instanceof UrlError)) throw error;
    yield required(path, `url must be a valid URL: ${error.message}${form}`);
  }
}

/** Faults of a service that a webhook is behind. */
export function* webhookServiceRules(
  { namespace, name, path: urlPath, port = 0 }: NonNullable<WebhookLocation['service']>,
  path: string,
): Iterable<FieldError> {
  // Upstream takes one for the other here, and its messages are what clients know.
  if (!namespace) yield required(`${path}.name`);
  if (!name) yield required(`${path}.namespace`);
  const faults = isPortNumber(port);
  if (faults.length > 0) yield invalidValue(`${path}.port`, port, `port is not valid: ${faults.join(',')}`);
  if (urlPath) yield* pathRules(urlPath, `${path}.path`);
}

function* pathRules(urlPath: string, path: string): Iterable<FieldError> {
  if (urlPath === '/') return;
  if (urlPath === '//') return yield invalidValue(path, urlPath, 'segment[0] may not be empty');
  if (!urlPath.startsWith('/')) yield invalidValue(path, urlPath, "must start with a '/'");
  for (const [index, segment] of urlPath.slice(1).replace(/\/$/, '').split('/').entries()) {
    if (segment === '') yield invalidValue(path, urlPath, `segment[${index}] may not be empty`);
    else for (const fault of isDns1123Subdomain(segment)) yield invalidValue(path, urlPath, `segment[${index}]: ${fault}`);
  }
}
