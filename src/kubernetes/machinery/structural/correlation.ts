import { sameJson } from '../patch/same-json.ts';
import { isObject, itemsOf, type JsonObject, type JsonSchema, propertyOf, valuesOf } from './json-schema.ts';

/**
 * A value of an updated object with what it was before, and likewise everything below it that can be told to be the
 * same thing: fields by name, items of keyed lists by their keys.
 */
export class Correlation {
  readonly value: unknown;
  readonly previous: unknown;
  readonly #schema: JsonSchema;
  readonly #children = new Map<string | number, Correlation | undefined>();
  #keyed: KeyedItems | undefined;
  #equal: boolean | undefined;

  constructor(value: unknown, previous: unknown, schema: JsonSchema) {
    this.value = value;
    this.previous = previous;
    this.#schema = schema;
  }

  /** A field or map entry; undefined where it is new or of no known type. */
  key(name: string): Correlation | undefined {
    if (!this.#children.has(name)) this.#children.set(name, this.#correlateKey(name));
    return this.#children.get(name);
  }

  #correlateKey(name: string): Correlation | undefined {
    const { value, previous } = this;
    if (!isObject(value) || !isObject(previous)) return undefined;
    if (!Object.hasOwn(value, name) || !Object.hasOwn(previous, name)) return undefined;
    const schema = propertyOf(this.#schema, name) ?? valuesOf(this.#schema);
    return schema && new Correlation(value[name], previous[name], schema);
  }

  /** A list item; undefined in lists without keys and for new items. */
  index(at: number): Correlation | undefined {
    if (!this.#children.has(at)) this.#children.set(at, this.#correlateIndex(at));
    return this.#children.get(at);
  }

  #correlateIndex(at: number): Correlation | undefined {
    const { value, previous } = this;
    const items = itemsOf(this.#schema);
    if (!items || !Array.isArray(value) || !Array.isArray(previous)) return undefined;
    this.#keyed ??= new KeyedItems(this.#schema, previous);
    const before = this.#keyed.find(value[at]);
    return before && new Correlation(value[at], before, items);
  }

  /** Whether nothing changed. Asks the children, who may know already. */
  get equal(): boolean {
    this.#equal ??= this.#compare();
    return this.#equal;
  }

  #compare(): boolean {
    const { value, previous } = this;
    if (value === null || previous === null) return value === previous;
    if (Array.isArray(value) && Array.isArray(previous)) return this.#compareItems(value, previous);
    if (isObject(value) && isObject(previous)) {
      const names = Object.keys(value);
      return names.length === Object.keys(previous).length && names.every((name) => this.key(name)?.equal ?? false);
    }
    return value === previous;
  }

  #compareItems(value: readonly unknown[], previous: readonly unknown[]): boolean {
    if (value.length !== previous.length) return false;
    if (!isKeyed(this.#schema)) return sameJson(value, previous);
    return value.every((_, at) => this.index(at)?.equal ?? false);
  }
}

const isKeyed = (schema: JsonSchema): boolean =>
  schema['x-kubernetes-list-type'] === 'map' && (schema['x-kubernetes-list-map-keys']?.length ?? 0) > 0;

/** Finds items of a keyed list by the keys of another item; finds none in any other list. */
export class KeyedItems {
  readonly #keys: readonly string[];
  readonly #items: readonly unknown[];
  #index: Map<string, JsonObject> | undefined;

  constructor(schema: JsonSchema, items: readonly unknown[]) {
    this.#keys = isKeyed(schema) && schema.type === 'array' ? (schema['x-kubernetes-list-map-keys'] ?? []) : [];
    this.#items = items;
  }

  find(like: unknown): JsonObject | undefined {
    const id = this.#idOf(like);
    if (id === undefined) return undefined;
    this.#index ??= this.#build();
    return this.#index.get(id);
  }

  #build(): Map<string, JsonObject> {
    const index = new Map<string, JsonObject>();
    for (const item of this.#items) {
      const id = this.#idOf(item);
      if (id !== undefined && !index.has(id)) index.set(id, item as JsonObject);
    }
    return index;
  }

  /** Items that lack a key, or whose keys are no scalars, are like no other. */
  #idOf(item: unknown): string | undefined {
    if (this.#keys.length === 0 || !isObject(item)) return undefined;
    const values = this.#keys.map((key) => (Object.hasOwn(item, key) ? item[key] : undefined));
    return values.every((value) => value !== undefined && value !== null && typeof value !== 'object') ? JSON.stringify(values) : undefined;
  }
}
