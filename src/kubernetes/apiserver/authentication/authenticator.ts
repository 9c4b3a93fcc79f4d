import type { IncomingHttpHeaders } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { UserInfo } from '../request.ts';

/** What an authenticator may look at. */
export interface Credentials {
  headers: IncomingHttpHeaders;
  socket: TLSSocket;
  /** URL path without the query: anonymous access is granted per path. */
  path: string;
  /** Bearer token also arrives as a WebSocket subprotocol (`base64url.bearer.authorization.k8s.io.`). */
  bearerToken?: string | undefined;
  signal: AbortSignal;
}

/** One way to prove an identity. Undefined: "not mine"; throw: credentials were mine and are wrong. */
export interface Authenticator {
  readonly name: string;
  authenticate(credentials: Credentials): UserInfo | undefined | Promise<UserInfo | undefined>;
}
