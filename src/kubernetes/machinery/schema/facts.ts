import type { EmbeddedSchema, FieldSchema, ListSchema, ObjectSchema, ScalarKind, TypeSchema, UnionSchema } from './schema.ts';

/** One generated facts module. */
export interface Facts {
  /** What the names of its types start with, `io.k8s.api.core.v1`. */
  readonly prefix: string;
  /** API group of its kinds; undefined for types that are of no group. */
  readonly group: string | undefined;
  readonly version: string;
  readonly facts: string;
}

/** A field, or an embedded struct whose fields belong in its place. */
export type FieldFact = FieldSchema | { readonly embedded: string; readonly number: number };

/** A type as written in the facts: embedded structs not yet replaced by their fields. */
export interface TypeFact extends Omit<ObjectSchema, 'fields'> {
  readonly fields: readonly FieldFact[];
}

const TYPED_FIELDS: readonly FieldSchema[] = ['kind', 'apiVersion'].map((name) => ({
  name,
  number: 0,
  type: { kind: 'string' },
  omitEmpty: true,
  via: [{ name: 'TypeMeta', number: 0 }],
}));

const SCALARS: ReadonlySet<string> = new Set<ScalarKind>([
  'string',
  'int32',
  'int64',
  'double',
  'boolean',
  'bytes',
  'quantity',
  'time',
  'microtime',
  'duration',
  'intOrString',
  'fieldsV1',
  'raw',
  'json',
]);

/**
 * Reads the compact text of generated facts: a line per type and, indented by a space, a line per field
 * (`name number type word...`) or per embedded struct (`...Type number`); `enum Name A|B|C` comes first.
 */
export class FactsReader {
  readonly #prefix: string;
  readonly #enums = new Map<string, readonly string[]>();
  /** Lines of each type, parsed when asked for. */
  readonly #blocks = new Map<string, string>();

  constructor({ prefix, facts }: Facts) {
    this.#prefix = prefix;
    for (const block of facts.split(/\n(?! )/)) {
      const space = block.search(/[ \n]|$/);
      const name = block.slice(0, space);
      if (name === 'enum') this.#readEnum(block);
      else if (name) this.#blocks.set(`${prefix}.${name}`, block);
    }
  }

  names(): Iterable<string> {
    return this.#blocks.keys();
  }

  /** True for a type with `kind` and `apiVersion`. */
  isKind(name: string): boolean {
    return /^\S+ typed\b/.test(this.#blocks.get(name) ?? '');
  }

  read(name: string): TypeFact | undefined {
    const block = this.#blocks.get(name);
    if (block === undefined) return undefined;
    const [head = '', ...lines] = block.trimEnd().split('\n');
    const words = wordsOf(head.split(' ').slice(1));
    const typed = words.has('typed');
    const fields = lines.map((line) => this.#field(line.slice(1)));
    const structType = words.get('struct') as ObjectSchema['structType'];
    const union = words.get('union');
    return {
      name,
      fields: typed ? [...TYPED_FIELDS, ...fields] : fields,
      ...(typed && { typed }),
      ...(words.has('either') && { either: true }),
      ...(structType && { structType }),
      ...(union !== undefined && { unions: [unionOf(union)] }),
    };
  }

  #readEnum(block: string): void {
    const [, name = '', values = ''] = /^enum (\S+) (.*)$/.exec(block) ?? [];
    this.#enums.set(name, values.split('|'));
  }

  #field(line: string): FieldFact {
    const defaultAt = line.indexOf(' default=');
    const [name = '', second = '', third = '', ...rest] = (defaultAt < 0 ? line : line.slice(0, defaultAt)).split(' ');
    if (name.startsWith('...')) return { embedded: this.#qualified(name.slice(3)), number: Number(second) };
    const words = wordsOf(rest);
    const type = this.#withMarkers(this.#type(third), words);
    const strategy = words.get('strategy');
    const goType = words.get('go');
    return {
      name,
      number: Number(second),
      type,
      ...(words.has('req') && { required: true }),
      ...(words.has('ptr') && { pointer: true }),
      ...(words.has('omit') && { omitEmpty: true }),
      ...(words.has('zero') && { omitZero: true }),
      ...(strategy && type.kind !== 'list' && { patchStrategy: strategy }),
      ...(goType && { goType }),
      ...(defaultAt >= 0 && { default: JSON.parse(line.slice(defaultAt + ' default='.length)) }),
    };
  }

  #type(text: string): TypeSchema {
    if (text.startsWith('[]')) return { kind: 'list', items: this.#type(text.slice(2)) };
    if (text.startsWith('[message]')) return { kind: 'list', message: true, items: this.#type(text.slice(9)) };
    if (text.startsWith('{}')) return { kind: 'map', values: this.#type(text.slice(2)) };
    return SCALARS.has(text) ? { kind: text as ScalarKind } : { kind: 'ref', name: this.#qualified(text) };
  }

  #withMarkers(type: TypeSchema, words: ReadonlyMap<string, string>): TypeSchema {
    const enumeration = this.#enums.get(words.get('enum') ?? '');
    switch (type.kind) {
      case 'list':
        return { ...type, items: enumeration ? this.#withMarkers(type.items, words) : type.items, ...listMarkers(words) };
      case 'map': {
        const mapType = words.get('map') as 'atomic' | 'granular' | undefined;
        return { ...type, values: enumeration ? this.#withMarkers(type.values, words) : type.values, ...(mapType && { mapType }) };
      }
      case 'ref': {
        const structType = (words.get('struct') ?? words.get('map')) as 'atomic' | 'granular' | undefined;
        return structType ? { ...type, structType } : type;
      }
      default:
        return {
          ...type,
          ...(enumeration && { enum: enumeration }),
          ...(type.kind === 'bytes' && words.has('list') && { listType: 'atomic' }),
        };
    }
  }

  #qualified(name: string): string {
    return name.includes('.') ? name : `${this.#prefix}.${name}`;
  }
}

/** The fields of a type with those of embedded structs in their places. */
export function flatten(fact: TypeFact, find: (name: string) => TypeFact): readonly FieldSchema[] {
  return fact.fields.flatMap((field) => {
    if (!('embedded' in field)) return [field];
    const around: EmbeddedSchema = { name: field.embedded.slice(field.embedded.lastIndexOf('.') + 1), number: field.number };
    return flatten(find(field.embedded), find).map((inner) => ({ ...inner, via: [around, ...(inner.via ?? [])] }));
  });
}

function wordsOf(words: readonly string[]): Map<string, string> {
  return new Map(
    words.map((word) => {
      const equals = word.indexOf('=');
      return equals < 0 ? [word, ''] : [word.slice(0, equals), word.slice(equals + 1)];
    }),
  );
}

function listMarkers(words: ReadonlyMap<string, string>): Partial<ListSchema> {
  const listType = words.get('list') as ListSchema['listType'];
  const keys = words.get('keys');
  const patchStrategy = words.get('strategy');
  const patchMergeKey = words.get('mergeKey');
  return {
    ...(listType && { listType }),
    ...(keys && { mapKeys: keys.split(',') }),
    ...(patchStrategy && { patchStrategy }),
    ...(patchMergeKey && { patchMergeKey }),
  };
}

function unionOf(text: string): UnionSchema {
  const [discriminator = '', members = ''] = text.split(':');
  const fields = Object.fromEntries(members.split(',').map((member) => member.split('=') as [string, string]));
  return { ...(discriminator && { discriminator }), fields };
}
