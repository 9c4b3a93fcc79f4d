import type { FieldError } from '../../machinery/field-error.ts';
import { invalidValue } from '../../machinery/validation/faults.ts';

/** IP addresses and CIDRs as texts. Parsed here because api compiles without Node's types. */

/** The 4 or 16 bytes of an address; undefined for anything else. Leading zeros are refused: readers disagree about them. */
export function parseIp(text: string): number[] | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return undefined;
  return parts.map(Number);
}

function parseIpv6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = [groups(halves[0] ?? ''), groups(halves[1] ?? '')];
  if (!head || !tail) return undefined;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

function groups(text: string): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const bytes: number[] = [];
  for (const [index, part] of parts.entries()) {
    const v4 = index === parts.length - 1 && part.includes('.') ? parseIpv4(part) : undefined;
    if (v4) bytes.push(...v4);
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) bytes.push(Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255);
    else return undefined;
  }
  return bytes;
}

export const isValidIp = (text: string): boolean => parseIp(text) !== undefined;

export const isIpv6 = (text: string): boolean => text.includes(':') && isValidIp(text);

export const isIpv4 = (text: string): boolean => !text.includes(':') && isValidIp(text);

/** Address bytes and prefix length of a CIDR. */
export function parseCidr(text: string): { bytes: number[]; length: number } | undefined {
  const [address = '', length = '', ...rest] = text.split('/');
  const bytes = parseIp(address);
  if (!bytes || rest.length || !/^(0|[1-9]\d*)$/.test(length) || Number(length) > bytes.length * 8) return undefined;
  return { bytes, length: Number(length) };
}

export const INVALID_IP = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
export const INVALID_CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

/** Complaints about a text that should be an address. */
export function* ipRules(text: string, path: string): Iterable<FieldError> {
  if (!isValidIp(text)) yield invalidValue(path, text, INVALID_IP);
}

export function* cidrRules(text: string, path: string): Iterable<FieldError> {
  if (!parseCidr(text)) yield invalidValue(path, text, INVALID_CIDR);
}

/** Addresses that no other machine can reach make no endpoint. */
export function* nonSpecialIpRules(text: string, path: string): Iterable<FieldError> {
  const bytes = parseIp(text);
  if (!bytes) return;
  const v4 = bytes.length === 4;
  const [first = 0, second = 0] = bytes;
  const low = bytes.slice(0, -1).every((byte) => byte === 0);
  if (bytes.every((byte) => byte === 0)) yield invalidValue(path, text, `may not be unspecified (${v4 ? '0.0.0.0' : '::'})`);
  if (v4 ? first === 127 : low && bytes.at(-1) === 1)
    yield invalidValue(path, text, 'may not be in the loopback range (127.0.0.0/8, ::1/128)');
  if (v4 ? first === 169 && second === 254 : first === 0xfe && (second & 0xc0) === 0x80) {
    yield invalidValue(path, text, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  }
  if (v4 ? first === 224 && second === 0 && bytes[2] === 0 : first === 0xff && (second & 0x0f) === 2) {
    yield invalidValue(path, text, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)');
  }
}
