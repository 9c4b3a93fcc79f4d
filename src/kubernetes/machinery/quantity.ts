/** Quantities (`100m`, `1.5Gi`, `2e3`): exact fixed-point numbers that remember the family of their suffix. */

export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/** `mantissa * 10^exponent`. `text` is set when the parsed spelling is kept as it was written. */
export interface Quantity {
  readonly mantissa: bigint;
  readonly exponent: number;
  readonly format: QuantityFormat;
  readonly text?: string;
}

/** Why a text is no quantity, in upstream's words. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError';
}

const NANO = -9;
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_FAST_DIGITS = 18;
const SPLIT = /^([+-]?)0*(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/;
const DECIMAL_SUFFIXES = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const BINARY_SUFFIXES = new Map([
  ['Ki', 10],
  ['Mi', 20],
  ['Gi', 30],
  ['Ti', 40],
  ['Pi', 50],
  ['Ei', 60],
]);
const DECIMAL_NAMES = new Map([...DECIMAL_SUFFIXES].map(([name, exponent]) => [exponent, name]));
const BINARY_NAMES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

export const zeroQuantity: Quantity = { mantissa: 0n, exponent: 0, format: 'DecimalSI' };

/** Reads a quantity; throws {@link QuantityError} for anything else. */
export function parseQuantity(text: string): Quantity {
  if (text === '0') return { ...zeroQuantity, text };
  const parts = text === '' ? null : SPLIT.exec(text);
  if (!parts) throw new QuantityError("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
  const [, sign = '', whole = '', fraction = '', suffix = ''] = parts;
  const unit = unitOf(suffix);
  const digits = (whole || '0') + fraction;
  const magnitude = BigInt(digits);
  const negative = sign === '-';
  const quantity =
    unit.format === 'BinarySI'
      ? binary(magnitude, fraction.length, unit.exponent, negative)
      : decimal(magnitude, unit.exponent - fraction.length, unit.format, negative);
  return keepsSpelling(digits, fraction.length, unit, magnitude) ? { ...quantity, text } : quantity;
}

interface Unit {
  exponent: number;
  format: QuantityFormat;
}

function unitOf(suffix: string): Unit {
  const ten = DECIMAL_SUFFIXES.get(suffix);
  if (ten !== undefined) return { exponent: ten, format: 'DecimalSI' };
  const two = BINARY_SUFFIXES.get(suffix);
  if (two !== undefined) return { exponent: two, format: 'BinarySI' };
  if (/^[eE][-+]?\d+$/.test(suffix)) return { exponent: Number(suffix.slice(1)) | 0, format: 'DecimalExponent' };
  throw new QuantityError("unable to parse quantity's suffix");
}

function decimal(magnitude: bigint, exponent: number, format: QuantityFormat, negative: boolean): Quantity {
  const fine = exponent < NANO ? roundUpToNano(magnitude, exponent) : { mantissa: magnitude, exponent };
  return { mantissa: negative ? -fine.mantissa : fine.mantissa, exponent: fine.exponent, format };
}

function binary(magnitude: bigint, fractionDigits: number, power: number, negative: boolean): Quantity {
  let { mantissa, exponent } = roundUpToNano(magnitude * 2n ** BigInt(power), -fractionDigits);
  const scale = 10n ** BigInt(-exponent);
  if (mantissa > MAX_INT64 * scale) ({ mantissa, exponent } = { mantissa: MAX_INT64, exponent: 0 });
  const format = mantissa > 0n && exponent < 0 && mantissa < scale ? 'DecimalSI' : 'BinarySI';
  return { mantissa: negative ? -mantissa : mantissa, exponent, format };
}

/** Finer than nano is rounded away from zero: whoever asks for too little still gets something. */
function roundUpToNano(mantissa: bigint, exponent: number): { mantissa: bigint; exponent: number } {
  if (exponent >= NANO) return { mantissa, exponent };
  if (mantissa === 0n) return { mantissa, exponent: NANO };
  const drop = NANO - exponent;
  // More digits than the number has: whatever it is, it rounds to one nano.
  if (drop > mantissa.toString().length) return { mantissa: 1n, exponent: NANO };
  return { mantissa: divideUp(mantissa, 10n ** BigInt(drop)), exponent: NANO };
}

/** A spelling that is canonical, or that upstream takes for canonical, survives a round trip unchanged. */
function keepsSpelling(digits: string, fractionDigits: number, unit: Unit, magnitude: bigint): boolean {
  if (unit.format === 'BinarySI') {
    const room = 15 - digits.length - Math.trunc((unit.exponent * 3) / 10) - 1;
    return fractionDigits === 0 && room >= 0 && (magnitude & 7n) !== 0n;
  }
  const scale = unit.exponent - fractionDigits;
  return digits.length <= MAX_FAST_DIGITS && scale >= NANO && scale % 3 === 0 && !digits.endsWith('000') && digits[0] !== '0';
}

/** The canonical text: no fraction, the largest suffix that loses nothing. */
export function formatQuantity(quantity: Quantity): string {
  if (quantity.text !== undefined) return quantity.text;
  if (quantity.mantissa === 0n) return '0';
  return (quantity.format === 'BinarySI' ? formatBinary(quantity) : undefined) ?? formatDecimal(quantity);
}

function formatBinary(quantity: Quantity): string | undefined {
  const scaled = integerOf(quantity);
  // Small or fractional amounts are shown as decimals so that nothing is lost.
  if (scaled === undefined || (scaled > -1024n && scaled < 1024n)) return undefined;
  let [value, step] = [scaled, 0];
  while (value % 1024n === 0n && step < BINARY_NAMES.length - 1) [value, step] = [value / 1024n, step + 1];
  return `${value}${BINARY_NAMES[step]}`;
}

function formatDecimal(quantity: Quantity): string {
  let { mantissa, exponent } = quantity;
  while (mantissa % 10n === 0n) [mantissa, exponent] = [mantissa / 10n, exponent + 1];
  while (exponent % 3 !== 0) [mantissa, exponent] = [mantissa * 10n, exponent - 1];
  const name = quantity.format === 'DecimalExponent' ? undefined : DECIMAL_NAMES.get(exponent);
  return `${mantissa}${name ?? (exponent === 0 ? '' : `e${exponent}`)}`;
}

function integerOf({ mantissa, exponent }: Quantity): bigint | undefined {
  if (exponent >= 0) return mantissa * 10n ** BigInt(exponent);
  const divisor = 10n ** BigInt(-exponent);
  return mantissa % divisor === 0n ? mantissa / divisor : undefined;
}

/** The text a server stores for what a client wrote: `0.5` becomes `500m`. */
export function canonicalQuantity(text: string): string {
  return formatQuantity(parseQuantity(text));
}

const read = (quantity: Quantity | string): Quantity => (typeof quantity === 'string' ? parseQuantity(quantity) : quantity);

/** Negative, zero or positive, as `a` is less than, equal to or greater than `b`. */
export function compareQuantities(a: Quantity | string, b: Quantity | string): number {
  const [left, right] = [read(a), read(b)];
  const [leftSign, rightSign] = [signOf(left), signOf(right)];
  if (leftSign !== rightSign) return leftSign - rightSign;
  if (leftSign === 0) return 0;
  // Comparing lengths first keeps absurd exponents cheap.
  const lengths = digitsBeforePoint(left) - digitsBeforePoint(right);
  if (lengths !== 0) return lengths * leftSign;
  const [x, y] = aligned(left, right);
  return x < y ? -1 : x > y ? 1 : 0;
}

export function signOf(quantity: Quantity | string): -1 | 0 | 1 {
  const { mantissa } = read(quantity);
  return mantissa < 0n ? -1 : mantissa > 0n ? 1 : 0;
}

function digitsBeforePoint({ mantissa, exponent }: Quantity): number {
  return (mantissa < 0n ? -mantissa : mantissa).toString().length + exponent;
}

function aligned(a: Quantity, b: Quantity): [bigint, bigint, number] {
  const exponent = Math.min(a.exponent, b.exponent);
  return [a.mantissa * 10n ** BigInt(a.exponent - exponent), b.mantissa * 10n ** BigInt(b.exponent - exponent), exponent];
}

/** The sum, in the format of `a` unless `a` is zero. */
export function addQuantities(a: Quantity | string, b: Quantity | string): Quantity {
  const [left, right] = [read(a), read(b)];
  const [x, y, exponent] = aligned(left, right);
  return { mantissa: x + y, exponent, format: left.mantissa === 0n ? right.format : left.format };
}

export function subtractQuantities(a: Quantity | string, b: Quantity | string): Quantity {
  const right = read(b);
  return addQuantities(a, { mantissa: -right.mantissa, exponent: right.exponent, format: right.format });
}

/** The value in units of `10^scale`, rounded away from zero; beyond int64 it stays at the limit. */
export function scaledValue(quantity: Quantity | string, scale: number): number {
  const { mantissa, exponent } = read(quantity);
  const shift = exponent - scale;
  if (mantissa === 0n) return 0;
  if (shift > 19) return Number(mantissa < 0n ? -MAX_INT64 : MAX_INT64);
  const value = shift >= 0 ? mantissa * 10n ** BigInt(shift) : divideUp(mantissa, 10n ** BigInt(-shift));
  return Number(value > MAX_INT64 ? MAX_INT64 : value < -MAX_INT64 ? -MAX_INT64 : value);
}

function divideUp(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by === 0n ? quotient : quotient + (value < 0n ? -1n : 1n);
}

const PLAIN = /^(\d{1,12})(m|Ki|Mi|Gi|)$/;
const PLAIN_FACTORS: Readonly<Record<string, number>> = { '': 1, Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3 };

/** Whole units, rounded up: bytes of memory, number of pods. */
export function quantityValue(quantity: Quantity | string): number {
  const plain = typeof quantity === 'string' ? PLAIN.exec(quantity) : null;
  if (!plain) return scaledValue(quantity, 0);
  return plain[2] === 'm' ? Math.ceil(Number(plain[1]) / 1000) : Number(plain[1]) * (PLAIN_FACTORS[plain[2] ?? ''] ?? 1);
}

/** Thousandths, rounded up: milli-CPUs. */
export function quantityMilliValue(quantity: Quantity | string): number {
  const plain = typeof quantity === 'string' && quantity.length < 10 ? PLAIN.exec(quantity) : null;
  if (!plain) return scaledValue(quantity, -3);
  return plain[2] === 'm' ? Number(plain[1]) : Number(plain[1]) * (PLAIN_FACTORS[plain[2] ?? ''] ?? 1) * 1000;
}

/** A whole number as a quantity text, `BinarySI` by default as memory is shown. */
export function quantityOf(value: number, format: QuantityFormat = 'BinarySI'): string {
  return formatQuantity({ mantissa: BigInt(Math.round(value)), exponent: 0, format });
}

/** Thousandths as a quantity text: 250 is `250m`. */
export function quantityOfMilli(milli: number): string {
  return formatQuantity({ mantissa: BigInt(Math.round(milli)), exponent: -3, format: 'DecimalSI' });
}
