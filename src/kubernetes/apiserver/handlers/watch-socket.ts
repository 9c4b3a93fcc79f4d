import type { WebSocket } from 'ws';
import { type EventStream, MAX_BEHIND_BYTES } from './watch-stream.ts';

const NORMAL_CLOSURE = 1000;
/** A protobuf event says how long it is, which a message says already. */
const LENGTH_BYTES = 4;

/** A watch whose events are messages of a WebSocket: text, or bytes where they are protobuf. */
export class WatchSocket implements EventStream {
  readonly #socket: WebSocket;
  readonly #isText: boolean;
  readonly #ended = Promise.withResolvers<void>();
  readonly ended: Promise<void> = this.#ended.promise;

  constructor(socket: WebSocket, contentType: string, signal: AbortSignal) {
    this.#socket = socket;
    this.#isText = contentType === 'application/json';
    const stop = () => this.end();
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    socket.on('error', () => {});
    socket.once('close', () => {
      signal.removeEventListener('abort', stop);
      this.#ended.resolve();
    });
  }

  write(bytes: Buffer): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#isText) this.#socket.send(bytes.toString());
    else this.#socket.send(bytes.subarray(LENGTH_BYTES));
    if (this.#socket.bufferedAmount > MAX_BEHIND_BYTES) this.#socket.terminate();
  }

  end(): void {
    this.#socket.close(NORMAL_CLOSURE);
    this.#ended.resolve();
  }
}
