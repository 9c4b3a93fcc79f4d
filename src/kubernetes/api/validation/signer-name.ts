import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, invalidValue, required, tooLong } from '../../machinery/validation/faults.ts';
import { goQuote } from '../../machinery/validation/go-text.ts';
import { isDns1123Label, isDns1123Subdomain } from '../../machinery/validation/names.ts';

const MAX_DOMAIN = 253;
/** A domain, a slash, and a namespace with an object's name. */
const MAX_NAME = MAX_DOMAIN + 1 + 253 + 63 + 1;

/** Faults of the name of a signer, `example.com/signer-name`. */
export function* signerNameRules(name: string, path: string): Iterable<FieldError> {
  if (name === '') {
    yield required(path);
    return;
  }
  const [domain = '', rest, ...more] = name.split('/');
  if (rest === undefined || more.length > 0) {
    yield invalidValue(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
    return;
  }
  if (domain.length > MAX_DOMAIN) yield tooLong(path, MAX_DOMAIN);
  yield* firstBadPart(domain, isDns1123Label, path);
  if (!domain.includes('.')) yield invalidValue(path, domain, 'should be a domain with at least two segments separated by dots');
  yield* firstBadPart(rest, isDns1123Subdomain, path);
  if (name.length > MAX_NAME) yield tooLong(path, MAX_NAME);
}

function* firstBadPart(text: string, check: (part: string) => readonly string[], path: string): Iterable<FieldError> {
  for (const part of text.split('.')) {
    const found = check(part);
    if (found.length === 0) continue;
    yield* complaints(
      path,
      text,
      found.map((message) => `validating label ${goQuote(part)}: ${message}`),
    );
    return;
  }
}
