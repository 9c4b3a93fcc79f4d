import type { TokenRequest } from '../../api/generated/authentication-v1.ts';
import type { FieldError } from '../../machinery/field-error.ts';

const MIN_SECONDS = 600;
const MAX_SECONDS = 2 ** 32;

export function* tokenRequestFaults({ spec }: TokenRequest): Iterable<FieldError> {
  const seconds = spec.expirationSeconds ?? 0;
  if (seconds < MIN_SECONDS) yield invalidDuration(seconds, 'may not specify a duration less than 10 minutes');
  if (seconds > MAX_SECONDS) yield invalidDuration(seconds, 'may not specify a duration larger than 2^32 seconds');
}

function invalidDuration(seconds: number, why: string): FieldError {
  return { type: 'FieldValueInvalid', field: 'spec.expirationSeconds', message: `Invalid value: ${seconds}: ${why}` };
}

/** A token request may repeat the account it is for, and only that. */
export function* targetFaults({ metadata }: TokenRequest, namespace: string, name: string): Iterable<FieldError> {
  if (metadata.name && metadata.name !== name) {
    yield {
      type: 'FieldValueInvalid',
      field: 'metadata.name',
      message: `Invalid value: ${JSON.stringify(metadata.name)}: must match the service account name if specified`,
    };
  }
  if (metadata.namespace && metadata.namespace !== namespace) {
    yield {
      type: 'FieldValueInvalid',
      field: 'metadata.namespace',
      message: `Invalid value: ${JSON.stringify(metadata.namespace)}: must match the service account namespace if specified`,
    };
  }
}
