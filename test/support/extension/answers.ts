import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';

// biome-ignore lint/suspicious/noExplicitAny: objects of every kind pass through
export type Anything = any;

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly socket: TLSSocket;
  /** Parsed; undefined where there was none. */
  readonly body: Anything;
}

/** What is answered as JSON; `stream` writes on instead, until the client goes. */
export interface Answer {
  readonly code: number;
  readonly body?: object;
  readonly stream?: (response: ServerResponse) => void;
}

export const ok = (body: object, code = 200): Answer => ({ code, body });

/** An error in the form of the API. */
export function failure(code: number, reason: string, message: string): Answer {
  const metadata = {};
  return { code, body: { kind: 'Status', apiVersion: 'v1', metadata, status: 'Failure', message, reason, code } };
}
