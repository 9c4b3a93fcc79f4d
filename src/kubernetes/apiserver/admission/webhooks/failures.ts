import { ApiError, badRequest, type Status } from '../../../machinery/status.ts';

/** A webhook could not be asked or did not answer as it should. Its failure policy says what that means. */
export class CallFailure extends Error {
  override readonly name = 'CallFailure';

  /** What the failure counts as among the codes of HTTP. */
  readonly code: number;

  constructor(webhook: string, reason: string, { code, cause }: { code: number; cause?: unknown }) {
    super(`failed calling webhook "${webhook}": ${reason}`, { cause });
    this.code = code;
  }
}

/** A webhook refused a request. */
export class Rejection extends ApiError {}

/** What a webhook that refused a request has its client told. */
export function rejectionOf(webhook: string, said: Partial<Status> | null | undefined): Rejection {
  const { status: _status, code = 0, message, reason, ...rest } = said ?? {};
  const denied = `admission webhook "${webhook}" denied the request`;
  const why = message || reason;
  return new Rejection({
    ...rest,
    metadata: rest.metadata ?? {},
    message: why ? `${denied}: ${why}` : `${denied} without explanation`,
    ...(reason ? { reason } : {}),
    code: Math.max(code, 400),
  });
}

/** Webhooks with side effects are not asked where nothing is to change. */
export function noDryRun(webhook: string): ApiError {
  return badRequest(`admission webhook "${webhook}" does not support dry run`);
}
