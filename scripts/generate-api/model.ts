import type { GoField } from './go-source.ts';
import type { SourcePackage } from './packages.ts';
import type { Declared, Universe } from './universe.ts';

/** What a Go type expression means on the wire. */
export type ModelType =
  | { readonly kind: 'scalar'; readonly scalar: string; readonly enumOf?: Declared }
  | { readonly kind: 'ref'; readonly to: Declared }
  | { readonly kind: 'list'; readonly items: ModelType; readonly message?: boolean }
  | { readonly kind: 'map'; readonly values: ModelType };

/** One JSON field, or an embedded struct. */
export interface ModelField {
  readonly name: string;
  readonly type: ModelType;
  readonly required: boolean;
  /** A Go pointer: absent and zero differ. */
  readonly pointer: boolean;
  readonly omitEmpty: boolean;
  readonly omitZero: boolean;
  readonly number: number;
  readonly goName: string;
  readonly goType: string;
  /** The embedded struct this stands for; `type` is then a ref and `name` empty. */
  readonly inline: boolean;
  readonly markers: Markers;
  readonly tags: ReadonlyMap<string, string>;
  readonly comments: readonly string[];
}

export interface ModelObject {
  readonly declared: Declared;
  readonly name: string;
  readonly definition: string;
  /** Has apiVersion and kind. */
  readonly typed: boolean;
  /** `object` has ObjectMeta, `list` ListMeta. */
  readonly metadata: 'object' | 'list' | undefined;
  readonly fields: readonly ModelField[];
  readonly markers: Markers;
}

/** `+name=value` comment lines. */
type Markers = ReadonlyMap<string, readonly string[]>;

const SPECIAL: Readonly<Record<string, string>> = {
  'k8s.io/apimachinery/pkg/apis/meta/v1.Time': 'time',
  'k8s.io/apimachinery/pkg/apis/meta/v1.MicroTime': 'microtime',
  'k8s.io/apimachinery/pkg/apis/meta/v1.Duration': 'duration',
  'k8s.io/apimachinery/pkg/apis/meta/v1.FieldsV1': 'fieldsV1',
  'k8s.io/apimachinery/pkg/api/resource.Quantity': 'quantity',
  'k8s.io/apimachinery/pkg/util/intstr.IntOrString': 'intOrString',
  'k8s.io/apimachinery/pkg/runtime.RawExtension': 'raw',
  'k8s.io/apimachinery/pkg/types.UID': 'string',
  'k8s.io/apimachinery/pkg/types.NodeName': 'string',
  'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSON': 'json',
  'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1beta1.JSON': 'json',
};

const BASIC: Readonly<Record<string, string>> = {
  string: 'string',
  bool: 'boolean',
  int32: 'int32',
  int64: 'int64',
  int: 'int32',
  uint32: 'int32',
  float64: 'double',
  '[]byte': 'bytes',
  'interface{}': 'json',
  any: 'json',
};

/** Declarations that are not wire types, though they are structs in the same files. */
const NOT_WIRE = /^(Time|MicroTime|Duration|FieldsV1|Timestamp|TypeMeta|JSON|.*Options?Func|InternalEvent|Decoder|Table.*Func)$/;

/** Structs whose JSON is either of two shapes, written by hand in Go. */
export const EITHER = /^JSONSchemaPropsOr/;

function markersOf(comments: readonly string[]): Markers {
  const markers = new Map<string, string[]>();
  for (const line of comments) {
    const found = /^\+([\w:\-.]+)(?:\([^)]*\))?(?:=(.*))?$/.exec(line.trim());
    if (!found?.[1]) continue;
    markers.set(found[1], [...(markers.get(found[1]) ?? []), (found[2] ?? '').trim()]);
  }
  return markers;
}

/** The wire types of one package, in the order of the sources. */
export function objectsOf(universe: Universe, source: SourcePackage): ModelObject[] {
  return universe
    .typesOf(source)
    .filter(({ type }) => type.fields !== undefined && /^[A-Z]/.test(type.name) && !NOT_WIRE.test(type.name))
    .map((declared) => toObject(universe, declared))
    .filter((object) => object.fields.length > 0 || object.typed || object.declared.type.fields?.length === 0);
}

function toObject(universe: Universe, declared: Declared): ModelObject {
  const fields = declared.type.fields ?? [];
  const embeds = (name: string) => fields.some((field) => field.goName === undefined && field.type.endsWith(name));
  return {
    declared,
    name: declared.type.name,
    definition: `${declared.source.prefix}.${declared.type.name}`,
    typed: embeds('TypeMeta'),
    metadata: embeds('ObjectMeta') ? 'object' : embeds('ListMeta') ? 'list' : undefined,
    fields: fields.flatMap((field) => toFields(universe, declared, field)),
    markers: markersOf([...declared.type.detached, ...declared.type.comments]),
  };
}

function toFields(universe: Universe, declared: Declared, field: GoField): ModelField[] {
  const [name = '', ...options] = (field.tags.get('json') ?? protobufName(field)).split(',');
  if (name === '-') return [];
  const number = Number(field.tags.get('protobuf')?.split(',')[1] ?? 0);
  if (options.includes('inline') || (name === '' && field.goName === undefined)) {
    return inlined(universe, declared, field, number);
  }
  return [toField(universe, declared, field, { name, options, number })];
}

/** Structs that Go marshals by hand have protobuf tags only. */
function protobufName(field: GoField): string {
  return /name=(\w+)/.exec(field.tags.get('protobuf') ?? '')?.[1] ?? '-';
}

function toField(
  universe: Universe,
  declared: Declared,
  field: GoField,
  { name, options, number }: { name: string; options: readonly string[]; number: number },
): ModelField {
  const markers = markersOf(field.comments);
  const expression = field.type.replace(/^\*/, '');
  return {
    name,
    type: typeOf(universe, declared, expression),
    required: markers.has('required') || !(markers.has('optional') || options.includes('omitempty')),
    pointer: field.type.startsWith('*'),
    omitEmpty: options.includes('omitempty'),
    omitZero: options.includes('omitzero'),
    number,
    goName: field.goName ?? expression.split('.').at(-1) ?? '',
    goType: goTypeOf(universe, declared, expression),
    inline: false,
    markers,
    tags: field.tags,
    comments: field.comments,
  };
}

function inlined(universe: Universe, declared: Declared, field: GoField, number: number): ModelField[] {
  if (field.type.endsWith('TypeMeta')) return [];
  return [{ ...toField(universe, declared, field, { name: '', options: [], number }), inline: true }];
}

/** The fields of `object` with those of embedded structs among them. */
export function flatFields(universe: Universe, object: ModelObject): ModelField[] {
  return object.fields.flatMap((field) =>
    field.inline && field.type.kind === 'ref' ? flatFields(universe, toObject(universe, field.type.to)) : [field],
  );
}

/** A Go type expression as Go prints it: packages by their own names. */
function goTypeOf(universe: Universe, from: Declared, expression: string): string {
  return expression.replace(/\[\]byte/g, '[]uint8').replace(/(?<![\w.])(?:\w+\.)?\w+/g, (name) => {
    if (name === 'map' || name === 'uint8' || name in BASIC) return name;
    const { path, local } = universe.qualify(name, from);
    return `${path.split('/').at(-1)}.${local}`;
  });
}

/** The meaning of a Go type expression without its leading pointer. */
function typeOf(universe: Universe, from: Declared, expression: string): ModelType {
  const basic = BASIC[expression];
  if (basic) return { kind: 'scalar', scalar: basic };
  if (expression.startsWith('*')) return typeOf(universe, from, expression.slice(1));
  if (expression.startsWith('[]')) return { kind: 'list', items: typeOf(universe, from, expression.slice(2)) };
  const map = /^map\[[\w.]+\](.*)$/.exec(expression);
  if (map) return { kind: 'map', values: typeOf(universe, from, map[1] ?? '') };
  return namedType(universe, from, expression);
}

function namedType(universe: Universe, from: Declared, expression: string): ModelType {
  const { path, local } = universe.qualify(expression, from);
  const special = SPECIAL[`${path}.${local}`];
  if (special) return { kind: 'scalar', scalar: special };
  const target = universe.find(expression, from);
  if (!target) throw new Error(`${from.source.path}.${from.type.name}: unknown type ${expression}`);
  if (target.type.fields) return { kind: 'ref', to: target };
  const meaning = typeOf(universe, target, target.type.underlying);
  // A list with a name of its own that may be null in protobuf is a message around the list.
  if (meaning.kind === 'list' && markersOf(target.type.comments).has('protobuf.nullable')) return { ...meaning, message: true };
  if (meaning.kind === 'scalar' && isEnum(target)) return { ...meaning, enumOf: target };
  return meaning;
}

function isEnum(target: Declared): boolean {
  const markers = markersOf(target.type.comments);
  return markers.has('enum') || markers.has('k8s:enum');
}
