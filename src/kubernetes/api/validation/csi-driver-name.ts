import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, required, tooLong } from '../../machinery/validation/faults.ts';
import { isDns1123Subdomain } from '../../machinery/validation/names.ts';

const MAX_LENGTH = 63;

/** The name of a CSI driver: a domain, whatever its case. */
export function* driverNameRules(name: string, path: string): Iterable<FieldError> {
  if (name === '') yield required(path);
  if (name.length > MAX_LENGTH) yield tooLong(path, MAX_LENGTH);
  yield* complaints(path, name, isDns1123Subdomain(name.toLowerCase()));
}
