/** Lists whose elements have keys, or are each there once: order does not matter to them. */

import { DataList } from '../values/data.ts';
import { equal } from '../values/equal.ts';
import { toData } from '../values/to-data.ts';
import type { CelList } from '../values/value.ts';

const dataOf = (list: CelList): readonly unknown[] => (list instanceof DataList ? list.data : [...list].map(toData));

/** `x-kubernetes-list-type: set` */
export class SetList extends DataList {
  override equals(other: CelList): boolean {
    if (this.size !== other.size) return false;
    const known = new Set(this.data);
    return dataOf(other).every((element) => known.has(element));
  }

  /** The union. */
  override concat(other: CelList): SetList {
    const known = new Set(this.data);
    return new SetList([...this.data, ...dataOf(other).filter((element) => !known.has(element))], this.convert);
  }
}

/** `x-kubernetes-list-type: map` */
export class MapList extends DataList {
  readonly #keys: readonly string[];

  constructor(data: readonly unknown[], convert: DataList['convert'], keys: readonly string[]) {
    super(data, convert);
    this.#keys = keys;
  }

  #keyOf(element: unknown): string {
    const object = (element ?? {}) as Readonly<Record<string, unknown>>;
    return JSON.stringify(this.#keys.map((key) => object[key] ?? null));
  }

  override equals(other: CelList): boolean {
    if (this.size !== other.size) return false;
    const byKey = new Map(this.data.map((element) => [this.#keyOf(element), element]));
    return dataOf(other).every((element, i) => {
      const key = this.#keyOf(element);
      return byKey.has(key) && equal(this.convert(byKey.get(key)), other.at(i));
    });
  }

  /** A merge: elements of the other list take the places of those with the same keys. */
  override concat(other: CelList): MapList {
    const elements = [...this.data];
    const places = new Map(elements.map((element, i) => [this.#keyOf(element), i]));
    for (const element of dataOf(other)) {
      const place = places.get(this.#keyOf(element));
      if (place === undefined) elements.push(element);
      else elements[place] = element;
    }
    return new MapList(elements, this.convert, this.#keys);
  }
}
