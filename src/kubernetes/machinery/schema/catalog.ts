import type { Facts, TypeFact } from './facts.ts';
import { FactsReader, flatten } from './facts.ts';
import type { ObjectSchema, SchemaLookup } from './schema.ts';

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Every type of a set of facts modules. A module is read when one of its types is first asked for. */
export class SchemaCatalog {
  readonly #modules: readonly Facts[];
  readonly #readers = new Map<Facts, FactsReader>();
  readonly #schemas = new Map<string, ObjectSchema>();

  constructor(modules: readonly Facts[]) {
    this.#modules = modules;
  }

  /** Finds a type by its definition name; throws for a name that was not generated. */
  readonly lookup: SchemaLookup = (name) => {
    const known = this.#schemas.get(name);
    if (known) return known;
    const fact = this.#fact(name);
    const schema: ObjectSchema = { ...fact, fields: flatten(fact, (inner) => this.#fact(inner)) };
    this.#schemas.set(name, schema);
    return schema;
  };

  has(name: string): boolean {
    return this.#find(name) !== undefined;
  }

  /** The definition name of a kind, if it is known. Kinds of no group (`DeleteOptions`) are found by name alone. */
  kind({ group, version, kind }: GroupVersionKind): string | undefined {
    const of = this.#modules.filter((module) => module.group === undefined || (module.group === group && module.version === version));
    return of.map(({ prefix }) => `${prefix}.${kind}`).find((name) => this.isKind(name));
  }

  /** The group and version of a kind; undefined for types of no group. */
  groupVersionOf(name: string): { group: string; version: string } | undefined {
    const module = this.#moduleOf(name);
    return module?.group === undefined ? undefined : { group: module.group, version: module.version };
  }

  isKind(name: string): boolean {
    const module = this.#moduleOf(name);
    return module !== undefined && this.#reader(module).isKind(name);
  }

  /** Definition names of all types. */
  *names(): Iterable<string> {
    for (const module of this.#modules) yield* this.#reader(module).names();
  }

  #fact(name: string): TypeFact {
    const fact = this.#find(name);
    if (!fact) throw new Error(`no schema of ${name}`);
    return fact;
  }

  #find(name: string): TypeFact | undefined {
    const module = this.#moduleOf(name);
    return module && this.#reader(module).read(name);
  }

  #moduleOf(name: string): Facts | undefined {
    const prefix = name.slice(0, name.lastIndexOf('.'));
    return this.#modules.find((candidate) => candidate.prefix === prefix);
  }

  #reader(module: Facts): FactsReader {
    const known = this.#readers.get(module);
    if (known) return known;
    const reader = new FactsReader(module);
    this.#readers.set(module, reader);
    return reader;
  }
}
