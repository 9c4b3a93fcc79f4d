/** What Go's client makes of an answer that is no success, by its code. */
const MESSAGES: Readonly<Record<number, string>> = {
  400: 'the server rejected our request for an unknown reason',
  401: 'the server has asked for the client to provide credentials',
  404: 'the server could not find the requested resource',
  405: 'the server does not allow this method on the requested resource',
  406: 'the server was unable to respond with a content type that the client supports',
  409: 'the server reported a conflict',
  410: 'the server could not find the requested resource',
  413: 'the request is too large',
  415: 'the server could not find the requested resource',
  422: 'the server rejected our request due to an error in our request',
  429: 'the server has received too many requests and has asked us to try again later',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request',
};

/** An answer with an error code as an error: what a Status says, or what the code means. */
export class FailedAnswer extends Error {
  override readonly name = 'FailedAnswer';
  readonly code: number;

  constructor(code: number, text: string) {
    super(messageOf(code, text));
    this.code = code;
  }
}

function messageOf(code: number, text: string): string {
  const said = statusMessage(text);
  if (said) return said;
  const detail = text.trim();
  if (code === 403 && detail) return `forbidden: ${detail}`;
  if (code === 503 && detail) return detail;
  const known = MESSAGES[code];
  if (known) return known;
  if (code >= 500) return `an error on the server (${JSON.stringify(detail || 'unknown')}) has prevented the request from succeeding`;
  return `the server responded with the status code ${code} but did not return more information`;
}

function statusMessage(text: string): string | undefined {
  try {
    const value = JSON.parse(text) as { kind?: string; message?: string };
    return value.kind === 'Status' ? value.message : undefined;
  } catch {
    return undefined;
  }
}
