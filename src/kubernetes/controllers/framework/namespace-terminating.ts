import { ApiError } from '../../machinery/status.ts';

/** True where nothing can be created because the namespace is being deleted. */
export function isNamespaceTerminating(error: unknown): boolean {
  return error instanceof ApiError && (error.status.details?.causes ?? []).some(({ reason }) => reason === 'NamespaceTerminating');
}
