/** Reading times as Go's time.Parse does, faults in its words. */

export const RFC3339 = '2006-01-02T15:04:05Z07:00';
export const RFC3339_MICRO = '2006-01-02T15:04:05.000000Z07:00';

class TimeSyntaxError extends Error {
  override readonly name = 'TimeSyntaxError';
}

const PLAIN = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/;
const ZERO = '0001-01-01T00:00:00Z';

/** A `Time` as it is stored: UTC, whole seconds; null for Go's zero time. */
export function readTime(text: string): string | null {
  if (text === ZERO) return null;
  if (PLAIN.test(text) && !Number.isNaN(Date.parse(text)) && daysFit(text)) return text;
  const { seconds } = parseGoTime(text, RFC3339);
  return `${isoSeconds(seconds)}Z`;
}

/** A `MicroTime` as it is stored: UTC, six digits. */
export function readMicroTime(text: string): string | null {
  const { seconds, fraction } = parseGoTime(text, RFC3339_MICRO);
  const iso = isoSeconds(seconds);
  return `${iso}Z` === ZERO ? null : `${iso}.${fraction.padEnd(6, '0').slice(0, 6)}Z`;
}

function isoSeconds(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, '');
}

function daysFit(text: string): boolean {
  return Number(text.slice(8, 10)) <= daysIn(Number(text.slice(0, 4)), Number(text.slice(5, 7)));
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}

interface Parsed {
  seconds: number;
  /** Digits after the point. */
  fraction: string;
}

/** `text` by one of the two layouts above. */
export function parseGoTime(text: string, layout: string): Parsed {
  const reader = new TimeReader(text, layout);
  const year = reader.digits(4, '2006');
  reader.literal('-');
  const month = reader.digits(2, '01');
  if (month < 1 || month > 12) reader.outOfRange('month');
  reader.literal('-');
  const day = reader.digits(2, '02');
  reader.literal('T');
  const hour = reader.digits(2, '15');
  if (hour > 23) reader.outOfRange('hour');
  reader.literal(':');
  const minute = reader.digits(2, '04');
  if (minute > 59) reader.outOfRange('minute');
  reader.literal(':');
  const second = reader.digits(2, '05');
  if (second > 59) reader.outOfRange('second');
  const fraction = layout === RFC3339_MICRO ? reader.exactFraction('.000000') : reader.anyFraction();
  const offset = reader.zone();
  reader.end();
  if (day < 1 || day > daysIn(year, month)) reader.outOfRange('day');
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  return { seconds: date.getTime() / 1000 - offset, fraction };
}

class TimeReader {
  readonly #text: string;
  readonly #layout: string;
  #rest: string;

  constructor(text: string, layout: string) {
    this.#text = text;
    this.#layout = layout;
    this.#rest = text;
  }

  digits(count: number, element: string): number {
    const found = new RegExp(`^\\d{${count}}`).exec(this.#rest);
    if (!found) this.#fail(this.#rest, element);
    this.#rest = this.#rest.slice(count);
    return Number(found[0]);
  }

  literal(character: string): void {
    if (!this.#rest.startsWith(character)) this.#fail(this.#rest, character);
    this.#rest = this.#rest.slice(1);
  }

  anyFraction(): string {
    const found = /^[.,](\d+)/.exec(this.#rest);
    this.#rest = this.#rest.slice(found?.[0].length ?? 0);
    return found?.[1] ?? '';
  }

  exactFraction(element: string): string {
    const found = this.#rest.slice(0, element.length);
    if (!/^[.,]\d{6}$/.test(found)) this.#fail(this.#rest, element);
    this.#rest = this.#rest.slice(element.length);
    return found.slice(1);
  }

  /** Seconds east of UTC. */
  zone(): number {
    if (this.#rest.startsWith('Z')) {
      this.#rest = this.#rest.slice(1);
      return 0;
    }
    const found = /^([+-])(\d\d):(\d\d)/.exec(this.#rest);
    if (!found) return this.#fail(this.#rest, 'Z07:00');
    const [whole, sign, hours, minutes] = found;
    if (Number(hours) > 24) this.outOfRange('time zone offset hour');
    if (Number(minutes) > 60) this.outOfRange('time zone offset minute');
    this.#rest = this.#rest.slice(whole.length);
    return (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60 : 60);
  }

  end(): void {
    if (this.#rest) throw new TimeSyntaxError(`parsing time ${quote(this.#text)}: extra text: ${quote(this.#rest)}`);
  }

  outOfRange(what: string): never {
    throw new TimeSyntaxError(`parsing time ${quote(this.#text)}: ${what} out of range`);
  }

  #fail(at: string, element: string): never {
    throw new TimeSyntaxError(
      `parsing time ${quote(this.#text)} as ${quote(this.#layout)}: cannot parse ${quote(at)} as ${quote(element)}`,
    );
  }
}

function quote(text: string): string {
  return JSON.stringify(text);
}
