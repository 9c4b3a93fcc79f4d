import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  QuantityError,
  signOf,
  subtractQuantities,
} from '../../../quantity.ts';
import { defineFunction, type Library, method, overload } from '../../types/declarations.ts';
import { boolType, doubleType, intType, stringType, structType } from '../../types/type.ts';
import { CelError } from '../../values/errors.ts';
import { MAX_INT, MIN_INT, type Whole, whole } from '../../values/number.ts';
import { CelDouble, CelObject, type CelValue } from '../../values/value.ts';

export const quantityType = structType('kubernetes.Quantity');

export class QuantityValue extends CelObject {
  override readonly type = quantityType;
  readonly quantity: Quantity;

  constructor(quantity: Quantity) {
    super();
    this.quantity = quantity;
  }

  override equals(other: CelValue): boolean {
    return other instanceof QuantityValue && compareQuantities(this.quantity, other.quantity) === 0;
  }

  override toString(): string {
    return formatQuantity(this.quantity);
  }
}

function toQuantity(text: string): QuantityValue {
  try {
    return new QuantityValue(parseQuantity(text));
  } catch (error) {
    if (error instanceof QuantityError) throw new CelError(error.message);
    throw error;
  }
}

function isQuantity(text: string): boolean {
  try {
    parseQuantity(text);
    return true;
  } catch (error) {
    if (error instanceof QuantityError) return false;
    throw error;
  }
}

/** The whole number that the quantity is; undefined when it has a fraction or is beyond 64 bits. */
function wholeOf({ mantissa, exponent }: Quantity): Whole | undefined {
  if (exponent > 20) return mantissa === 0n ? 0 : undefined;
  const scale = 10n ** BigInt(Math.abs(exponent));
  if (exponent < 0 && mantissa % scale !== 0n) return undefined;
  const value = exponent < 0 ? mantissa / scale : mantissa * scale;
  return value < MIN_INT || value > MAX_INT ? undefined : whole(value);
}

function asInteger({ quantity }: QuantityValue): Whole {
  const value = wholeOf(quantity);
  if (value === undefined) throw new CelError('cannot convert value to integer');
  return value;
}

const asFloat = ({ quantity: { mantissa, exponent } }: QuantityValue): CelDouble => new CelDouble(Number(`${mantissa}e${exponent}`));
const ofInt = (value: Whole): Quantity => ({ mantissa: BigInt(value), exponent: 0, format: 'DecimalExponent' });
const compare = (a: QuantityValue, b: QuantityValue): number => Math.sign(compareQuantities(a.quantity, b.quantity));
const add = (a: QuantityValue, b: Quantity): QuantityValue => new QuantityValue(addQuantities(a.quantity, b));
const subtract = (a: QuantityValue, b: Quantity): QuantityValue => new QuantityValue(subtractQuantities(a.quantity, b));

const Q = quantityType;

/** `quantity`, `isQuantity`, comparing and adding quantities. */
export const quantityLibrary: Library = {
  name: 'kubernetes.quantity',
  functions: [
    defineFunction('quantity', overload('string_to_quantity', [stringType], Q, toQuantity)),
    defineFunction('isQuantity', overload('is_quantity_string', [stringType], boolType, isQuantity)),
    // Upstream declares this one as a function, not a method: sign(q).
    defineFunction(
      'sign',
      overload('quantity_sign', [Q], intType, ({ quantity }: QuantityValue) => signOf(quantity)),
    ),
    defineFunction(
      'isGreaterThan',
      method('quantity_is_greater_than', [Q, Q], boolType, (a: QuantityValue, b: QuantityValue) => compare(a, b) > 0),
    ),
    defineFunction(
      'isLessThan',
      method('quantity_is_less_than', [Q, Q], boolType, (a: QuantityValue, b: QuantityValue) => compare(a, b) < 0),
    ),
    defineFunction('compareTo', method('quantity_compare_to', [Q, Q], intType, compare)),
    defineFunction('asApproximateFloat', method('quantity_get_float', [Q], doubleType, asFloat)),
    defineFunction('asInteger', method('quantity_get_int', [Q], intType, asInteger)),
    defineFunction(
      'isInteger',
      method('quantity_is_integer', [Q], boolType, ({ quantity }: QuantityValue) => wholeOf(quantity) !== undefined),
    ),
    defineFunction(
      'add',
      method('quantity_add', [Q, Q], Q, (a: QuantityValue, b: QuantityValue) => add(a, b.quantity)),
      method('quantity_add_int', [Q, intType], Q, (a: QuantityValue, b: Whole) => add(a, ofInt(b))),
    ),
    defineFunction(
      'sub',
      method('quantity_sub', [Q, Q], Q, (a: QuantityValue, b: QuantityValue) => subtract(a, b.quantity)),
      method('quantity_sub_int', [Q, intType], Q, (a: QuantityValue, b: Whole) => subtract(a, ofInt(b))),
    ),
  ],
};
