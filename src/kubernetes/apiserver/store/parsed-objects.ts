/** What may forget its parsed form, because it can be had again from bytes of its own. */
export interface Forgetful {
  readonly bytes: { readonly length: number };
  readonly isParsed: boolean;
  /** Set at every use of the parsed form after the first. */
  used: boolean;
  forget(): void;
}

/** Queue entries that are of no use any more are thrown out when they are the majority, and at least so many. */
const WORTH_SORTING_OUT = 1024;

/**
 * Keeps the parsed forms of a server's objects within bounds: a parsed object takes twice the memory of its bytes and
 * more, and most of a large cluster's are never looked into. The one that goes first is the oldest that was not used
 * since it was last considered.
 */
export class ParsedObjects {
  readonly #mostBytes: number;
  #queue: Forgetful[] = [];
  #head = 0;
  #bytes = 0;
  #count = 0;

  /** `mostBytes` counts the objects' JSON. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** An object has been parsed. */
  add(object: Forgetful): void {
    this.#queue.push(object);
    this.#bytes += object.bytes.length;
    this.#count++;
    while (this.#bytes > this.#mostBytes && this.#count > 1) this.#considerOldest();
    if (this.#queue.length > 2 * (this.#head + this.#count) + WORTH_SORTING_OUT || this.#head > this.#queue.length / 2) this.#sortOut();
  }

  /** An object is not worth keeping parsed: it has been replaced. */
  release(object: Forgetful): void {
    if (!object.isParsed) return;
    this.#bytes -= object.bytes.length;
    this.#count--;
    object.forget();
  }

  #considerOldest(): void {
    const oldest = this.#queue[this.#head++] as Forgetful;
    if (!oldest.isParsed) return;
    if (oldest.used) {
      oldest.used = false;
      this.#queue.push(oldest);
    } else this.release(oldest);
  }

  #sortOut(): void {
    this.#queue = [...new Set(this.#queue.slice(this.#head))].filter(({ isParsed }) => isParsed);
    this.#head = 0;
  }
}
