import type { ScalarKind } from '../../schema/schema.ts';
import { base64OfBytes, bytesOfBase64 } from '../base64.ts';
import { parseGoTime, RFC3339, RFC3339_MICRO } from '../go-time.ts';
import { parseJson } from '../json-value.ts';
import { encodeText, type ReverseWriter, WireReader } from './wire.ts';

/** How one kind of scalar is written as, and read from, a protobuf field; JSON forms on the other side. */
export interface ScalarWire {
  write(to: ReverseWriter, field: number, value: unknown): void;
  read(from: WireReader): unknown;
  /** Written for a value that is not there and may not be missing; undefined where protobuf can leave it out. */
  readonly zero: unknown;
}

const text: ScalarWire = {
  write: (to, field, value) => to.string(field, value as string),
  read: (from) => from.string(),
  zero: '',
};

const integer: ScalarWire = {
  write: (to, field, value) => to.integer(field, value as number | bigint),
  read: (from) => from.integer(),
  zero: 0,
};

/** What does not fit is cut off, as protobuf has it. */
const int32: ScalarWire = { ...integer, read: (from) => Number(BigInt.asIntN(32, BigInt(from.integer()))) };

/** A message whose field 1 is the value as bytes: RawExtension, FieldsV1, JSON. */
const rawJson: ScalarWire = {
  write: (to, field, value) => to.message(field, () => value !== null && to.raw(1, encodeText(JSON.stringify(value)))),
  read: (from) => {
    const raw = fieldsOf(from.bytes()).get(1);
    return raw instanceof Uint8Array ? parseJson(new TextDecoder().decode(raw)) : null;
  },
  zero: null,
};

export const SCALAR_WIRES: Readonly<Record<ScalarKind, ScalarWire>> = {
  string: text,
  int32,
  int64: integer,
  boolean: {
    write: (to, field, value) => to.bool(field, value as boolean),
    read: (from) => from.unsigned() !== 0,
    zero: false,
  },
  double: {
    write: (to, field, value) => to.double(field, value as number),
    read: (from) => from.double(),
    zero: 0,
  },
  bytes: {
    write: (to, field, value) => to.raw(field, bytesOfBase64(value as string)),
    read: (from) => base64OfBytes(from.bytes()),
    zero: undefined,
  },
  quantity: {
    write: (to, field, value) => to.message(field, () => to.string(1, String(value))),
    read: (from) => textOf(fieldsOf(from.bytes()).get(1)) || '0',
    zero: '0',
  },
  time: timeWire(RFC3339),
  microtime: timeWire(RFC3339_MICRO),
  duration: {
    write: (to, field, value) => to.message(field, () => to.integer(1, nanosecondsOf(value as string))),
    read: (from) => durationText(numberOf(fieldsOf(from.bytes()).get(1))),
    zero: '0s',
  },
  intOrString: {
    write: (to, field, value) =>
      to.message(field, () => {
        const isText = typeof value === 'string';
        to.string(3, isText ? value : '');
        to.integer(2, isText ? 0 : (value as number));
        to.integer(1, isText ? 1 : 0);
      }),
    read: (from) => {
      const fields = fieldsOf(from.bytes());
      return numberOf(fields.get(1)) === 1 ? textOf(fields.get(3)) : numberOf(fields.get(2));
    },
    zero: 0,
  },
  fieldsV1: rawJson,
  raw: rawJson,
  json: rawJson,
};

/** Seconds and nanoseconds since the epoch; nothing at all for Go's zero time. */
function timeWire(layout: string): ScalarWire {
  return {
    write: (to, field, value) =>
      to.message(field, () => {
        if (value === null) return;
        const { seconds, fraction } = parseGoTime(value as string, layout);
        to.integer(2, layout === RFC3339_MICRO ? Number(fraction.padEnd(9, '0')) : 0);
        to.integer(1, seconds);
      }),
    read: (from) => {
      const bytes = from.bytes();
      if (bytes.length === 0) return null;
      const fields = fieldsOf(bytes);
      const seconds = new Date(numberOf(fields.get(1)) * 1000).toISOString().slice(0, 19);
      if (layout === RFC3339) return `${seconds}Z`;
      return `${seconds}.${String(numberOf(fields.get(2)))
        .padStart(9, '0')
        .slice(0, 6)}Z`;
    },
    zero: null,
  };
}

/** The fields of a small message, last one of each. */
function fieldsOf(bytes: Uint8Array): Map<number, Uint8Array | number | bigint> {
  const reader = new WireReader(bytes);
  const fields = new Map<number, Uint8Array | number | bigint>();
  while (!reader.done) {
    const { field, wire } = reader.tag();
    if (wire === 0) fields.set(field, reader.integer());
    else if (wire === 2) fields.set(field, reader.bytes());
    else reader.skip(wire);
  }
  return fields;
}

const numberOf = (value: Uint8Array | number | bigint | undefined) => (value instanceof Uint8Array ? 0 : Number(value ?? 0));
const textOf = (value: Uint8Array | number | bigint | undefined) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : '');

const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** Go's duration text in nanoseconds. */
function nanosecondsOf(duration: string): number {
  let total = 0;
  for (const [, count, unit] of duration.matchAll(/([\d.]+)(ns|us|µs|ms|h|m|s)/g)) total += Number(count) * (UNITS[unit ?? ''] ?? 0);
  return Math.round(total) * (duration.startsWith('-') ? -1 : 1);
}

function durationText(nanoseconds: number): string {
  const sign = nanoseconds < 0 ? '-' : '';
  const size = Math.abs(nanoseconds);
  if (size === 0) return '0s';
  if (size < 1e3) return `${sign}${size}ns`;
  if (size < 1e6) return `${sign}${size / 1e3}µs`;
  if (size < 1e9) return `${sign}${size / 1e6}ms`;
  const hours = Math.floor(size / 3600e9);
  const minutes = Math.floor((size % 3600e9) / 60e9);
  const seconds = (size % 60e9) / 1e9;
  return `${sign}${hours ? `${hours}h` : ''}${hours || minutes ? `${minutes}m` : ''}${seconds}s`;
}
