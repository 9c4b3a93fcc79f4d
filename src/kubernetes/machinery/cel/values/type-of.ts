import * as types from '../types/type.ts';
import { CelDuration, CelTimestamp } from './time.ts';
import { CelDouble, CelList, CelMap, CelObject, CelOptional, CelUint, type CelValue } from './value.ts';

const optionalType = types.opaqueType('optional_type');

/** The type of a value, as `type(x)` gives it. */
export function typeOf(value: CelValue): types.CelType {
  switch (typeof value) {
    case 'string':
      return types.stringType;
    case 'number':
    case 'bigint':
      return types.intType;
    case 'boolean':
      return types.boolType;
    default:
      return typeOfReference(value);
  }
}

function typeOfReference(value: Exclude<CelValue, string | number | bigint | boolean>): types.CelType {
  if (value === null) return types.nullType;
  if (value instanceof CelList) return types.listType;
  if (value instanceof CelMap) return types.mapType;
  if (value instanceof CelObject) return value.type;
  if (value instanceof CelDouble) return types.doubleType;
  if (value instanceof CelUint) return types.uintType;
  if (value instanceof CelTimestamp) return types.timestampType;
  if (value instanceof CelDuration) return types.durationType;
  if (value instanceof CelOptional) return optionalType;
  return value instanceof Uint8Array ? types.bytesType : types.typeType;
}

/** Whether a value may stand where a type is wanted; how overloads are chosen when types are only known at run time. */
export function conforms(value: CelValue, type: types.CelType): boolean {
  if (types.isDynamic(type) || type.kind === 'parameter') return true;
  if (value === null) return type.kind === 'null' || type.nullable;
  return typeOf(value).name === type.name;
}

/** Whether a value is what `optional.ofNonZeroValue` takes for nothing. */
export function isZero(value: CelValue): boolean {
  if (value === null || value === '' || value === false || value === 0) return true;
  if (value instanceof CelDouble || value instanceof CelUint) return value.value === 0;
  if (value instanceof CelList || value instanceof CelMap) return value.size === 0;
  if (value instanceof Uint8Array) return value.length === 0;
  if (value instanceof CelDuration) return value.nanos === 0n;
  if (value instanceof CelTimestamp) return value.seconds === -62135596800 && value.nanos === 0;
  if (value instanceof CelOptional) return value.value === undefined;
  return value instanceof CelObject && value.isZero;
}
