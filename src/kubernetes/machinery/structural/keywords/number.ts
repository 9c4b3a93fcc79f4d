import { invalidValue } from '../../validation/faults.ts';
import type { Check } from '../check.ts';
import type { JsonSchema } from '../json-schema.ts';
import { generalFault, type Outcome } from '../outcome.ts';
import { goFloat } from './show.ts';
import { formatOf, typesOf } from './type.ts';

/** Integers beyond a double's reach are bigints, which compare with numbers. */
type Numeric = number | bigint;

const isWhole = (value: Numeric): boolean => typeof value === 'bigint' || Number.isInteger(value);

/** `multipleOf`, `minimum`, `maximum` and the range of a numeric format. */
export function numberCheck(schema: JsonSchema): Check {
  const range = rangeOf(schema);
  return (value, path, into) => {
    if (typeof value !== 'number' && typeof value !== 'bigint') return;
    into.matches += 2;
    range?.(value, 'Checked', path, into);
    if (schema.multipleOf !== undefined) {
      range?.(schema.multipleOf, 'MultipleOf', path, into);
      checkMultiple(value, schema.multipleOf, path, into);
    }
    if (schema.minimum !== undefined) {
      range?.(schema.minimum, 'Minimum boundary', path, into);
      checkMinimum(value, schema.minimum, schema.exclusiveMinimum ?? false, path, into);
    }
    if (schema.maximum !== undefined) {
      range?.(schema.maximum, 'Maximum boundary', path, into);
      checkMaximum(value, schema.maximum, schema.exclusiveMaximum ?? false, path, into);
    }
  };
}

type RangeCheck = (value: Numeric, what: string, path: string, into: Outcome) => void;

const MAX_FLOAT = 3.4028234663852886e38;

const RANGES: Readonly<Record<string, (value: Numeric) => boolean>> = {
  int32: (value) => isWhole(value) && value >= -(2 ** 31) && value < 2 ** 31,
  int64: (value) => isWhole(value) && value >= -(2 ** 63) && value < 2 ** 63,
  float: (value) => Math.abs(Number(value)) <= MAX_FLOAT,
};

/** Values and bounds alike must fit the format; whole numbers have one without saying so. */
function rangeOf(schema: JsonSchema): RangeCheck | undefined {
  const types = typesOf(schema);
  const format = formatOf(schema);
  const fits = RANGES[format || (types.join() === 'integer' ? 'int64' : '')];
  if (!fits) return undefined;
  const wanted = `${types[0] ?? ''} ${format ? `with format ${format}` : '(default format)'}`;
  return (value, what, path, into) => {
    if (!fits(value)) into.add(generalFault(`${what} value must be of type ${wanted} in ${path}`));
  };
}

/** Whole values are compared with whole bounds, which is how they are then shown. */
const boundFor = (value: Numeric, bound: number): number => (isWhole(value) ? Math.trunc(bound) : bound);
const shown = (value: Numeric, bound: number): string => (isWhole(value) ? String(bound) : goFloat(bound));

function checkMultiple(value: Numeric, factor: number, path: string, into: Outcome): void {
  if (factor < 0) {
    into.add(invalidValue(path, factor, `factor MultipleOf declared for ${path} must be positive: ${goFloat(factor)}`));
    return;
  }
  if (!isMultiple(value, factor))
    into.add(invalidValue(path, value, `${path} in body should be a multiple of ${shown(value, boundFor(value, factor))}`));
}

function isMultiple(value: Numeric, factor: number): boolean {
  if (isWhole(value) && Math.trunc(factor) > 0) return BigInt(value) % BigInt(Math.trunc(factor)) === 0n;
  const number = Number(value);
  const quotient = factor < 1 ? (1 / factor) * number : number / factor;
  return Math.abs(quotient - Math.round(quotient)) < 1e-9;
}

function checkMinimum(value: Numeric, minimum: number, exclusive: boolean, path: string, into: Outcome): void {
  const bound = boundFor(value, minimum);
  if (exclusive ? value > bound : value >= bound) return;
  into.add(invalidValue(path, value, `${path} in body should be greater than ${exclusive ? '' : 'or equal to '}${shown(value, bound)}`));
}

function checkMaximum(value: Numeric, maximum: number, exclusive: boolean, path: string, into: Outcome): void {
  const bound = boundFor(value, maximum);
  if (exclusive ? value < bound : value <= bound) return;
  into.add(invalidValue(path, value, `${path} in body should be less than ${exclusive ? '' : 'or equal to '}${shown(value, bound)}`));
}
