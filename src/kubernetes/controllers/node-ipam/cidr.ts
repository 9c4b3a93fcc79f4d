/** Hands out equal parts of an address range, by number. */
export class CidrParts {
  readonly #base: bigint;
  readonly #partBits: number;
  readonly #size: number;
  readonly #width: 32 | 128;
  readonly count: number;

  /** `10.244.0.0/16` in parts of /24. */
  constructor(range: string, partMask: number) {
    const [address = '', mask = ''] = range.split('/');
    this.#width = address.includes(':') ? 128 : 32;
    const bits = Number(mask);
    if (!Number.isInteger(bits) || bits < 0 || partMask < bits || partMask > this.#width) {
      throw new Error(`the range ${range} cannot be divided into parts of /${partMask}`);
    }
    this.#partBits = partMask;
    this.#size = this.#width - partMask;
    this.#base = (parseAddress(address) >> BigInt(this.#width - bits)) << BigInt(this.#width - bits);
    this.count = 2 ** Math.min(partMask - bits, 16);
  }

  /** The part of this number, `10.244.3.0/24`. */
  at(index: number): string {
    return `${formatAddress(this.#base + (BigInt(index) << BigInt(this.#size)), this.#width)}/${this.#partBits}`;
  }

  /** The first part that is not in `taken`. */
  firstFree(taken: ReadonlySet<string>): string | undefined {
    for (let index = 0; index < this.count; index++) {
      const part = this.at(index);
      if (!taken.has(part)) return part;
    }
    return undefined;
  }
}

function parseAddress(address: string): bigint {
  if (!address.includes(':')) return address.split('.').reduce((value, byte) => (value << 8n) + BigInt(byte), 0n);
  const [head = '', tail] = address.split('::');
  const groups = (text: string | undefined) => (text ? text.split(':') : []);
  const front = groups(head);
  const back = groups(tail);
  const filled = tail === undefined ? front : [...front, ...Array<string>(8 - front.length - back.length).fill('0'), ...back];
  return filled.reduce((value, group) => (value << 16n) + BigInt(`0x${group}`), 0n);
}

function formatAddress(value: bigint, width: 32 | 128): string {
  const step = width === 32 ? 8 : 16;
  const parts: string[] = [];
  for (let shift = width - step; shift >= 0; shift -= step) {
    const part = Number((value >> BigInt(shift)) & BigInt(2 ** step - 1));
    parts.push(part.toString(width === 32 ? 10 : 16));
  }
  if (width === 32) return parts.join('.');
  // The longest run of zero groups is written as `::`.
  const text = parts.join(':');
  const longest = [...text.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].sort((a, b) => b[0].length - a[0].length)[0];
  if (!longest) return text;
  return `${text.slice(0, longest.index)}::${text.slice(longest.index + longest[0].length).replace(/^:/, '')}`;
}
