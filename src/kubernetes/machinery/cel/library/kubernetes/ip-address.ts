/** IP addresses and prefixes as Go's `netip` reads them, down to what it complains of. */

import { goQuote } from '../../../validation/go-text.ts';

export class IpError extends Error {}

export interface ParsedAddress {
  /** 4 or 16 bytes. */
  readonly bytes: Uint8Array;
  readonly zone: string;
}

/** Reads an address; throws {@link IpError} for anything else. */
export function parseAddress(text: string): ParsedAddress {
  const fail: Fail = (message, at) => {
    throw new IpError(`ParseAddr(${goQuote(text)}): ${message}${at === undefined ? '' : ` (at ${goQuote(at)})`}`);
  };
  const first = /[.:%]/.exec(text)?.[0];
  if (first === '.') return { bytes: parseIpv4(text, fail), zone: '' };
  if (first === ':') return parseIpv6(text, fail);
  return fail(first === '%' ? 'missing IPv6 address' : 'unable to parse IP');
}

type Fail = (message: string, at?: string) => never;

function parseIpv4(text: string, fail: Fail): Uint8Array {
  const fields: number[] = [];
  let digits = '';
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (/\d/.test(character)) {
      if (digits === '0') fail('IPv4 field has octet with leading zero');
      digits += character;
      if (Number(digits) > 255) fail('IPv4 field has value >255');
    } else if (character === '.') {
      if (digits === '' || i === text.length - 1) fail('IPv4 field must have at least one digit', text.slice(i));
      if (fields.length === 3) fail('IPv4 address too long');
      fields.push(Number(digits));
      digits = '';
    } else {
      fail('unexpected character', text.slice(i));
    }
  }
  if (fields.length < 3) fail('IPv4 address too short');
  return Uint8Array.from([...fields, Number(digits)]);
}

function parseIpv6(text: string, fail: Fail): ParsedAddress {
  const percent = text.indexOf('%');
  const zone = percent < 0 ? '' : text.slice(percent + 1);
  if (percent >= 0 && zone === '') fail('zone must be a non-empty string');
  const address = percent < 0 ? text : text.slice(0, percent);
  const { bytes, ellipsis } = readFields(address, fail);
  if (bytes.length === 16 && ellipsis >= 0) fail('the :: must expand to at least one field of zeros');
  if (bytes.length < 16 && ellipsis < 0) fail('address string too short');
  const zeros = new Array<number>(16 - bytes.length).fill(0);
  return { bytes: Uint8Array.from(ellipsis < 0 ? bytes : [...bytes.slice(0, ellipsis), ...zeros, ...bytes.slice(ellipsis)]), zone };
}

/** The bytes that are written out, and how many of them stand before `::`; negative without one. */
function readFields(address: string, fail: Fail): { bytes: number[]; ellipsis: number } {
  const bytes: number[] = [];
  let ellipsis = address.startsWith('::') ? 0 : -1;
  let rest = ellipsis === 0 ? address.slice(2) : address;
  if (rest === '') return { bytes, ellipsis };
  while (bytes.length < 16) {
    const group = /^[0-9a-fA-F]*/.exec(rest)![0];
    if (group.length > 4) fail('each group must have 4 or less digits', rest);
    if (group === '') fail('each colon-separated field must have at least one digit', rest);
    if (rest[group.length] === '.') {
      bytes.push(...embeddedIpv4(rest, bytes.length, ellipsis, fail));
      return { bytes, ellipsis };
    }
    const value = Number.parseInt(group, 16);
    bytes.push(value >> 8, value & 0xff);
    rest = rest.slice(group.length);
    if (rest === '') return { bytes, ellipsis };
    if (rest[0] !== ':') fail('unexpected character, want colon', rest);
    if (rest.length === 1) fail('colon must be followed by more characters', rest);
    rest = rest.slice(1);
    if (rest[0] !== ':') continue;
    if (ellipsis >= 0) fail('multiple :: in address', rest);
    ellipsis = bytes.length;
    rest = rest.slice(1);
    if (rest === '') return { bytes, ellipsis };
  }
  return fail('trailing garbage after address', rest);
}

function embeddedIpv4(rest: string, before: number, ellipsis: number, fail: Fail): Uint8Array {
  if (ellipsis < 0 && before !== 12) fail('embedded IPv4 address must replace the final 2 fields of the address', rest);
  if (before + 4 > 16) fail('too many hex fields to fit an embedded IPv4 at the end of the address', rest);
  return parseIpv4(rest, fail);
}

export const is4In6 = (bytes: Uint8Array): boolean =>
  bytes.length === 16 && bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;

/** The one text of an address. */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i]! << 8) | bytes[2 * i + 1]!).toString(16));
  const { start, length } = longestZeros(groups);
  if (length < 2) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

function longestZeros(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === '0') end++;
    if (end - start > best.length) best = { start, length: end - start };
  }
  return best;
}

export interface Prefix {
  readonly bytes: Uint8Array;
  readonly bits: number;
}

/** Reads `address/bits`; throws {@link IpError} for anything else. */
export function parsePrefix(text: string): Prefix {
  const fail = (message: string): never => {
    throw new IpError(`netip.ParsePrefix(${goQuote(text)}): ${message}`);
  };
  const slash = text.lastIndexOf('/');
  if (slash < 0) return fail("no '/'");
  const address = addressOfPrefix(text.slice(0, slash), fail);
  const bits = text.slice(slash + 1);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(bits)) return fail(`bad bits after slash: ${goQuote(bits)}`);
  return Number(bits) > address.length * 8 ? fail('prefix length out of range') : { bytes: address, bits: Number(bits) };
}

function addressOfPrefix(text: string, fail: (message: string) => never): Uint8Array {
  try {
    const { bytes, zone } = parseAddress(text);
    return zone === '' ? bytes : fail('IPv6 zones cannot be present in a prefix');
  } catch (error) {
    if (error instanceof IpError && error.message.startsWith('ParseAddr')) return fail(error.message);
    throw error;
  }
}

/** The address with every bit after the prefix zero. */
export function mask(bytes: Uint8Array, bits: number): Uint8Array {
  return bytes.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * i))) & 0xff);
}

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);
