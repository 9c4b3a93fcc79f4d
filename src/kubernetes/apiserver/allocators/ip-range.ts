import { parseCidr, parseIp } from '../../machinery/validation/ip-address.ts';

export type IpFamily = 'IPv4' | 'IPv6';

/** More addresses than this are never looked at: numbers stay exact. */
const MOST = 2 ** 48;

/** The usable addresses of a network: all but its first, and for IPv4 its last. */
export class IpRange {
  readonly cidr: string;
  readonly family: IpFamily;
  /** How many addresses can be given out; they are numbered from 1. */
  readonly size: number;
  /** So many at the lower end are given out last: users may want to name one. */
  readonly reserved: number;
  readonly #base: bigint;

  constructor(cidr: string) {
    const parsed = parseCidr(cidr);
    if (!parsed) throw new Error(`invalid service cluster IP range ${cidr}`);
    const { bytes, length } = parsed;
    const hostBits = bytes.length * 8 - length;
    this.cidr = cidr;
    this.family = bytes.length === 4 ? 'IPv4' : 'IPv6';
    this.#base = (numberOf(bytes) >> BigInt(hostBits)) << BigInt(hostBits);
    const all = Math.min(2 ** hostBits, MOST);
    this.size = Math.max(0, all - (this.family === 'IPv4' ? 2 : 1));
    this.reserved = lowerBand(all, { least: 16, most: 256, share: 16 });
  }

  /** The address with a number, from 1 to `size`. */
  at(index: number): string {
    return textOf(this.#base + BigInt(index), this.family);
  }

  contains(address: string): boolean {
    const bytes = parseIp(address);
    if (bytes?.length !== (this.family === 'IPv4' ? 4 : 16)) return false;
    const index = numberOf(bytes) - this.#base;
    return index >= 1n && index <= BigInt(this.size);
  }
}

/** How much of a range is left to those who name what they want: a share, within bounds; nothing of a small range. */
export function lowerBand(size: number, { least, most, share }: { least: number; most: number; share: number }): number {
  return size <= least ? 0 : Math.min(Math.max(least, Math.floor(size / share)), most);
}

export const familyOf = (address: string): IpFamily => (address.includes(':') ? 'IPv6' : 'IPv4');

/** The one way to write an address; undefined where it is none. */
export function canonicalIp(address: string): string | undefined {
  const bytes = parseIp(address);
  return bytes && textOf(numberOf(bytes), bytes.length === 4 ? 'IPv4' : 'IPv6');
}

const numberOf = (bytes: readonly number[]): bigint => bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);

function textOf(number: bigint, family: IpFamily): string {
  if (family === 'IPv4') return [24n, 16n, 8n, 0n].map((shift) => (number >> shift) & 255n).join('.');
  const text = Array.from({ length: 8 }, (_, index) => ((number >> BigInt(16 * (7 - index))) & 0xffffn).toString(16)).join(':');
  const [zeros] = [...text.matchAll(/\b0(:0)+\b/g)].sort((a, b) => b[0].length - a[0].length);
  if (!zeros) return text;
  return `${text.slice(0, zeros.index).replace(/:$/, '')}::${text.slice(zeros.index + zeros[0].length).replace(/^:/, '')}`;
}
