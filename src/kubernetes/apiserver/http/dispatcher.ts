import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../../../base/clock.ts';
import { describeError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { ApiError, timeout } from '../../machinery/status.ts';
import type { Auditor } from '../audit/auditor.ts';
import type { RequestAuthentication } from '../authentication/chain.ts';
import type { Authorizer } from '../authorization/authorizer.ts';
import { forbiddenRequest, undecidedRequest } from '../authorization/forbidden.ts';
import { requestAttributes } from '../authorization/request-attributes.ts';
import type { RequestFilter, RequestObserver } from '../extensions.ts';
import type { RequestFairness } from '../fairness/request-fairness.ts';
import type { RequestAudit, RequestContext } from '../request.ts';
import type { HttpHandler } from '../server.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { type HttpRequest, readBody } from './body.ts';
import { isLongRunning } from './long-running.ts';
import { OverloadError } from './overload.ts';
import { parseRequestInfo } from './request-info.ts';
import { type HttpResponse, onHead, sendError, statusOf } from './response.ts';
import type { Router } from './router.ts';

export interface DispatcherOptions {
  readonly authentication: RequestAuthentication;
  readonly authorizer: Authorizer;
  readonly filters: readonly RequestFilter[];
  readonly observers: readonly RequestObserver[];
  /** Absent: every request is served at once. */
  readonly fairness?: RequestFairness | undefined;
  /** Absent: nothing is written down. */
  readonly audit?: Auditor | undefined;
  /** Absent: requests leave no traces. */
  readonly tracing?: Tracing | undefined;
  readonly router: Router;
  readonly maxBodyBytes: number;
  /** Requests that do not run long end after this. */
  readonly requestTimeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborted when the server stops. */
  readonly signal: AbortSignal;
}

/** Why a finished request's signal is aborted; one for all, since making an error is slow. */
const OVER = new Error('the request is over');

/** The way of every request: who, whether they may, then the handler the router finds; whatever is thrown becomes a Status. */
export class Dispatcher implements HttpHandler {
  readonly #options: DispatcherOptions;
  readonly #underWay = new Set<RequestContext>();
  readonly #idle = new Set<() => void>();

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Resolves when nothing is being answered any more, or after `patienceMs`. */
  idle(patienceMs: number): Promise<void> {
    if (this.#underWay.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        timer[Symbol.dispose]();
        this.#idle.delete(done);
        resolve();
      };
      const timer = this.#options.clock.after(patienceMs, done);
      this.#idle.add(done);
    });
  }

  handle(raw: HttpRequest, response: HttpResponse): void {
    const abort = new AbortController();
    const began = performance.now();
    const request = this.#contextOf(raw, abort.signal);
    const stop = () => abort.abort(new Error('the server is stopping'));
    this.#options.signal.addEventListener('abort', stop, { once: true });
    const deadline = isLongRunning(request.info)
      ? undefined
      : this.#options.clock.after(this.#options.requestTimeoutMs, () => this.#late(request, response, abort));
    this.#underWay.add(request);
    for (const observer of this.#options.observers) observer.started?.(request);
    response.once('close', () => {
      deadline?.[Symbol.dispose]();
      this.#options.signal.removeEventListener('abort', stop);
      abort.abort(OVER);
      this.#underWay.delete(request);
      request.flow?.leave?.();
      request.audit?.complete(response.statusCode);
      for (const observer of this.#options.observers) observer.finished(request, response.statusCode, performance.now() - began);
      if (this.#underWay.size === 0) for (const done of this.#idle) done();
    });
    response.on('error', () => {});
    this.#serve(request, raw, response).catch((error) => this.#failed(request, response, error));
  }

  #late(request: RequestContext, response: HttpResponse, abort: AbortController): void {
    abort.abort(new Error('the request took too long'));
    for (const observer of this.#options.observers) observer.terminated?.(request, 504);
    this.#failed(request, response, timeout('request did not complete within the allotted timeout'));
  }

  upgrade(raw: HttpRequest, socket: Duplex, head: Buffer): void {
    const abort = new AbortController();
    const request = this.#contextOf(raw, abort.signal);
    const stop = () => abort.abort(new Error('the server is stopping'));
    this.#options.signal.addEventListener('abort', stop, { once: true });
    socket.once('close', () => {
      this.#options.signal.removeEventListener('abort', stop);
      abort.abort(new Error('the connection is closed'));
      request.flow?.leave?.();
    });
    socket.on('error', () => {});
    this.#serveUpgrade(request, socket, head).catch((error) => {
      request.audit?.status(statusOf(error));
      request.audit?.complete(statusOf(error).code ?? 500);
      refuseUpgrade(socket, error);
    });
  }

  async #serve(request: RequestContext, raw: HttpRequest, response: HttpResponse): Promise<void> {
    const { tracing, clock } = this.#options;
    const beganAt = clock.now();
    await this.#identify(request);
    if (!tracing) return this.#answer(request, raw, response);
    return tracing.traceRequest(request, response, beganAt, () => this.#answer(request, raw, response));
  }

  async #answer(request: RequestContext, raw: HttpRequest, response: HttpResponse): Promise<void> {
    await this.#admit(request);
    const { audit } = request;
    if (audit && isLongRunning(request.info)) onHead(response, (code) => audit.started(code));
    let body: Promise<Buffer> | undefined;
    const read = () => (body ??= this.#bodyOf(request, raw));
    await this.#options.router.handle(request, response, Object.assign(read, { stream: raw }));
  }

  async #bodyOf(request: RequestContext, raw: HttpRequest): Promise<Buffer> {
    const { method, audit } = request;
    const body = await readBody(raw, this.#options.maxBodyBytes);
    request.bodyBytes = body.length;
    if (method === 'PATCH') audit?.patch(body);
    return body;
  }

  async #serveUpgrade(request: RequestContext, socket: Duplex, head: Buffer): Promise<void> {
    await this.#identify(request);
    await this.#admit(request);
    await this.#options.router.upgrade(request, socket, head);
    request.audit?.started(101);
    socket.once('close', () => request.audit?.complete(101));
  }

  /** Throws 403, or 429, unless the request's user may. */
  async #admit(request: RequestContext): Promise<void> {
    const { filters, fairness, authorizer } = this.#options;
    const { user } = request;
    for (const filter of filters) {
      const pending = filter.apply(request);
      if (pending) await pending;
    }
    if (request.user !== user) request.audit?.impersonates(request.user);
    const waiting = fairness?.enter(request);
    if (waiting) await waiting;
    const attributes = requestAttributes(request);
    const began = performance.now();
    const answer = authorizer.authorize(attributes);
    const { decision, reason, error } = answer instanceof Promise ? await answer : answer;
    this.#observeDecision(decision, error, performance.now() - began);
    if (request.audit) annotateDecision(request.audit, decision, error ? 'internal error' : (reason ?? ''));
    if (decision === 'allow') return;
    throw error ? undecidedRequest(request.url, error) : forbiddenRequest(attributes, reason);
  }

  #observeDecision(decision: string, error: string | undefined, durationMs: number): void {
    const outcome = error ? 'error' : decision === 'allow' ? 'allowed' : decision === 'deny' ? 'denied' : 'no-opinion';
    for (const observer of this.#options.observers) observer.authorized?.(outcome, durationMs);
  }

  /** Sets the user, or throws 401. */
  async #identify(request: RequestContext): Promise<void> {
    const { authentication, audit, observers } = this.#options;
    const { headers, socket, signal, info } = request;
    const began = performance.now();
    const observe = (outcome: 'success' | 'failure' | 'error') => {
      for (const observer of observers) observer.authenticated?.(outcome, request.user.username, performance.now() - began);
    };
    try {
      request.user = await authentication.authenticate({ headers, socket, signal, path: info.path });
      observe('success');
    } catch (error) {
      observe(statusOf(error).code === 401 ? 'failure' : 'error');
      audit?.refused(request, statusOf(error).code ?? 500);
      throw error;
    }
    request.audit = audit?.begin(request);
  }

  #contextOf(raw: HttpRequest, signal: AbortSignal): RequestContext {
    const url = raw.url ?? '/';
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
    const method = raw.method ?? 'GET';
    return {
      id: String(raw.headers['audit-id'] || randomUUID()),
      method,
      url,
      query,
      headers: raw.headers,
      info: parseRequestInfo(method, path, query),
      socket: connectionOf(raw),
      signal,
      user: { username: '', groups: [] },
      warnings: new Set(),
      auditAnnotations: new Map(),
    };
  }

  #failed(request: RequestContext, response: HttpResponse, error: unknown): void {
    if (statusOf(error).code === 500 && !(error instanceof ApiError) && !request.signal.aborted) {
      this.#options.log.error(
        { method: request.method, url: request.url, error: describeError(error), stack: (error as Error).stack },
        'request failed',
      );
      request.audit?.panicked(describeError(error));
    }
    if (error instanceof OverloadError) for (const observer of this.#options.observers) observer.terminated?.(request, 429);
    if (response.headersSent) {
      for (const observer of this.#options.observers) observer.aborted?.(request);
      response.destroy();
    } else void sendError(request, response, error).catch(() => response.destroy());
  }
}

function annotateDecision(audit: RequestAudit, decision: string, reason: string): void {
  audit.annotate('authorization.k8s.io/decision', decision === 'allow' ? 'allow' : 'forbid');
  audit.annotate('authorization.k8s.io/reason', reason);
}

/** The same object for every request of a connection, which HTTP/2's requests by themselves do not have. */
function connectionOf(raw: HttpRequest): TLSSocket {
  const session = 'stream' in raw ? raw.stream.session : undefined;
  return (session?.socket ?? raw.socket) as TLSSocket;
}

/** An upgrade has no response object yet: the refusal is written by hand. */
function refuseUpgrade(socket: Duplex, error: unknown): void {
  const status = statusOf(error);
  const body = `${JSON.stringify(status)}\n`;
  const head = `HTTP/1.1 ${status.code ?? 500} ${status.reason ?? 'Error'}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`;
  socket.end(head + body);
}
