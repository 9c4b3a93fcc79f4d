import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** TLS of a backend; absent fields are not checked or not sent. */
export interface BackendTls {
  ca?: string;
  cert?: string;
  key?: string;
  /** The name the certificate must be for. */
  servername?: string;
  insecure?: boolean;
}

/** Where a request is passed on to. */
export interface Backend {
  scheme: 'http' | 'https';
  /** Tried in this order until one can be connected to. */
  hosts: readonly string[];
  port: number;
  tls?: BackendTls;
}

export interface BackendRequest {
  method: string;
  /** With query. */
  path: string;
  headers: Record<string, string | string[]>;
  signal: AbortSignal;
}

const CONNECT_ERRORS = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']);

/** Opens requests to backends. Plain requests share connections; upgrades have one each. */
export class BackendClient implements Disposable {
  readonly #http = new HttpAgent({ keepAlive: true, timeout: 60_000 });
  readonly #https = new HttpsAgent({ keepAlive: true, timeout: 60_000 });

  [Symbol.dispose](): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  /** A request to one of the backend's hosts, not sent yet. */
  open(backend: Backend, host: string, request: BackendRequest, options: { ownConnection: boolean }): ClientRequest {
    const common: RequestOptions = {
      host,
      port: backend.port,
      method: request.method,
      path: request.path,
      headers: request.headers,
      signal: request.signal,
      // Pods answer in many ways: those whose lines end without a carriage return are understood by most clients.
      insecureHTTPParser: true,
    };
    if (backend.scheme === 'http') return httpRequest({ ...common, agent: options.ownConnection ? false : this.#http });
    const { insecure, ...tls } = backend.tls ?? { insecure: true };
    return httpsRequest({ ...common, ...tls, rejectUnauthorized: !insecure, agent: options.ownConnection ? false : this.#https });
  }
}

/** Whether an error says that a host was never reached, so that the next one may be tried. */
export function wasNotReached(error: unknown): boolean {
  return error instanceof Error && CONNECT_ERRORS.has(String((error as NodeJS.ErrnoException).code));
}
