import { isObject, itemsOf, type JsonObject, type JsonSchema, META_FIELDS, preservesUnknown, propertyOf, valuesOf } from './json-schema.ts';

/** Where unknown fields were, as messages name them: `spec.items[0].foo`. */
export type UnknownFields = string[];

/** Removes fields that the schema does not know from an object and what is in it; what a resource says it is stays. */
export function pruneResource(object: JsonObject, schema: JsonSchema | undefined, unknown?: UnknownFields): void {
  const found: UnknownFields | undefined = unknown && [];
  new Pruner(found).prune(object, { ...schema, 'x-kubernetes-embedded-resource': true }, '');
  unknown?.push(...(found ?? []).sort());
}

/** The same for any value; a copy of a default, say. */
export function pruneValue(value: unknown, schema: JsonSchema): void {
  new Pruner(undefined).prune(value, schema, '');
}

class Pruner {
  readonly #unknown: UnknownFields | undefined;

  constructor(unknown: UnknownFields | undefined) {
    this.#unknown = unknown;
  }

  prune(value: unknown, schema: JsonSchema | undefined, path: string): void {
    if (preservesUnknown(schema)) this.#keep(value, schema as JsonSchema, path);
    else if (Array.isArray(value)) for (const [at, item] of value.entries()) this.prune(item, itemsOf(schema), `${path}[${at}]`);
    else if (isObject(value)) this.#fields(value, schema, path);
  }

  #fields(value: JsonObject, schema: JsonSchema | undefined, path: string): void {
    const open = schema?.additionalProperties !== undefined;
    for (const name of Object.keys(value)) {
      if (schema?.['x-kubernetes-embedded-resource'] && META_FIELDS.has(name)) continue;
      const property = propertyOf(schema, name);
      if (property || open) this.prune(value[name], property ?? valuesOf(schema), below(path, name));
      else {
        if (!META_FIELDS.has(name) || path !== '') this.#unknown?.push(below(path, name));
        delete value[name];
      }
    }
  }

  /** Where unknown fields are welcome, known ones are still pruned inside. */
  #keep(value: unknown, schema: JsonSchema, path: string): void {
    if (Array.isArray(value)) {
      const items = itemsOf(schema);
      if (items) for (const [at, item] of value.entries()) this.#keep(item, items, `${path}[${at}]`);
    } else if (isObject(value)) {
      for (const name of Object.keys(value)) {
        if (schema['x-kubernetes-embedded-resource'] && META_FIELDS.has(name)) continue;
        const property = propertyOf(schema, name);
        if (property || schema.additionalProperties !== undefined) this.prune(value[name], property ?? valuesOf(schema), below(path, name));
      }
    }
  }
}

const below = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
