import type { FieldError } from '../../machinery/field-error.ts';
import { invalidValue, required, tooLong } from '../../machinery/validation/faults.ts';
import { goQuote } from '../../machinery/validation/go-text.ts';
import { isDns1123Subdomain } from '../../machinery/validation/names.ts';

const PATH = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;
const MAX_LENGTH = 63;

/** `example.com/some/path`: who a job is managed by, which controller a class means. */
export function* domainPrefixedRules(value: string, path: string, longest = MAX_LENGTH): Iterable<FieldError> {
  const slash = value.indexOf('/');
  const [host, rest] = [value.slice(0, Math.max(slash, 0)), slash < 0 ? '' : value.slice(slash + 1)];
  if (!value) yield required(path);
  else if (!host || !rest) yield invalidValue(path, value, `must be a domain-prefixed path (such as ${goQuote('acme.io/foo')})`);
  else {
    for (const complaint of isDns1123Subdomain(host)) yield invalidValue(path, host, complaint);
    if (!PATH.test(rest)) yield invalidValue(path, rest, `Invalid path (regex used for validation is '${PATH.source.slice(1, -1)}')`);
  }
  if (value.length > longest) yield tooLong(path, longest);
}
