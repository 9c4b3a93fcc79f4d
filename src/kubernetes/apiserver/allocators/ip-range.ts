import { isIPv4 } from 'node:net';

/** The usable addresses of an IPv4 network: all but its first and its last. */
export class IpRange {
  readonly cidr: string;
  /** How many addresses can be given out; they are numbered from 1. */
  readonly size: number;
  readonly #base: number;

  constructor(cidr: string) {
    const [address = '', bits = ''] = cidr.split('/');
    const length = Number(bits);
    if (!isIPv4(address) || bits === '' || !(length >= 8 && length <= 30)) throw new Error(`invalid service cluster IP range ${cidr}`);
    const mask = (0xffffffff << (32 - length)) >>> 0;
    this.cidr = cidr;
    this.#base = (toNumber(address) & mask) >>> 0;
    this.size = 2 ** (32 - length) - 2;
  }

  /** The address with a number, from 1 to `size`. */
  at(index: number): string {
    return toText(this.#base + index);
  }

  contains(address: string): boolean {
    if (!isIPv4(address)) return false;
    const index = toNumber(address) - this.#base;
    return index >= 1 && index <= this.size;
  }
}

function toNumber(address: string): number {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}

function toText(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}
