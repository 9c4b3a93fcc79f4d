/** Moments and spans of time, to the nanosecond. */

import { CelError } from './errors.ts';
import { MAX_INT, MIN_INT } from './number.ts';

const NANOS_PER_SECOND = 1_000_000_000n;
/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, the years that a timestamp may have. */
export const MIN_SECONDS = -62135596800;
export const MAX_SECONDS = 253402300799;

export class CelDuration {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }

  /** Seconds with the fraction they need: `90s`, `1.5s`. */
  toString(): string {
    return `${secondsText(this.nanos)}s`;
  }
}

export class CelTimestamp {
  /** Since 1970. */
  readonly seconds: number;
  /** 0 to 999,999,999 */
  readonly nanos: number;
  /** East of UTC, in seconds, as it was written: it shows when the timestamp is printed and nowhere else. */
  readonly offset: number;

  constructor(seconds: number, nanos: number, offset = 0) {
    this.seconds = seconds;
    this.nanos = nanos;
    this.offset = offset;
  }

  /** RFC 3339 with as many digits as the fraction needs. */
  toString(): string {
    const local = new Date((this.seconds + this.offset) * 1000).toISOString().slice(0, 19);
    const fraction = this.nanos ? `.${String(this.nanos).padStart(9, '0').replace(/0+$/, '')}` : '';
    return `${local}${fraction}${this.offset ? zoneText(this.offset) : 'Z'}`;
  }
}

function zoneText(offset: number): string {
  const minutes = Math.abs(Math.trunc(offset / 60));
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.trunc(minutes / 60))}:${two(minutes % 60)}`;
}

/** Go prints the seconds as a float64 with the fewest digits that read back to it. */
function secondsText(nanos: bigint): string {
  const seconds = Number(nanos / NANOS_PER_SECOND) + Number(nanos % NANOS_PER_SECOND) / 1e9;
  const text = String(seconds);
  return text.includes('e') ? seconds.toFixed(9).replace(/0+$/, '') : text;
}

export function durationOf(nanos: bigint): CelDuration {
  if (nanos < MIN_INT || nanos > MAX_INT) throw new CelError('duration overflow');
  return new CelDuration(nanos);
}

export function timestampOf(seconds: number, nanos: number, offset = 0): CelTimestamp {
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) throw new CelError('timestamp overflow');
  return new CelTimestamp(seconds, nanos, offset);
}

export function compareTimestamps(a: CelTimestamp, b: CelTimestamp): number {
  return a.seconds - b.seconds || a.nanos - b.nanos;
}

export function addDuration(time: CelTimestamp, duration: bigint): CelTimestamp {
  const nanos = BigInt(time.nanos) + duration;
  let carry = nanos / NANOS_PER_SECOND;
  let rest = nanos % NANOS_PER_SECOND;
  if (rest < 0n) [carry, rest] = [carry - 1n, rest + NANOS_PER_SECOND];
  return timestampOf(time.seconds + Number(carry), Number(rest), time.offset);
}

export function between(a: CelTimestamp, b: CelTimestamp): CelDuration {
  return durationOf(BigInt(a.seconds - b.seconds) * NANOS_PER_SECOND + BigInt(a.nanos - b.nanos));
}

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: NANOS_PER_SECOND,
  m: 60n * NANOS_PER_SECOND,
  h: 3600n * NANOS_PER_SECOND,
};
const PART = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/y;

/** Go's notation of durations: `1h30m`, `-1.5s`, `0`. Undefined for anything else. */
export function parseDuration(text: string): CelDuration | undefined {
  const body = /^[-+]/.test(text) ? text.slice(1) : text;
  if (body === '0') return new CelDuration(0n);
  if (body === '') return undefined;
  let nanos = 0n;
  for (let at = 0; at < body.length; at = PART.lastIndex) {
    PART.lastIndex = at;
    const part = PART.exec(body);
    if (!part || !(part[1] || part[2])) return undefined;
    nanos += partNanos(part[1] ?? '', part[2] ?? '', UNITS[part[3]!]!);
  }
  const signed = text.startsWith('-') ? -nanos : nanos;
  return signed < MIN_INT || signed > MAX_INT ? undefined : new CelDuration(signed);
}

function partNanos(digits: string, fraction: string, unit: bigint): bigint {
  const kept = fraction.slice(0, 18);
  return BigInt(digits || '0') * unit + (BigInt(kept || '0') * unit) / 10n ** BigInt(kept.length);
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([-+])(\d\d):(\d\d))$/;

/** RFC 3339, as Go reads it. Undefined for anything else; a moment out of range is an error. */
export function parseTimestamp(text: string): CelTimestamp | undefined {
  const match = RFC3339.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59) return undefined;
  const [zoneHours, zoneMinutes] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  if (zoneHours > 24 || zoneMinutes >= 60) return undefined;
  const offset = (zoneHours * 3600 + zoneMinutes * 60) * (match[8] === '-' ? -1 : 1);
  const seconds = daysSinceEpoch(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset;
  return timestampOf(seconds, Number((match[7] ?? '').slice(0, 9).padEnd(9, '0')), offset);
}

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

const daysIn = (year: number, month: number): number => (month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);

function daysSinceEpoch(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime() / 86_400_000;
}

const FIXED_ZONE = /^([-+]?\d+):(\d+)$/;
const formats = new Map<string, Intl.DateTimeFormat>();

/** The clock of a time zone at a moment, as a `Date` whose UTC fields are the local ones. */
export function inZone(time: CelTimestamp, zone: string): Date {
  return new Date((time.seconds + zoneOffset(time, zone)) * 1000);
}

function zoneOffset(time: CelTimestamp, zone: string): number {
  if (zone === '' || zone === 'UTC') return 0;
  const fixed = FIXED_ZONE.exec(zone);
  if (fixed) return (Number(fixed[1]) * 60 + (zone.startsWith('-') ? -Number(fixed[2]) : Number(fixed[2]))) * 60;
  const parts = Object.fromEntries(
    zoneFormat(zone)
      .formatToParts(time.seconds * 1000)
      .map(({ type, value }) => [type, value]),
  );
  const year = parts.era === 'BC' ? 1 - Number(parts.year) : Number(parts.year);
  const days = daysSinceEpoch(year, Number(parts.month), Number(parts.day));
  return days * 86400 + Number(parts.hour) * 3600 + Number(parts.minute) * 60 + Number(parts.second) - time.seconds;
}

function zoneFormat(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
    return format;
  } catch {
    throw new CelError(`unknown time zone ${zone}`);
  }
}

/** 0 for the first of January. */
export function dayOfYear(date: Date): number {
  return (
    Math.round((Date.UTC(2000, date.getUTCMonth(), date.getUTCDate()) - Date.UTC(2000, 0, 1)) / 86_400_000) -
    (date.getUTCMonth() > 1 && !isLeap(date.getUTCFullYear()) ? 1 : 0)
  );
}
