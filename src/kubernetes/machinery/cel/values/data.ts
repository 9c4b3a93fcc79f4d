/** Plain data, as JSON holds it, as values. Nothing is copied: elements and entries become values when they are read. */

import { CelType } from '../types/type.ts';
import { fail } from './errors.ts';
import { whole } from './number.ts';
import { CelDuration, CelTimestamp } from './time.ts';
import { CelDouble, CelList, CelMap, CelObject, CelOptional, CelUint, type CelValue } from './value.ts';

/** A value for data of which no type is known: whole numbers are ints, others doubles. */
export function dataToValue(data: unknown): CelValue {
  switch (typeof data) {
    case 'string':
    case 'boolean':
      return data;
    case 'number':
      return Number.isSafeInteger(data) ? data + 0 : Number.isInteger(data) ? wholeOrDouble(data) : new CelDouble(data);
    case 'bigint':
      return whole(data);
    case 'object':
      return data === null ? null : isValue(data) ? data : containerOf(data);
    default:
      return fail(`unsupported data of type ${typeof data}`);
  }
}

function wholeOrDouble(data: number): CelValue {
  return Math.abs(data) < 2 ** 63 ? whole(BigInt(data)) : new CelDouble(data);
}

function isValue(data: object): data is Exclude<CelValue, null | string | number | bigint | boolean> {
  return (
    data instanceof CelList ||
    data instanceof CelMap ||
    data instanceof CelObject ||
    data instanceof CelDouble ||
    data instanceof CelUint ||
    data instanceof Uint8Array ||
    data instanceof CelTimestamp ||
    data instanceof CelDuration ||
    data instanceof CelOptional ||
    data instanceof CelType
  );
}

function containerOf(data: object): CelList | CelMap {
  return Array.isArray(data) ? new DataList(data, dataToValue) : new DataMap(data as Record<string, unknown>, dataToValue);
}

export type Convert = (data: unknown) => CelValue;

/** An array; `convert` makes values of its elements. */
export class DataList extends CelList {
  readonly data: readonly unknown[];
  readonly convert: Convert;

  constructor(data: readonly unknown[], convert: Convert) {
    super();
    this.data = data;
    this.convert = convert;
  }

  override get size(): number {
    return this.data.length;
  }

  override at(index: number): CelValue {
    return this.convert(this.data[index]);
  }
}

/** An object whose members are the entries of a map. */
export class DataMap extends CelMap {
  readonly data: Readonly<Record<string, unknown>>;
  readonly convert: Convert;
  #size: number | undefined;

  constructor(data: Readonly<Record<string, unknown>>, convert: Convert) {
    super();
    this.data = data;
    this.convert = convert;
  }

  override get size(): number {
    this.#size ??= Object.keys(this.data).length;
    return this.#size;
  }

  override get(key: CelValue): CelValue | undefined {
    return typeof key === 'string' ? this.field(key) : undefined;
  }

  override field(name: string): CelValue | undefined {
    const data = this.data[name];
    return data === undefined || !Object.hasOwn(this.data, name) ? undefined : this.convert(data);
  }

  override keys(): Iterable<CelValue> {
    return Object.keys(this.data);
  }
}
