import { describeError, isAbort } from '../base/errors.ts';
import { ApiError, type Status } from '../kubernetes/machinery/status.ts';
import type { WireError } from './frames.ts';

/** Codes of errors that are the app's own rather than Kubernetes'. */
export type ErrorCode = 'BadInput' | 'BadOutput' | 'Unknown' | 'Cancelled' | 'Disconnected' | 'Unreachable';

/** An error of main, in the window. Kubernetes' answers arrive as {@link ApiError} instead. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly code: ErrorCode | undefined;

  constructor(message: string, code?: ErrorCode) {
    super(message);
    this.code = code;
  }
}

export function toWire(error: unknown): WireError {
  if (error instanceof ApiError) return { message: error.message, status: { ...error.status } };
  if (error instanceof RemoteError) return { message: error.message, code: error.code };
  if (isAbort(error)) return { message: 'Cancelled', code: 'Cancelled' };
  return { message: describeError(error) };
}

export function fromWire(wire: WireError): Error {
  if (wire.status) return new ApiError({ ...(wire.status as unknown as Status), message: wire.message });
  return new RemoteError(wire.message, wire.code as ErrorCode | undefined);
}

/** True where the API server or main itself was not reached: what is shown may be old. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof RemoteError && (error.code === 'Unreachable' || error.code === 'Disconnected');
}

export function isCancelled(error: unknown): boolean {
  return error instanceof RemoteError && error.code === 'Cancelled';
}
