import { equal } from '../values/equal.ts';
import { toData } from '../values/to-data.ts';
import { CelMap, type CelValue } from '../values/value.ts';
import type { DeclType } from './decl-type.ts';
import { escapeName, unescapeName } from './escape.ts';

/** Fields of an object by their names in JSON. */
export type Fields = ReadonlyMap<string, DeclType>;

/**
 * An object with declared fields. Fields that hold null are as absent as those that are not there; what the schema does
 * not declare cannot be reached, but counts when objects are compared.
 */
export class JsonObject extends CelMap {
  readonly data: Readonly<Record<string, unknown>>;
  readonly #fields: Fields;

  constructor(data: Readonly<Record<string, unknown>>, fields: Fields) {
    super();
    this.data = data;
    this.#fields = fields;
  }

  override get size(): number {
    return Object.keys(this.data).length;
  }

  override field(identifier: string): CelValue | undefined {
    const direct = this.#read(identifier);
    if (direct !== undefined || !identifier.includes('__')) return direct;
    const name = unescapeName(identifier);
    return name === undefined ? undefined : this.#read(name);
  }

  #read(name: string): CelValue | undefined {
    const declared = this.#fields.get(name);
    if (!declared || !Object.hasOwn(this.data, name)) return undefined;
    const data = this.data[name];
    return data === null || data === undefined ? undefined : declared.convert(data);
  }

  override get(key: CelValue): CelValue | undefined {
    return typeof key === 'string' ? this.field(key) : undefined;
  }

  override *keys(): Iterable<CelValue> {
    for (const name of Object.keys(this.data)) if (this.#fields.has(name)) yield escapeName(name) ?? name;
  }

  override equals(other: CelMap): boolean {
    if (this.size !== other.size) return false;
    const theirs = other instanceof JsonObject ? other.data : (toData(other) as Record<string, unknown>);
    return Object.entries(this.data).every(([name, data]) => {
      if (!Object.hasOwn(theirs, name)) return !this.#fields.has(name);
      const declared = this.#fields.get(name);
      if (!declared || data === null || theirs[name] === null) return JSON.stringify(data) === JSON.stringify(theirs[name]);
      return equal(declared.convert(data), declared.convert(theirs[name]));
    });
  }
}
