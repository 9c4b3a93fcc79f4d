import { CelError } from './errors.ts';
import { whole } from './number.ts';
import { CelDouble, CelMap, CelUint, type CelValue } from './value.ts';

type Key = string | boolean | number | bigint;

/** One form for keys that are equal: 1, 1u and 1.0 find the same entry. Undefined for what can be no key. */
function keyOf(value: CelValue): Key | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'number':
    case 'bigint':
      return value;
    default:
      if (value instanceof CelUint) return value.value;
      return value instanceof CelDouble && Number.isInteger(value.value) ? whole(BigInt(value.value)) : undefined;
  }
}

/** A map that an expression made. */
export class EntryMap extends CelMap {
  readonly #entries = new Map<Key, readonly [CelValue, CelValue]>();

  override get size(): number {
    return this.#entries.size;
  }

  override get(key: CelValue): CelValue | undefined {
    const normal = keyOf(key);
    return normal === undefined ? undefined : this.#entries.get(normal)?.[1];
  }

  override *keys(): Iterable<CelValue> {
    for (const [key] of this.#entries.values()) yield key;
  }

  /** Sets an entry. Returns false when it took the place of another. */
  set(key: CelValue, value: CelValue): boolean {
    const normal = keyOf(key);
    if (normal === undefined || key instanceof CelDouble) throw new CelError('unsupported key type');
    const size = this.#entries.size;
    this.#entries.set(normal, [key, value]);
    return this.#entries.size > size;
  }

  static from(entries: Iterable<readonly [CelValue, CelValue]>): EntryMap {
    const map = new EntryMap();
    for (const [key, value] of entries) map.set(key, value);
    return map;
  }
}
