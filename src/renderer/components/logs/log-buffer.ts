/** One line as shown. */
export interface LogLine {
  /** Never reused, so rows keep their identity when older lines leave. */
  id: number;
  /** RFC 3339, or undefined for what is not the container's own word. */
  time: string | undefined;
  text: string;
}

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours begin with ESC
const ANSI = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;

/** The newest lines of a log, up to a limit; older ones leave from the front, cheaply. */
export class LogBuffer {
  readonly #limit: number;
  #lines: LogLine[] = [];
  #start = 0;
  #nextId = 0;
  #dropped = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#lines.length - this.#start;
  }

  /** How many lines left since the beginning. */
  get dropped(): number {
    return this.#dropped;
  }

  at(index: number): LogLine | undefined {
    return this.#lines[this.#start + index];
  }

  /** Adds lines as Kubernetes sends them with `timestamps=true`. */
  push(lines: readonly string[]): void {
    for (const line of lines) {
      const time = TIME.exec(line);
      this.#add(time?.[1], time ? line.slice(time[0].length) : line);
    }
    this.#trim();
  }

  /** Adds a line that is the app's own word. */
  notice(text: string): void {
    this.#add(undefined, text);
    this.#trim();
  }

  clear(): void {
    this.#lines = [];
    this.#start = 0;
    this.#dropped = 0;
  }

  /** The time of the newest line that has one: where to go on after a lost connection. */
  get lastTime(): string | undefined {
    for (let index = this.#lines.length - 1; index >= this.#start; index--) {
      const time = this.#lines[index]?.time;
      if (time) return time;
    }
    return undefined;
  }

  /** Ids of the lines in which `needle` occurs, oldest first. */
  search(needle: string): number[] {
    if (!needle) return [];
    const lower = needle.toLowerCase();
    const found: number[] = [];
    for (let index = this.#start; index < this.#lines.length; index++) {
      const line = this.#lines[index];
      if (line?.text.toLowerCase().includes(lower)) found.push(line.id);
    }
    return found;
  }

  /** The place of a line now; -1 once it has left. */
  indexOf(id: number): number {
    const first = this.#lines[this.#start]?.id ?? 0;
    const index = id - first;
    return index >= 0 && index < this.length ? index : -1;
  }

  #add(time: string | undefined, text: string): void {
    this.#lines.push({ id: this.#nextId++, time, text: text.replace(/\r$/, '').replace(ANSI, '') });
  }

  #trim(): void {
    const over = this.length - this.#limit;
    if (over <= 0) return;
    this.#start += over;
    this.#dropped += over;
    // Moved to the front only now and then: a splice for every line would cost the whole array each time.
    if (this.#start > this.#limit) {
      this.#lines = this.#lines.slice(this.#start);
      this.#start = 0;
    }
  }
}
