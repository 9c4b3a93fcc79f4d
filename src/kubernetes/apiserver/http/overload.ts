import { ApiError } from '../../machinery/status.ts';

/** The server has no room for a request. Said in a line of text, whatever the client would like to read: nobody looked at it. */
export class OverloadError extends ApiError {
  static readonly text = 'Too many requests, please try again later.';

  constructor(retryAfterSeconds: number) {
    super({ code: 429, reason: 'TooManyRequests', message: OverloadError.text, details: { retryAfterSeconds } });
  }
}
