/** Protobuf's wire format. */

import { int64Of } from '../json-value.ts';

export const WIRE_VARINT = 0;
export const WIRE_FIXED64 = 1;
export const WIRE_BYTES = 2;
const WIRE_FIXED32 = 5;

/**
 * Writes messages from the end to the start, so that lengths are known when they are written and nothing is copied:
 * fields must be written in falling order to stand in rising order.
 */
export class ReverseWriter {
  #buffer: Uint8Array;
  /** Start of what is written. */
  #at: number;

  constructor(size = 4096) {
    this.#buffer = new Uint8Array(size);
    this.#at = size;
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#buffer.length - this.#at;
  }

  bytes(): Uint8Array {
    return this.#buffer.slice(this.#at);
  }

  /** A field whose content `write` writes. */
  message(field: number, write: () => void): void {
    const end = this.length;
    write();
    this.varint(this.length - end);
    this.tag(field, WIRE_BYTES);
  }

  string(field: number, text: string): void {
    this.raw(field, encodeText(text));
  }

  raw(field: number, bytes: Uint8Array): void {
    this.append(bytes);
    this.varint(bytes.length);
    this.tag(field, WIRE_BYTES);
  }

  bool(field: number, value: boolean): void {
    this.#reserve(1);
    this.#buffer[--this.#at] = value ? 1 : 0;
    this.tag(field, WIRE_VARINT);
  }

  /** int32 and int64 alike: negative ones take ten bytes. */
  integer(field: number, value: number | bigint): void {
    this.varint(value);
    this.tag(field, WIRE_VARINT);
  }

  double(field: number, value: number): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    this.append(bytes);
    this.tag(field, WIRE_FIXED64);
  }

  tag(field: number, wire: number): void {
    this.varint(field * 8 + wire);
  }

  varint(value: number | bigint): void {
    if (value >= 0 && value < 0x80) {
      this.#reserve(1);
      this.#buffer[--this.#at] = Number(value);
      return;
    }
    this.append(varintBytes(value));
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#at -= bytes.length;
    this.#buffer.set(bytes, this.#at);
  }

  #reserve(count: number): void {
    if (count <= this.#at) return;
    const length = this.length;
    const size = Math.max(this.#buffer.length * 2, length + count);
    const larger = new Uint8Array(size);
    larger.set(this.#buffer.subarray(this.#at), size - length);
    this.#buffer = larger;
    this.#at = size - length;
  }
}

function varintBytes(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
    bytes.push(rest);
  } else {
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
    bytes.push(Number(rest));
  }
  return Uint8Array.from(bytes);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Bytes that are no message of the expected type. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** Reads one message, field by field. */
export class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  tag(): { field: number; wire: number } {
    const tag = this.unsigned();
    return { field: Math.floor(tag / 8), wire: tag % 8 };
  }

  /** A varint that is small or a length. */
  unsigned(): number {
    let result = 0;
    let factor = 1;
    for (let count = 0; count < 10; count++) {
      const byte = this.#byte();
      result += (byte & 0x7f) * factor;
      if (byte < 0x80) return result;
      factor *= 0x80;
    }
    throw new WireError('proto: integer overflow');
  }

  /** An int64, or an int32 not yet cut to size. */
  integer(): number | bigint {
    let result = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      // Almost every integer is small and positive.
      if (shift === 0n && byte < 0x80) return byte;
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return int64Of(BigInt.asIntN(64, result));
    }
    throw new WireError('proto: integer overflow');
  }

  bytes(): Uint8Array {
    const length = this.unsigned();
    if (this.#at + length > this.#bytes.length) throw new WireError('unexpected EOF');
    const start = this.#at;
    this.#at += length;
    return this.#bytes.subarray(start, this.#at);
  }

  string(): string {
    return decoder.decode(this.bytes());
  }

  double(): number {
    if (this.#at + 8 > this.#bytes.length) throw new WireError('unexpected EOF');
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.#at, 8);
    this.#at += 8;
    return view.getFloat64(0, true);
  }

  skip(wire: number): void {
    if (wire === WIRE_VARINT) this.unsigned();
    else if (wire === WIRE_BYTES) this.bytes();
    else if (wire === WIRE_FIXED64 || wire === WIRE_FIXED32) this.#at += wire === WIRE_FIXED64 ? 8 : 4;
    else throw new WireError(`proto: illegal wireType ${wire}`);
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new WireError('unexpected EOF');
    return byte;
  }
}
