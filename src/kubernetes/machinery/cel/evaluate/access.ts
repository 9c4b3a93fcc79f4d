/** How the parts of values are reached: fields, elements, entries. */

import { numeric } from '../values/equal.ts';
import { CelError, noSuchKey, noSuchOverload } from '../values/errors.ts';
import { typeOf } from '../values/type-of.ts';
import { CelDouble, CelList, CelMap, CelObject, CelOptional, CelUint, type CelValue } from '../values/value.ts';

/** A key as error messages show it. */
export function keyText(key: CelValue): string {
  if (typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint' || typeof key === 'boolean') return String(key);
  if (key instanceof CelUint || key instanceof CelDouble) return String(key.value);
  return key === null ? 'null' : typeOf(key).name;
}

/** A place in a list: any whole number will do. */
function placeOf(index: CelValue): number | undefined {
  const number = numeric(index);
  return number === undefined ? undefined : Number.isInteger(Number(number)) ? Number(number) : undefined;
}

export function indexList(list: CelList, index: CelValue): CelValue {
  if (typeof index === 'number' && index >= 0 && index < list.size) return list.at(index);
  const place = placeOf(index);
  if (place === undefined) {
    throw numeric(index) === undefined
      ? new CelError(`unsupported index type '${typeOf(index).name}' in list`)
      : new CelError(`unsupported index value: ${keyText(index)}`);
  }
  if (place < 0 || place >= list.size) throw new CelError(`index out of bounds: ${keyText(index)}`);
  return list.at(place);
}

export function indexMap(map: CelMap, key: CelValue): CelValue {
  const value = map.get(key);
  if (value === undefined) throw noSuchKey(keyText(key));
  return value;
}

/** `value[key]` */
export function index(value: CelValue, key: CelValue): CelValue {
  if (value instanceof CelMap) return indexMap(value, key);
  if (value instanceof CelList) return indexList(value, key);
  if (value instanceof CelObject && typeof key === 'string') return select(value, key);
  if (value instanceof CelOptional) return optionalIndex(value, key);
  throw noSuchOverload();
}

/** `value.field` */
export function select(value: CelValue, field: string): CelValue {
  if (value instanceof CelOptional) return value.value === undefined ? CelOptional.none : optionalSelect(value.value, field);
  const found = fieldOf(value, field);
  if (found === undefined) throw noSuchKey(field);
  return found;
}

/** `has(value.field)` */
export function hasField(value: CelValue, field: string): boolean {
  if (value instanceof CelOptional) return value.value !== undefined && hasField(value.value, field);
  return fieldOf(value, field) !== undefined;
}

function fieldOf(value: CelValue, field: string): CelValue | undefined {
  if (value instanceof CelObject || value instanceof CelMap) return value.field(field);
  throw noSuchOverload();
}

/** `value.?field` */
export function optionalSelect(value: CelValue, field: string): CelOptional {
  if (value instanceof CelOptional) return value.value === undefined ? value : optionalSelect(value.value, field);
  const found = fieldOf(value, field);
  return found === undefined ? CelOptional.none : CelOptional.of(found);
}

/** `value[?key]` */
export function optionalIndex(value: CelValue, key: CelValue): CelOptional {
  if (value instanceof CelOptional) return value.value === undefined ? value : optionalIndex(value.value, key);
  if (value instanceof CelList) {
    const place = placeOf(key);
    return place !== undefined && place >= 0 && place < value.size ? CelOptional.of(value.at(place)) : CelOptional.none;
  }
  if (value instanceof CelMap) {
    const found = value.get(key);
    return found === undefined ? CelOptional.none : CelOptional.of(found);
  }
  if (value instanceof CelObject && typeof key === 'string') return optionalSelect(value, key);
  throw noSuchOverload();
}
