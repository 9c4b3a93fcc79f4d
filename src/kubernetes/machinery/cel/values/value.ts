/**
 * Values at run time.
 *
 * An int is a JavaScript number while it is a safe integer and a bigint beyond: rules compare small numbers, and a
 * bigint for each would allocate at every step. There is one form for each int, so `===` compares them. That leaves
 * doubles and uints, both rare in Kubernetes' schemas, to be wrapped: `CelDouble`, `CelUint`.
 */

import type { CelType } from '../types/type.ts';
import { CelError } from './errors.ts';
import type { CelDuration, CelTimestamp } from './time.ts';

export type CelValue =
  | null
  | boolean
  | string
  | number
  | bigint
  | CelUint
  | CelDouble
  | Uint8Array
  | CelTimestamp
  | CelDuration
  | CelType
  | CelList
  | CelMap
  | CelOptional
  | CelObject;

/** `value` is exact: a number within the safe integers, a bigint beyond. */
export class CelUint {
  readonly value: number | bigint;

  constructor(value: number | bigint) {
    this.value = value;
  }
}

export class CelDouble {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** A list, whatever it is made of; elements may be made when they are asked for. */
export abstract class CelList implements Iterable<CelValue> {
  abstract readonly size: number;
  /** The element at a place within the list. */
  abstract at(index: number): CelValue;

  *[Symbol.iterator](): Iterator<CelValue> {
    for (let i = 0; i < this.size; i++) yield this.at(i);
  }

  /** `this + other`. */
  concat(other: CelList): CelList {
    return new ConcatList(this, other);
  }

  /** Lists that are sets or maps compare in their own way; undefined leaves it to the order of the elements. */
  equals(_other: CelList): boolean | undefined {
    return undefined;
  }
}

export class ArrayList extends CelList {
  readonly elements: readonly CelValue[];

  constructor(elements: readonly CelValue[]) {
    super();
    this.elements = elements;
  }

  override get size(): number {
    return this.elements.length;
  }

  override at(index: number): CelValue {
    return this.elements[index] as CelValue;
  }

  override concat(other: CelList): CelList {
    return other instanceof ArrayList && this.size + other.size < 32
      ? new ArrayList([...this.elements, ...other.elements])
      : super.concat(other);
  }
}

class ConcatList extends CelList {
  readonly #first: CelList;
  readonly #second: CelList;
  override readonly size: number;

  constructor(first: CelList, second: CelList) {
    super();
    this.#first = first;
    this.#second = second;
    this.size = first.size + second.size;
  }

  override at(index: number): CelValue {
    const split = this.#first.size;
    return index < split ? this.#first.at(index) : this.#second.at(index - split);
  }

  override *[Symbol.iterator](): Iterator<CelValue> {
    yield* this.#first;
    yield* this.#second;
  }
}

/** A list that only the macro now making it can see: `map()` and `filter()` append to it in place. */
export class GrowingList extends ArrayList {
  readonly #elements: CelValue[];

  constructor() {
    const elements: CelValue[] = [];
    super(elements);
    this.#elements = elements;
  }

  override concat(other: CelList): this {
    for (const element of other) this.#elements.push(element);
    return this;
  }

  /** The list as others see it. */
  finished(): ArrayList {
    return new ArrayList(this.#elements);
  }
}

/** A map from bool, int, uint or string. */
export abstract class CelMap {
  abstract readonly size: number;
  /** The value of a key; undefined when there is none. Numbers are found whatever their type. */
  abstract get(key: CelValue): CelValue | undefined;
  abstract keys(): Iterable<CelValue>;

  has(key: CelValue): boolean {
    return this.get(key) !== undefined;
  }

  /** The value of a string key, as `map.field` asks for it. */
  field(name: string): CelValue | undefined {
    return this.get(name);
  }

  /** Objects of a schema compare in their own way; undefined leaves it to the entries. */
  equals(_other: CelMap): boolean | undefined {
    return undefined;
  }
}

export class CelOptional {
  static readonly none = new CelOptional(undefined);
  readonly value: CelValue | undefined;

  private constructor(value: CelValue | undefined) {
    this.value = value;
  }

  static of(value: CelValue): CelOptional {
    return new CelOptional(value);
  }
}

/** Values of libraries and objects with declared fields. */
export abstract class CelObject {
  abstract readonly type: CelType;

  equals(other: CelValue): boolean {
    return this === other;
  }

  /** What `size` is to the cost of operations on this value, where it has one. */
  get costSize(): number | undefined {
    return undefined;
  }

  /** A declared field that is there; undefined when it is not. */
  field(_name: string): CelValue | undefined {
    return undefined;
  }

  /** Whether the value equals an empty one, for `optional.ofNonZeroValue`. */
  get isZero(): boolean {
    return false;
  }

  /** The value as plain data. */
  toData(): unknown {
    throw new CelError(`a value of type ${this.type.name} cannot be converted`);
  }
}
