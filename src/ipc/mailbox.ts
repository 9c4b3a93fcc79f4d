/** A queue that one reader awaits. Pushing never blocks; closing ends the reader after what is queued. */
export class Mailbox<T> implements AsyncIterable<T> {
  readonly #queue: T[] = [];
  #wake: (() => void) | undefined;
  #closed = false;
  #error: unknown;

  get size(): number {
    return this.#queue.length;
  }

  push(item: T): void {
    if (this.#closed) return;
    this.#queue.push(item);
    this.#wake?.();
  }

  /** Ends the reader; with an error, the reader throws it. */
  close(error?: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#error = error;
    this.#wake?.();
  }

  /** Everything queued, at once. */
  drain(): T[] {
    return this.#queue.splice(0);
  }

  /** Resolves when something is queued or the mailbox is closed. */
  async ready(): Promise<void> {
    while (this.#queue.length === 0 && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    if (this.#queue.length === 0 && this.#error !== undefined) throw this.#error;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      await this.ready();
      if (this.#queue.length === 0) return;
      yield this.#queue.shift() as T;
    }
  }
}
