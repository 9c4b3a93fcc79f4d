/** Doubles as Go prints and reads them. */

/** Go's `%g` with the fewest digits that read back: `1`, `1e+06`, `1.5e-07`. */
export function formatDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

const DECIMAL = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;
const HEX = /^([-+]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([-+]?\d+)$/;
const SPECIAL = /^([-+]?)(inf|infinity|nan)$/i;

/** Go's `ParseFloat`; undefined for what it does not take. */
export function parseDouble(text: string): number | undefined {
  const special = SPECIAL.exec(text);
  if (special)
    return special[2]!.toLowerCase() === 'nan' ? Number.NaN : special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (DECIMAL.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
  const hex = HEX.exec(text);
  if (!hex || (hex[2] === '' && hex[3] === '')) return undefined;
  const value = Number.parseInt(hex[2]! + hex[3]! || '0', 16) * 2 ** (Number(hex[4]) - 4 * hex[3]!.length);
  return hex[1] === '-' ? -value : value;
}
