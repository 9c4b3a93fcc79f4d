import type { StructProvider } from '../environment.ts';
import { type CelType, structType } from '../types/type.ts';
import { CelError } from '../values/errors.ts';
import { CelMap, type CelValue } from '../values/value.ts';

/**
 * An object whose fields are made when they are first asked for, each once: the `variables` of a policy. A field that
 * fails fails again, with the same error.
 */
export class LazyObject extends CelMap {
  readonly #makers: ReadonlyMap<string, () => CelValue>;
  readonly #made = new Map<string, CelValue | CelError>();

  constructor(makers: ReadonlyMap<string, () => CelValue>) {
    super();
    this.#makers = makers;
  }

  override get size(): number {
    return this.#makers.size;
  }

  override keys(): Iterable<CelValue> {
    return this.#makers.keys();
  }

  override get(key: CelValue): CelValue | undefined {
    return typeof key === 'string' ? this.field(key) : undefined;
  }

  override field(name: string): CelValue | undefined {
    const maker = this.#makers.get(name);
    if (!maker) return undefined;
    const value = this.#made.has(name) ? this.#made.get(name)! : this.#make(name, maker);
    if (value instanceof CelError) throw value;
    return value;
  }

  #make(name: string, maker: () => CelValue): CelValue | CelError {
    try {
      const value = maker();
      this.#made.set(name, value);
      return value;
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      this.#made.set(name, error);
      return error;
    }
  }
}

/** One type with fields that are known by their types alone. */
export function recordType(name: string, fields: ReadonlyMap<string, CelType>): StructProvider {
  return {
    findType: (candidate) => (candidate === name ? structType(name) : undefined),
    findField: (type, field) => (type === name ? fields.get(field) : undefined),
  };
}
