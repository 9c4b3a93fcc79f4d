/**
 * JSON with nothing of its integers lost. Go has them as int64; a double holds only those below 2^53 exactly, so larger
 * ones are bigints. They compare with numbers, survive copying, and are rare enough that everything else stays as it is.
 */

/** As many digits as the smallest integer that a double may change has. */
const LONG_NUMBER = /\d{16}/;

const INTEGER = /^-?\d+$/;

interface ReviverContext {
  /** The text of a number, string or literal. */
  readonly source?: string;
}

type Reviver = (this: unknown, key: string, value: unknown, context: ReviverContext) => unknown;

const { rawJSON, parse } = JSON as unknown as {
  rawJSON(text: string): object;
  parse(text: string, reviver?: Reviver): unknown;
};

Object.defineProperty(BigInt.prototype, 'toJSON', {
  configurable: true,
  writable: true,
  value(this: bigint) {
    return rawJSON(this.toString());
  },
});

/** Like `JSON.parse`, but integers that only an int64 holds come back as bigints. */
export function parseJson(text: string): unknown {
  return LONG_NUMBER.test(text) ? parse(text, exactInteger) : parse(text);
}

function exactInteger(this: unknown, _key: string, value: unknown, { source }: ReviverContext): unknown {
  return typeof value === 'number' && source !== undefined ? numberOf(source) : value;
}

/** The value of a number's text: what is no integer or beyond an int64 is a double, as in Go. */
export function numberOf(text: string): number | bigint {
  const value = Number(text);
  if (Number.isSafeInteger(value) || !INTEGER.test(text)) return value;
  const exact = BigInt(text);
  return BigInt.asIntN(64, exact) === exact ? exact : value;
}

/** An int64 as a number where that holds it. */
export function int64Of(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
