import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { describeError, isAbort } from '../../base/errors.ts';
import { RemoteError } from '../../ipc/errors.ts';
import { ApiError, type Status } from '../../kubernetes/machinery/status.ts';

export interface RequestBody {
  contentType: string;
  text: string;
}

/** TLS identity of the admin of one cluster, as Node's https and ws take it. */
export type Credentials = Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername' | 'headers'>;

const CONNECT_FAULTS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'ERR_SOCKET_CONNECTION_TIMEOUT',
]);

/** HTTP to the API server of one cluster with the admin's identity. */
export class KubeConnection {
  readonly cluster: string;
  readonly server: URL;
  readonly credentials: Credentials;
  readonly #agent: Agent;

  constructor(cluster: string, server: string, credentials: Credentials) {
    this.cluster = cluster;
    this.server = new URL(server);
    this.credentials = credentials;
    this.#agent = new Agent({ keepAlive: true, keepAliveMsecs: 30_000 });
  }

  /** The answer once its head is in, whatever its code; the body is the caller's to read. */
  open(
    method: string,
    path: string,
    options: { body?: RequestBody | undefined; signal?: AbortSignal | undefined } = {},
  ): Promise<IncomingMessage> {
    const { body, signal } = options;
    return new Promise((resolve, reject) => {
      const request = httpsRequest(new URL(path, this.server), {
        ...this.credentials,
        method,
        agent: this.#agent,
        signal,
        headers: {
          ...this.credentials.headers,
          accept: 'application/json',
          'user-agent': 'slipway',
          ...(body ? { 'content-type': body.contentType, 'content-length': Buffer.byteLength(body.text) } : {}),
        },
      });
      request.on('response', resolve);
      request.on('error', (error) => reject(this.#explain(error)));
      request.end(body?.text);
    });
  }

  /** The answer's body; throws {@link ApiError} for anything but 2xx. */
  async text(
    method: string,
    path: string,
    options: { body?: RequestBody; signal?: AbortSignal } = {},
  ): Promise<{ code: number; text: string }> {
    const response = await this.open(method, path, options);
    const text = await readText(response).catch((error: unknown) => {
      throw this.#explain(error);
    });
    const code = response.statusCode ?? 0;
    if (code < 200 || code > 299) throw statusError(code, text);
    return { code, text };
  }

  async json<T>(method: string, path: string, options: { body?: RequestBody; signal?: AbortSignal } = {}): Promise<T> {
    return JSON.parse((await this.text(method, path, options)).text) as T;
  }

  /** Chunks of a long answer (watch, followed log) as they come. */
  async *stream(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
    const response = await this.open('GET', path, { signal });
    const code = response.statusCode ?? 0;
    if (code !== 200) throw statusError(code, await readText(response));
    try {
      for await (const chunk of response) yield chunk as Buffer;
    } catch (error) {
      throw this.#explain(error);
    } finally {
      response.destroy();
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #explain(error: unknown): unknown {
    if (isAbort(error)) return error;
    const code = (error as { code?: string }).code ?? '';
    if (!CONNECT_FAULTS.has(code)) return error;
    return new RemoteError(
      `The API server of ${this.cluster} at ${this.server.host} cannot be reached: ${describeError(error)}`,
      'Unreachable',
    );
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Kubernetes' own Status where the body is one, else the HTTP code in words. */
export function statusError(code: number, body: string): ApiError {
  try {
    const status = JSON.parse(body) as Status;
    if (status.kind === 'Status') return new ApiError({ ...status, code: status.code ?? code });
  } catch {
    // Not JSON: a proxy or a panic answered.
  }
  return new ApiError({ code, message: body.trim().slice(0, 500) || `the server answered ${code}` });
}
