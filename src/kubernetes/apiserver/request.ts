import type { IncomingHttpHeaders } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Status } from '../machinery/status.ts';

/** Who is asking, after authentication (and impersonation). */
export interface UserInfo {
  username: string;
  uid?: string;
  groups: string[];
  extra?: Record<string, string[]>;
}

/** What a URL and method ask for, upstream's RequestInfo. */
export interface RequestInfo {
  /** False for /healthz, /version, /api, /openapi ... */
  isResourceRequest: boolean;
  path: string;
  /** get, list, watch, create, update, patch, delete, deletecollection, proxy; else the HTTP method in lower case. */
  verb: string;
  apiPrefix?: 'api' | 'apis';
  group: string;
  version: string;
  namespace: string;
  /** Plural. */
  resource: string;
  subresource: string;
  name: string;
  /** `/api/v1/watch/...`, the old way to ask for a watch. */
  oldWatch?: boolean;
  /** What follows the subresource: the path of `proxy`. */
  parts: string[];
}

/** What is written down about a request that the audit policy asks for. */
export interface RequestAudit {
  /** Whether the answer's object is wanted: making one for the log costs. */
  readonly wantsResponse: boolean;
  impersonates(user: UserInfo): void;
  annotate(key: string, value: string): void;
  requestObject(object: object): void;
  patch(bytes: Buffer): void;
  responseObject(object: object): void;
  status(status: Partial<Status>): void;
  /** An answer that goes on has begun. */
  started(code: number): void;
  panicked(message: string): void;
  complete(code: number): void;
}

/** Which flow schema and priority level a request belongs to. */
export interface RequestFlow {
  readonly schemaUid: string;
  readonly levelUid: string;
  /** Gives the request's seats back; absent where it has none, or no longer. */
  leave?: (() => void) | undefined;
}

/** One request on its way through the server's handler chain. */
export interface RequestContext {
  readonly id: string;
  readonly method: string;
  /** With query. */
  readonly url: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly info: RequestInfo;
  readonly socket: TLSSocket;
  /** Aborted when the client goes away, the request times out or the server stops. */
  readonly signal: AbortSignal;
  /** Set by authentication. */
  user: UserInfo;
  /** `Warning` header texts to send along. */
  readonly warnings: Set<string>;
  /** What admission noted about the request, for the audit log. */
  readonly auditAnnotations: Map<string, string>;
  /** Absent where requests are not told apart. */
  flow?: RequestFlow | undefined;
  /** Absent where nothing is written down. */
  audit?: RequestAudit | undefined;
  /** How large the body was that came with it, and the one that it was answered with. */
  bodyBytes?: number | undefined;
  sentBytes?: number | undefined;
  /** Of a watch: is told of every event, by its size. */
  eventSent?: ((bytes: number) => void) | undefined;
}
