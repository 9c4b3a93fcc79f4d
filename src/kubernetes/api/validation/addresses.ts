import type { FieldError } from '../../machinery/field-error.ts';
import { invalidValue } from '../../machinery/validation/faults.ts';
import { INVALID_IP, parseCidr, parseIp } from '../../machinery/validation/ip-address.ts';

export { INVALID_IP, parseCidr, parseIp };

export const isValidIp = (text: string): boolean => parseIp(text) !== undefined;

export const isIpv6 = (text: string): boolean => text.includes(':') && isValidIp(text);

export const isIpv4 = (text: string): boolean => !text.includes(':') && isValidIp(text);

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
