import { goQuote } from '../../../validation/go-text.ts';
import { defineFunction, type Library, method, overload } from '../../types/declarations.ts';
import { boolType, intType, opaqueType, stringType } from '../../types/type.ts';
import { CelError } from '../../values/errors.ts';
import { CelObject, type CelValue } from '../../values/value.ts';
import { typeVariable } from '../standard/standard.ts';
import { IpValue, ipType, succeeds, toIp } from './ip.ts';
import { formatAddress, IpError, is4In6, mask, type Prefix, parsePrefix, sameBytes } from './ip-address.ts';

export const cidrType = opaqueType('net.CIDR');

export class CidrValue extends CelObject {
  override readonly type = cidrType;
  readonly prefix: Prefix;

  constructor(prefix: Prefix) {
    super();
    this.prefix = prefix;
  }

  /** The bytes that the prefix reaches into. */
  override get costSize(): number {
    return Math.ceil(this.prefix.bits / 8);
  }

  override equals(other: CelValue): boolean {
    return other instanceof CidrValue && other.prefix.bits === this.prefix.bits && sameBytes(other.prefix.bytes, this.prefix.bytes);
  }

  override toString(): string {
    return `${formatAddress(this.prefix.bytes)}/${this.prefix.bits}`;
  }
}

const PROBLEM = 'network address parse error during conversion from string: ';

function toCidr(text: string): CidrValue {
  const prefix = parse(text);
  if (is4In6(prefix.bytes)) throw new CelError(`${PROBLEM}IPv4-mapped IPv6 address ${goQuote(text)} is not allowed`);
  return new CidrValue(prefix);
}

function parse(text: string): Prefix {
  try {
    return parsePrefix(text);
  } catch (error) {
    // Upstream adds the same words twice.
    if (error instanceof IpError) throw new CelError(`${PROBLEM}${PROBLEM}${error.message}`);
    throw error;
  }
}

function contains({ prefix }: CidrValue, bytes: Uint8Array): boolean {
  return prefix.bytes.length === bytes.length && sameBytes(mask(prefix.bytes, prefix.bits), mask(bytes, prefix.bits));
}

const containsIp = (cidr: CidrValue, { bytes }: IpValue): boolean => contains(cidr, bytes);
const containsCidr = (cidr: CidrValue, { prefix }: CidrValue): boolean => cidr.prefix.bits <= prefix.bits && contains(cidr, prefix.bytes);
const masked = ({ prefix: { bytes, bits } }: CidrValue): CidrValue => new CidrValue({ bytes: mask(bytes, bits), bits });

/** `cidr`, `isCIDR` and what a network contains. */
export const cidrLibrary: Library = {
  name: 'kubernetes.net.cidr',
  variables: [typeVariable(cidrType)],
  functions: [
    defineFunction('cidr', overload('string_to_cidr', [stringType], cidrType, toCidr)),
    defineFunction(
      'isCIDR',
      overload('is_cidr', [stringType], boolType, (text: string) => succeeds(() => toCidr(text))),
    ),
    defineFunction(
      'string',
      overload('cidr_to_string', [cidrType], stringType, (cidr: CidrValue) => cidr.toString()),
    ),
    defineFunction(
      'containsIP',
      method('cidr_contains_ip_string', [cidrType, stringType], boolType, (cidr: CidrValue, text: string) => containsIp(cidr, toIp(text))),
      method('cidr_contains_ip_ip', [cidrType, ipType], boolType, containsIp),
    ),
    defineFunction(
      'containsCIDR',
      method('cidr_contains_cidr_string', [cidrType, stringType], boolType, (cidr: CidrValue, text: string) =>
        containsCidr(cidr, toCidr(text)),
      ),
      method('cidr_contains_cidr', [cidrType, cidrType], boolType, containsCidr),
    ),
    defineFunction(
      'ip',
      method('cidr_ip', [cidrType], ipType, ({ prefix }: CidrValue) => new IpValue(prefix.bytes)),
    ),
    defineFunction(
      'prefixLength',
      method('cidr_prefix_length', [cidrType], intType, ({ prefix }: CidrValue) => prefix.bits),
    ),
    defineFunction('masked', method('cidr_masked', [cidrType], cidrType, masked)),
  ],
};
