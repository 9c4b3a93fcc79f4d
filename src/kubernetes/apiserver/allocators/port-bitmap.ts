/** Which numbers of a range are taken: a bit each, written as upstream writes them, the highest first and without leading zeros. */
export class PortBitmap {
  #bits: bigint;

  constructor(bits = 0n) {
    this.#bits = bits;
  }

  /** From the base64 of a RangeAllocation. */
  static parse(data: string): PortBitmap {
    const digits = Buffer.from(data, 'base64').toString('hex');
    return new PortBitmap(digits ? BigInt(`0x${digits}`) : 0n);
  }

  has(index: number): boolean {
    return ((this.#bits >> BigInt(index)) & 1n) === 1n;
  }

  add(index: number): void {
    this.#bits |= 1n << BigInt(index);
  }

  remove(index: number): void {
    if (this.has(index)) this.#bits ^= 1n << BigInt(index);
  }

  /** All that are taken, of the first `size`. */
  *taken(size: number): Iterable<number> {
    for (let index = 0; index < size; index++) if (this.has(index)) yield index;
  }

  copy(): PortBitmap {
    return new PortBitmap(this.#bits);
  }

  toString(): string {
    const digits = this.#bits === 0n ? '' : this.#bits.toString(16);
    return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex').toString('base64');
  }
}
