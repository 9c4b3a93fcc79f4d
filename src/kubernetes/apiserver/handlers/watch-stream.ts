import { endWith, type HttpResponse, writeTo } from '../http/response.ts';

/** A client that does not read for this many bytes is cut off; it comes back and resumes. */
export const MAX_BEHIND_BYTES = 64 << 20;

/** Where the events of a watch go, until either side ends it. */
export interface EventStream {
  /** Resolves when the watch is over. */
  readonly ended: Promise<void>;
  /** One event. */
  write(bytes: Buffer): void;
  end(): void;
}

/** The answer of a watch: bytes go out as they come. */
export class WatchStream implements EventStream {
  readonly #response: HttpResponse;
  readonly #ended = Promise.withResolvers<void>();
  #open = true;
  readonly ended: Promise<void> = this.#ended.promise;

  constructor(response: HttpResponse, signal: AbortSignal) {
    this.#response = response;
    const stop = () => this.end();
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    response.once('close', () => {
      signal.removeEventListener('abort', stop);
      this.#open = false;
      this.#ended.resolve();
    });
  }

  write(bytes: Buffer): void {
    if (!this.#open) return;
    if (!writeTo(this.#response, bytes) && this.#response.writableLength > MAX_BEHIND_BYTES) this.#cutOff();
  }

  end(): void {
    if (!this.#open) return;
    this.#open = false;
    endWith(this.#response);
    this.#ended.resolve();
  }

  #cutOff(): void {
    this.#open = false;
    this.#response.destroy();
    this.#ended.resolve();
  }
}
