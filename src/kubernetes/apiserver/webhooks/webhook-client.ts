import type { Clock } from '../../../base/clock.ts';
import { parseJson } from '../../machinery/codec/json-value.ts';
import { clientSpan } from '../tracing/client-span.ts';
import { httpsFetch } from './https-fetch.ts';
import type { WebhookTarget } from './webhook-target.ts';

const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 500;
const GROWTH = 1.5;
const ATTEMPT_MS = 30_000;

/** The server answered, but not with a review. */
class WebhookAnswerError extends Error {
  override readonly name = 'WebhookAnswerError';
  readonly code: number;

  constructor(code: number, text: string) {
    super(`the webhook answered with ${code}: ${text.slice(0, 200)}`);
    this.code = code;
  }
}

/** Posts reviews to another server; tries again where the failure may pass. */
export class WebhookClient {
  readonly #target: WebhookTarget;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #attemptMs: number;

  constructor(target: WebhookTarget, clock: Clock, signal: AbortSignal, attemptMs = ATTEMPT_MS) {
    this.#target = target;
    this.#clock = clock;
    this.#signal = signal;
    this.#attemptMs = attemptMs;
  }

  async post<T>(review: object): Promise<T> {
    let pause = FIRST_PAUSE_MS;
    for (let attempt = 1; ; attempt++) {
      try {
        const body = JSON.stringify(review);
        return (await clientSpan('HTTP POST', { 'http.url': this.#target.url }, (headers) => this.#once(body, headers))) as T;
      } catch (error) {
        if (attempt === ATTEMPTS || this.#signal.aborted || !mayPass(error)) throw error;
        await this.#clock.sleep(pause, this.#signal);
        pause *= GROWTH;
      }
    }
  }

  async #once(body: string, traceHeaders: Record<string, string>): Promise<unknown> {
    const { url, token, ...tls } = this.#target;
    const timeout = new AbortController();
    using _deadline = this.#clock.after(this.#attemptMs, () => timeout.abort(new Error('the webhook did not answer in time')));
    const answer = await httpsFetch(url, {
      ...tls,
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...traceHeaders,
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body,
      signal: AbortSignal.any([this.#signal, timeout.signal]),
    });
    if (answer.code < 200 || answer.code > 299) throw new WebhookAnswerError(answer.code, answer.body.toString());
    return answer.body.length > 0 ? parseJson(answer.body.toString()) : undefined;
  }
}

/** Overload, faults of the server and broken connections pass; refusals and nonsense do not. */
function mayPass(error: unknown): boolean {
  if (error instanceof WebhookAnswerError) return error.code === 429 || error.code >= 500;
  return !(error instanceof SyntaxError);
}
