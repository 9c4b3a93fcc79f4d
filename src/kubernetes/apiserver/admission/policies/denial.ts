import type { ApiError, StatusReason } from '../../../machinery/status.ts';
import type { AdmissionAttributes } from '../admission.ts';
import { rejection } from '../rejection.ts';

const CODES: Readonly<Record<string, number>> = { Forbidden: 403, Unauthorized: 401, RequestEntityTooLarge: 413 };

/** The answer to a request that policies deny: forbidden, but for its code and reason. */
export function denial(attributes: AdmissionAttributes, messages: readonly string[], reason = 'Invalid', message?: string): ApiError {
  const error = rejection(attributes, messages[0] ?? '');
  const causes = messages.map((text) => ({ message: text }));
  error.status.reason = reason as StatusReason;
  error.status.code = CODES[reason] ?? 422;
  error.status.details = { ...error.status.details, causes };
  if (message !== undefined) {
    error.message = message;
    error.status.message = message;
  }
  return error;
}
