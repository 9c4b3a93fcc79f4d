import { goQuote } from '../../../validation/go-text.ts';
import { defineFunction, type FunctionDeclaration, type Library, method, overload } from '../../types/declarations.ts';
import { boolType, intType, opaqueType, stringType } from '../../types/type.ts';
import { CelError } from '../../values/errors.ts';
import { CelObject, type CelValue } from '../../values/value.ts';
import { typeVariable } from '../standard/standard.ts';
import { formatAddress, IpError, is4In6, parseAddress, sameBytes } from './ip-address.ts';

export const ipType = opaqueType('net.IP');

export class IpValue extends CelObject {
  override readonly type = ipType;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    super();
    this.bytes = bytes;
  }

  override get costSize(): number {
    return this.bytes.length;
  }

  override equals(other: CelValue): boolean {
    return other instanceof IpValue && sameBytes(other.bytes, this.bytes);
  }

  override toString(): string {
    return formatAddress(this.bytes);
  }
}

/** Reads an address, without a zone and not an IPv4 address in IPv6's clothes. */
export function toIp(text: string): IpValue {
  const { bytes, zone } = parse(text);
  if (zone !== '') throw new CelError(`IP address ${goQuote(text)} with zone value is not allowed`);
  if (is4In6(bytes)) throw new CelError(`IPv4-mapped IPv6 address ${goQuote(text)} is not allowed`);
  return new IpValue(bytes);
}

function parse(text: string): ReturnType<typeof parseAddress> {
  try {
    return parseAddress(text);
  } catch (error) {
    if (error instanceof IpError)
      throw new CelError(`IP Address ${goQuote(text)} parse error during conversion from string: ${error.message}`);
    throw error;
  }
}

/** True unless making a value fails. */
export function succeeds(make: () => CelValue): boolean {
  try {
    make();
    return true;
  } catch (error) {
    if (error instanceof CelError) return false;
    throw error;
  }
}

const startsWith = (bytes: Uint8Array, ...start: number[]): boolean => start.every((byte, i) => bytes[i] === byte);
const all = (bytes: Uint8Array, value: number): boolean => bytes.every((byte) => byte === value);
const isV4 = (bytes: Uint8Array): boolean => bytes.length === 4;

const isUnspecified = (bytes: Uint8Array): boolean => all(bytes, 0);
const isLoopback = (bytes: Uint8Array): boolean => (isV4(bytes) ? bytes[0] === 127 : all(bytes.subarray(0, 15), 0) && bytes[15] === 1);
const isMulticast = (bytes: Uint8Array): boolean => (isV4(bytes) ? (bytes[0]! & 0xf0) === 0xe0 : bytes[0] === 0xff);
const isLinkLocalMulticast = (bytes: Uint8Array): boolean =>
  isV4(bytes) ? startsWith(bytes, 224, 0, 0) : bytes[0] === 0xff && (bytes[1]! & 0x0f) === 0x02;
const isLinkLocalUnicast = (bytes: Uint8Array): boolean =>
  isV4(bytes) ? startsWith(bytes, 169, 254) : bytes[0] === 0xfe && (bytes[1]! & 0xc0) === 0x80;

function isGlobalUnicast(bytes: Uint8Array): boolean {
  if (isUnspecified(bytes) || (isV4(bytes) && all(bytes, 255))) return false;
  return !isLoopback(bytes) && !isMulticast(bytes) && !isLinkLocalUnicast(bytes);
}

const question = (name: string, id: string, holds: (bytes: Uint8Array) => boolean): FunctionDeclaration =>
  defineFunction(
    name,
    method(id, [ipType], boolType, ({ bytes }: IpValue) => holds(bytes)),
  );

/** `ip`, `isIP`, `ip.isCanonical` and questions about addresses. */
export const ipLibrary: Library = {
  name: 'kubernetes.net.ip',
  variables: [typeVariable(ipType)],
  functions: [
    defineFunction('ip', overload('string_to_ip', [stringType], ipType, toIp)),
    defineFunction(
      'isIP',
      overload('is_ip', [stringType], boolType, (text: string) => succeeds(() => toIp(text))),
    ),
    defineFunction(
      'ip.isCanonical',
      overload('ip_is_canonical', [stringType], boolType, (text: string) => toIp(text).toString() === text),
    ),
    defineFunction(
      'string',
      overload('ip_to_string', [ipType], stringType, (ip: IpValue) => ip.toString()),
    ),
    defineFunction(
      'family',
      method('ip_family', [ipType], intType, ({ bytes }: IpValue) => (isV4(bytes) ? 4 : 6)),
    ),
    question('isUnspecified', 'ip_is_unspecified', isUnspecified),
    question('isLoopback', 'ip_is_loopback', isLoopback),
    question('isLinkLocalMulticast', 'ip_is_link_local_multicast', isLinkLocalMulticast),
    question('isLinkLocalUnicast', 'ip_is_link_local_unicast', isLinkLocalUnicast),
    question('isGlobalUnicast', 'ip_is_global_unicast', isGlobalUnicast),
  ],
};
