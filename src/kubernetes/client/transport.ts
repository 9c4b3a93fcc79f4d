import type { ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { constants } from 'node:http2';
import type { Status } from '../machinery/status.ts';
import { ApiError } from '../machinery/status.ts';
import type { BearerTokens } from './credentials.ts';
import type { ApiRequest } from './request.ts';
import { neverStarted, type Session } from './session.ts';
import { chunksOf } from './stream-chunks.ts';

interface Answer {
  status: number;
  stream: ClientHttp2Stream;
}

/** Sends requests over a connection, with credentials, and turns failures into {@link ApiError}. */
export class Transport {
  readonly #session: Session;
  readonly #tokens: BearerTokens;
  readonly #userAgent: string;

  constructor(session: Session, tokens: BearerTokens, userAgent = 'slipway') {
    this.#session = session;
    this.#tokens = tokens;
    this.#userAgent = userAgent;
  }

  /** The whole answer as text. */
  async send(request: ApiRequest, signal?: AbortSignal): Promise<string> {
    const { stream } = await this.#successful(request, signal);
    return readAll(stream);
  }

  /** The answer's body as it arrives. The stream ends when the server ends it or `signal` aborts. */
  async stream(request: ApiRequest, signal: AbortSignal): Promise<ClientHttp2Stream> {
    const { stream } = await this.#successful(request, signal);
    return stream;
  }

  async #successful(request: ApiRequest, signal: AbortSignal | undefined): Promise<Answer> {
    let answer = await this.#started(request, signal);
    if (answer.status === 401 && this.#tokens.refused()) {
      answer.stream.close(constants.NGHTTP2_CANCEL);
      answer = await this.#started(request, signal);
    }
    if (answer.status < 400) return answer;
    throw errorOf(answer.status, await readAll(answer.stream));
  }

  /** Tries once more where the connection was found broken before the server saw the request. */
  async #started(request: ApiRequest, signal: AbortSignal | undefined): Promise<Answer> {
    try {
      return await this.#exchange(request, signal);
    } catch (error) {
      if (signal?.aborted || !neverStarted(error)) throw error;
      return this.#exchange(request, signal);
    }
  }

  async #exchange(request: ApiRequest, signal: AbortSignal | undefined): Promise<Answer> {
    const headers = this.#headers(request, await this.#tokens.current());
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const stream = this.#session.request(headers, request.body === undefined);
      // Who reads attaches a few ticks after the head has come: until then nothing may flow.
      stream.pause();
      const onAbort = () => stream.destroy(signal?.reason as Error);
      signal?.addEventListener('abort', onAbort, { once: true });
      stream.once('close', () => {
        signal?.removeEventListener('abort', onAbort);
        reject(new Error('the connection ended before an answer came'));
      });
      stream.on('error', reject);
      stream.once('response', (answer: IncomingHttpHeaders & { ':status'?: number }) => {
        resolve({ status: answer[':status'] ?? 500, stream });
      });
      if (request.body !== undefined) stream.end(request.body);
    });
  }

  #headers(request: ApiRequest, token: string | undefined): Record<string, string> {
    return {
      ':method': request.method,
      ':path': request.path,
      accept: request.accept ?? 'application/json',
      'user-agent': this.#userAgent,
      ...(request.contentType ? { 'content-type': request.contentType } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    };
  }
}

async function readAll(stream: ClientHttp2Stream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of chunksOf(stream)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function errorOf(code: number, body: string): ApiError {
  const status = parseStatus(body);
  if (status) return new ApiError({ ...status, code: status.code ?? code });
  return new ApiError({ code, reason: reasonOf(code), message: body.trim() || `the server answered ${code}` });
}

function parseStatus(body: string): Status | undefined {
  try {
    const parsed = JSON.parse(body) as Partial<Status> | null;
    return parsed?.kind === 'Status' ? (parsed as Status) : undefined;
  } catch {
    return undefined;
  }
}

function reasonOf(code: number): NonNullable<Status['reason']> {
  if (code === 401) return 'Unauthorized';
  if (code === 403) return 'Forbidden';
  if (code === 404) return 'NotFound';
  if (code === 409) return 'Conflict';
  if (code === 410) return 'Gone';
  if (code === 429) return 'TooManyRequests';
  return code >= 500 && code !== 500 ? 'ServiceUnavailable' : 'InternalError';
}
