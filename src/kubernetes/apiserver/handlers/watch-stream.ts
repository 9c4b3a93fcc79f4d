import { endWith, type HttpResponse, writeTo } from '../http/response.ts';

/** A client that does not read for this many bytes is cut off; it comes back and resumes. */
const MAX_BEHIND_BYTES = 64 << 20;

/** The answer of a watch: bytes go out as they come until either side ends it. */
export class WatchStream {
  readonly #response: HttpResponse;
  readonly #ended = Promise.withResolvers<void>();
  #open = true;
  /** Resolves when the watch is over. */
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
