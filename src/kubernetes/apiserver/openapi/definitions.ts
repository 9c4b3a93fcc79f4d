import { KNOWN_VERSIONS } from '../../api/generated/known-versions.ts';
import type { GroupVersionKind, SchemaCatalog } from '../../machinery/schema/catalog.ts';
import type { FieldSchema, ObjectSchema, ScalarKind, TypeSchema } from '../../machinery/schema/schema.ts';
import type { Descriptions } from './descriptions.ts';

/** A JSON Schema as either version of OpenAPI writes it. */
export type OpenApiSchema = Record<string, unknown>;

export type OpenApiVersion = 2 | 3;

/** What a definition that is not generated is written with. */
export interface DefinitionContext {
  readonly version: OpenApiVersion;
  reference(name: string): OpenApiSchema;
  describe(definition: string, field: string): { description?: string };
}

/** Writes a definition of a custom resource. */
export type ExtraDefinition = (context: DefinitionContext) => OpenApiSchema;

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** Definitions of the types that are no structs on the wire. */
const SPECIAL: Readonly<Partial<Record<ScalarKind, string>>> = {
  quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  time: `${META}.Time`,
  microtime: `${META}.MicroTime`,
  duration: `${META}.Duration`,
  intOrString: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
  fieldsV1: `${META}.FieldsV1`,
  raw: 'io.k8s.apimachinery.pkg.runtime.RawExtension',
  json: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON',
};

const INFO = 'io.k8s.apimachinery.pkg.version.Info';

const BASIC: Readonly<Partial<Record<ScalarKind, OpenApiSchema>>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  double: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
};

/** What a value that is always written is when nothing set it; shown by version 3 only. */
const ZEROS: Readonly<Partial<Record<ScalarKind, unknown>>> = { string: '', boolean: false, int32: 0, int64: 0, double: 0 };

/** Writes the generated facts as OpenAPI definitions, and remembers which further ones those refer to. */
export class DefinitionWriter {
  readonly #catalog: SchemaCatalog;
  readonly #descriptions: Descriptions;
  readonly #version: OpenApiVersion;
  readonly #extra: ReadonlyMap<string, ExtraDefinition>;
  readonly #wanted = new Set<string>();

  constructor(
    catalog: SchemaCatalog,
    descriptions: Descriptions,
    version: OpenApiVersion,
    extra: ReadonlyMap<string, ExtraDefinition> = new Map(),
  ) {
    this.#extra = extra;
    this.#catalog = catalog;
    this.#descriptions = descriptions;
    this.#version = version;
  }

  /** A reference to a definition, which {@link definitions} will then contain. */
  reference(name: string): OpenApiSchema {
    this.#wanted.add(name);
    return { $ref: `${this.#version === 2 ? '#/definitions/' : '#/components/schemas/'}${name}` };
  }

  /** Every definition referred to, directly or through others, sorted by name. */
  definitions(): Record<string, OpenApiSchema> {
    const written = new Map<string, OpenApiSchema>();
    // Writing one may want others, which the set then also walks.
    for (const name of this.#wanted) written.set(name, this.#definition(name));
    return Object.fromEntries([...written].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #definition(name: string): OpenApiSchema {
    const extra = this.#extra.get(name);
    if (extra) return extra(this.#context);
    const description = this.#describe(name, '');
    return { ...description, ...(this.#special(name) ?? this.#object(this.#catalog.lookup(name))) };
  }

  get #context(): DefinitionContext {
    return {
      version: this.#version,
      reference: (name) => this.reference(name),
      describe: (definition, field) => this.#describe(definition, field),
    };
  }

  #special(name: string): OpenApiSchema | undefined {
    switch (name) {
      case SPECIAL.quantity:
        return this.#version === 2 ? { type: 'string' } : { oneOf: [{ type: 'string' }, { type: 'number' }] };
      case SPECIAL.intOrString:
        return this.#version === 2
          ? { type: 'string', format: 'int-or-string' }
          : { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] };
      case SPECIAL.time:
      case SPECIAL.microtime:
        return { type: 'string', format: 'date-time' };
      case SPECIAL.duration:
        return { type: 'string' };
      case SPECIAL.json:
        return {};
      case SPECIAL.fieldsV1:
      case SPECIAL.raw:
        return { type: 'object' };
      case INFO:
        return this.#versionInfo();
      default:
        return undefined;
    }
  }

  #object(schema: ObjectSchema): OpenApiSchema {
    if (schema.either) return {};
    const required = schema.fields.filter((field) => field.required).map(({ name }) => name);
    const properties = Object.fromEntries(schema.fields.map((field) => [field.name, this.#field(schema, field)]));
    const kinds = groupVersionKinds(this.#catalog, schema);
    return {
      type: 'object',
      ...(required.length > 0 && { required }),
      ...(schema.fields.length > 0 && { properties }),
      ...(kinds.length > 0 && { 'x-kubernetes-group-version-kind': kinds }),
      ...(schema.structType && { 'x-kubernetes-map-type': schema.structType }),
      ...(schema.unions && {
        'x-kubernetes-unions': schema.unions.map(({ discriminator, fields }) => ({
          ...(discriminator && { discriminator }),
          'fields-to-discriminateBy': fields,
        })),
      }),
    };
  }

  #field(schema: ObjectSchema, field: FieldSchema): OpenApiSchema {
    const extensions = extensionsOf(field);
    const described = this.#describe(schema.name, field.name);
    const value = field.default ?? this.#zero(field.type, field.omitEmpty === true || field.pointer === true);
    const fallback = this.#version === 3 && value !== undefined ? { default: value } : {};
    const type = this.#type(field.type);
    const wrapped = this.#version === 3 && type.$ref && (Object.keys(described).length > 0 || Object.keys(fallback).length > 0);
    return { ...described, ...fallback, ...(wrapped ? { allOf: [type] } : type), ...extensions };
  }

  #type(type: TypeSchema): OpenApiSchema {
    switch (type.kind) {
      case 'ref':
        return this.reference(type.name);
      case 'list':
        return { type: 'array', items: this.#element(type.items) };
      case 'map':
        return { type: 'object', additionalProperties: this.#element(type.values) };
      default: {
        const special = SPECIAL[type.kind];
        if (special) return this.reference(special);
        return { ...BASIC[type.kind], ...(type.enum && { enum: type.enum }) };
      }
    }
  }

  #element(type: TypeSchema): OpenApiSchema {
    const schema = this.#type(type);
    const zero = this.#version === 3 ? this.#zero(type, false) : undefined;
    if (zero === undefined) return schema;
    return schema.$ref ? { allOf: [schema], default: zero } : { ...schema, default: zero };
  }

  /** Go's zero where OpenAPI promises it: structs always, plain values unless they may be left out. */
  #zero(type: TypeSchema, optional: boolean): unknown {
    if (type.kind === 'ref') return optional && !this.#isStruct(type.name) ? undefined : {};
    return optional || type.kind === 'list' || type.kind === 'map' ? undefined : ZEROS[type.kind];
  }

  #isStruct(name: string): boolean {
    return !this.#catalog.lookup(name).either;
  }

  #versionInfo(): OpenApiSchema {
    const property = (name: string) => ({
      type: 'string',
      ...this.#describe(INFO, name),
      ...(this.#version === 3 && INFO_REQUIRED.includes(name) && { default: '' }),
    });
    return { type: 'object', required: INFO_REQUIRED, properties: Object.fromEntries(INFO_FIELDS.map((name) => [name, property(name)])) };
  }

  #describe(name: string, field: string): { description?: string } {
    const description = this.#descriptions[name]?.[field];
    return description ? { description } : {};
  }
}

function extensionsOf({ type, patchStrategy }: FieldSchema): OpenApiSchema {
  if (type.kind === 'list') {
    return {
      ...(type.mapKeys && { 'x-kubernetes-list-map-keys': type.mapKeys }),
      ...(type.listType && { 'x-kubernetes-list-type': type.listType }),
      ...(type.patchMergeKey && { 'x-kubernetes-patch-merge-key': type.patchMergeKey }),
      ...(type.patchStrategy && { 'x-kubernetes-patch-strategy': type.patchStrategy }),
    };
  }
  const mapType = type.kind === 'map' ? type.mapType : type.kind === 'ref' ? type.structType : undefined;
  const listType = type.kind === 'bytes' ? type.listType : undefined;
  return {
    ...(listType && { 'x-kubernetes-list-type': listType }),
    ...(mapType && { 'x-kubernetes-map-type': mapType }),
    ...(patchStrategy && { 'x-kubernetes-patch-strategy': patchStrategy }),
  };
}

/** Kinds of no group of their own that are nevertheless a kind of every group. */
const OF_EVERY_GROUP = new Set([`${META}.DeleteOptions`, `${META}.WatchEvent`]);
/** And those that are of the legacy group only. */
const OF_CORE = new Set(['APIGroup', 'APIGroupList', 'APIResourceList', 'APIVersions', 'Status'].map((kind) => `${META}.${kind}`));

function groupVersionKinds(catalog: SchemaCatalog, { name, typed }: ObjectSchema): GroupVersionKind[] {
  const kind = name.slice(name.lastIndexOf('.') + 1);
  if (OF_EVERY_GROUP.has(name)) return KNOWN_VERSIONS.map(({ group, version }) => ({ group, kind, version }));
  if (OF_CORE.has(name)) return [{ group: '', kind, version: 'v1' }];
  const of = typed && catalog.groupVersionOf(name);
  return of ? [{ group: of.group, kind, version: of.version }] : [];
}

const INFO_FIELDS = [
  'buildDate',
  'compiler',
  'emulationMajor',
  'emulationMinor',
  'gitCommit',
  'gitTreeState',
  'gitVersion',
  'goVersion',
  'major',
  'minCompatibilityMajor',
  'minCompatibilityMinor',
  'minor',
  'platform',
];
const INFO_REQUIRED = ['major', 'minor', 'gitVersion', 'gitCommit', 'gitTreeState', 'buildDate', 'goVersion', 'compiler', 'platform'];
