import { endWith, type HttpResponse, writeTo } from '../http/response.ts';
import { FrameJoiner } from './frame-joiner.ts';

/** A client that does not read for this many bytes is cut off; it comes back and resumes. */
const MAX_BEHIND_BYTES = 64 << 20;

/** Streams with frames to send. All are flushed together, when what has arrived at the server has been looked at. */
let waiting: WatchStream[] = [];
const joiner = new FrameJoiner();

function flushAll(): void {
  const streams = waiting;
  waiting = [];
  for (const stream of streams) stream.flush();
  joiner.clear();
}

/** The answer of a watch: frames go out together, one write for all that came in one turn of the event loop, until either side ends it. */
export class WatchStream {
  readonly #response: HttpResponse;
  readonly #ended = Promise.withResolvers<void>();
  #frames: Buffer[] = [];
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
      this.#close();
    });
  }

  write(frame: Buffer): void {
    if (!this.#open) return;
    if (this.#frames.push(frame) > 1) return;
    if (waiting.push(this) === 1) setImmediate(flushAll);
  }

  /** Sends what has been written so far. */
  flush(): void {
    if (this.#frames.length === 0) return;
    const bytes = joiner.join(this.#frames);
    this.#frames = [];
    if (!writeTo(this.#response, bytes) && this.#response.writableLength > MAX_BEHIND_BYTES) {
      this.#response.destroy();
      this.#close();
    }
  }

  end(): void {
    if (!this.#open) return;
    this.flush();
    endWith(this.#response);
    this.#close();
  }

  #close(): void {
    this.#open = false;
    this.#frames = [];
    this.#ended.resolve();
  }
}
