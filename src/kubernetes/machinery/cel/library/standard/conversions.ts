/** Conversions: `int(x)`, `string(x)` and so on. */

import { defineFunction, type FunctionDeclaration, type Overload, overload } from '../../types/declarations.ts';
import * as types from '../../types/type.ts';
import { CelError } from '../../values/errors.ts';
import { formatDouble, parseDouble } from '../../values/go-float.ts';
import { doubleToInt, doubleToUint, intToUint, MAX_INT, MAX_UINT, MIN_INT, uintToInt, type Whole, whole } from '../../values/number.ts';
import { fromUtf8, toUtf8 } from '../../values/text.ts';
import {
  type CelDuration,
  type CelTimestamp,
  durationOf,
  MAX_SECONDS,
  MIN_SECONDS,
  parseDuration,
  parseTimestamp,
  timestampOf,
} from '../../values/time.ts';
import { typeOf } from '../../values/type-of.ts';
import { CelDouble, CelUint, type CelValue } from '../../values/value.ts';

const { boolType, bytesType, doubleType, durationType, dynType, intType, stringType, timestampType, uintType } = types;

function cannotConvert(from: types.CelType, to: types.CelType): CelError {
  return new CelError(`type conversion error from '${from.name}' to '${to.name}'`);
}

/** Reads a text, or says that it cannot be converted. */
function parsed<T>(type: types.CelType, read: (text: string) => T | undefined): (text: string) => T {
  return (text) => {
    const value = read(text);
    if (value === undefined) throw cannotConvert(stringType, type);
    return value;
  };
}

const same = (id: string, type: types.CelType): Overload => overload(id, [type], type, (value: CelValue) => value);

const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE: ReadonlySet<string> = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

export function parseInteger(text: string, min: bigint, max: bigint): Whole | undefined {
  if (!/^[-+]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return value < min || value > max ? undefined : whole(value);
}

function parseUint(text: string): CelUint | undefined {
  const value = /^\d+$/.test(text) ? parseInteger(text, 0n, MAX_UINT) : undefined;
  return value === undefined ? undefined : new CelUint(value);
}

function parseDoubleValue(text: string): CelDouble | undefined {
  const value = parseDouble(text);
  return value === undefined ? undefined : new CelDouble(value);
}

function bytesToString(bytes: Uint8Array): string {
  const text = fromUtf8(bytes);
  if (text === undefined) throw new CelError('invalid UTF-8 in bytes, cannot convert to string');
  return text;
}

function intToTimestamp(seconds: Whole): CelTimestamp {
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) throw new CelError('timestamp overflow');
  return timestampOf(Number(seconds), 0);
}

/** The text of a value of a scalar type. */
export function textOf(value: CelValue): string {
  if (value instanceof CelDouble) return formatDouble(value.value);
  if (value instanceof CelUint) return String(value.value);
  if (value instanceof Uint8Array) return bytesToString(value);
  return String(value);
}

const toText = (id: string, type: types.CelType): Overload => overload(id, [type], stringType, textOf);

export const conversions: readonly FunctionDeclaration[] = [
  defineFunction('type', overload('type', [types.typeParameter('A')], types.typeOfType(types.typeParameter('A')), typeOf)),
  defineFunction(
    'dyn',
    overload('to_dyn', [types.typeParameter('A')], dynType, (value: CelValue) => value),
  ),
  defineFunction(
    'bool',
    same('bool_to_bool', boolType),
    overload(
      'string_to_bool',
      [stringType],
      boolType,
      parsed(boolType, (text) => (TRUE.has(text) ? true : FALSE.has(text) ? false : undefined)),
    ),
  ),
  defineFunction('bytes', same('bytes_to_bytes', bytesType), overload('string_to_bytes', [stringType], bytesType, toUtf8)),
  defineFunction(
    'double',
    same('double_to_double', doubleType),
    overload('int64_to_double', [intType], doubleType, (value: Whole) => new CelDouble(Number(value))),
    overload('string_to_double', [stringType], doubleType, parsed(doubleType, parseDoubleValue)),
    overload('uint64_to_double', [uintType], doubleType, (value: CelUint) => new CelDouble(Number(value.value))),
  ),
  defineFunction(
    'duration',
    same('duration_to_duration', durationType),
    overload('int64_to_duration', [intType], durationType, (value: Whole) => durationOf(BigInt(value))),
    overload('string_to_duration', [stringType], durationType, parsed(durationType, parseDuration)),
  ),
  defineFunction(
    'int',
    same('int64_to_int64', intType),
    overload('double_to_int64', [doubleType], intType, (value: CelDouble) => doubleToInt(value.value)),
    overload('duration_to_int64', [durationType], intType, (value: CelDuration) => whole(value.nanos)),
    overload(
      'string_to_int64',
      [stringType],
      intType,
      parsed(intType, (text) => parseInteger(text, MIN_INT, MAX_INT)),
    ),
    overload('timestamp_to_int64', [timestampType], intType, (value: CelTimestamp) => value.seconds),
    overload('uint64_to_int64', [uintType], intType, (value: CelUint) => uintToInt(value.value)),
  ),
  defineFunction(
    'string',
    same('string_to_string', stringType),
    toText('bool_to_string', boolType),
    toText('bytes_to_string', bytesType),
    toText('double_to_string', doubleType),
    toText('duration_to_string', durationType),
    toText('int64_to_string', intType),
    toText('timestamp_to_string', timestampType),
    toText('uint64_to_string', uintType),
  ),
  defineFunction(
    'timestamp',
    same('timestamp_to_timestamp', timestampType),
    overload('int64_to_timestamp', [intType], timestampType, intToTimestamp),
    overload('string_to_timestamp', [stringType], timestampType, parsed(timestampType, parseTimestamp)),
  ),
  defineFunction(
    'uint',
    same('uint64_to_uint64', uintType),
    overload('double_to_uint64', [doubleType], uintType, (value: CelDouble) => new CelUint(doubleToUint(value.value))),
    overload('int64_to_uint64', [intType], uintType, (value: Whole) => new CelUint(intToUint(value))),
    overload('string_to_uint64', [stringType], uintType, parsed(uintType, parseUint)),
  ),
];
