import { parseLogLine } from './cri-log.ts';
import type { LogOptions } from './log-options.ts';

const NEWLINE = 0x0a;
const BREAK = Buffer.from('\n');

/** Turns raw bytes of a log file into what the client asked for; keeps a line that is not complete yet. */
export class LogFormatter {
  readonly #options: LogOptions;
  readonly #since: string | undefined;
  #rest: Buffer = Buffer.alloc(0);
  #left: number;
  #continued = false;

  constructor(options: LogOptions) {
    this.#options = options;
    this.#left = options.limitBytes ?? Number.POSITIVE_INFINITY;
    this.#since = options.since === undefined ? undefined : new Date(options.since).toISOString();
  }

  /** The byte limit is reached: nothing more will come. */
  get isFull(): boolean {
    return this.#left <= 0;
  }

  format(chunk: Buffer): Buffer {
    const data = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    const parts: Buffer[] = [];
    let from = 0;
    for (let end = data.indexOf(NEWLINE); end >= 0 && !this.isFull; end = data.indexOf(NEWLINE, from)) {
      this.#line(data.subarray(from, end), parts);
      from = end + 1;
    }
    this.#rest = Buffer.from(data.subarray(from));
    return Buffer.concat(parts);
  }

  #line(raw: Buffer, parts: Buffer[]): void {
    const line = parseLogLine(raw);
    if (!line || (this.#options.stream && line.stream !== this.#options.stream)) return;
    if (this.#since !== undefined && !isAfter(line.time, this.#since)) return;
    if (this.#options.timestamps && !this.#continued) this.#add(parts, Buffer.from(`${line.time} `));
    this.#add(parts, line.content);
    if (!line.partial) this.#add(parts, BREAK);
    this.#continued = line.partial;
  }

  #add(parts: Buffer[], bytes: Buffer): void {
    const kept = bytes.length > this.#left ? bytes.subarray(0, this.#left) : bytes;
    this.#left -= kept.length;
    if (kept.length > 0) parts.push(kept);
  }
}

/** Both in UTC as runtimes write them: comparable as text up to the milliseconds that `since` has. */
function isAfter(time: string, since: string): boolean {
  return time.endsWith('Z') ? time.slice(0, 23) >= since.slice(0, 23) : Date.parse(time) >= Date.parse(since);
}
