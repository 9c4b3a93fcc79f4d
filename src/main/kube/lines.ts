import { StringDecoder } from 'node:string_decoder';

/** Cuts a byte stream into lines; bytes of a character or line cut in two wait for the rest. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  push(chunk: Buffer): string[] {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines;
  }

  /** What followed the last line feed. */
  end(): string[] {
    const rest = this.#rest + this.#decoder.end();
    this.#rest = '';
    return rest ? [rest] : [];
  }
}
