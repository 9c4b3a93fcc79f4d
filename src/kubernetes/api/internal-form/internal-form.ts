import type { FieldSchema, TypeSchema } from '../../machinery/schema/schema.ts';
import { jsonCodec, lookupSchema } from '../schemas.ts';
import { goName } from './go-names.ts';
import { QUIRKS } from './quirks.ts';

type Json = Record<string, unknown>;

/** A field of one of upstream's own structs. */
interface InternalField {
  readonly json: string;
  readonly go: string;
  readonly type: TypeSchema;
  readonly pointer: boolean;
}

const layouts = new Map<string, readonly InternalField[]>();

/**
 * A value of the API type `definition` as upstream holds it while it works: every field under its Go name, also those
 * that are not set. Messages show values of some types that way.
 */
export function internalForm(value: unknown, definition: string): Json {
  const object = (value ?? {}) as Json;
  // Types of the machinery have JSON names inside as well.
  if (definition.startsWith('io.k8s.apimachinery.')) return sortedMaps(jsonCodec.canonical(definition, object) as Json);
  const form: Json = {};
  const quirks = QUIRKS[shortName(definition)];
  for (const { json, go, type, pointer } of layoutOf(definition)) {
    const field = formOf(lent(object, json, type), type, pointer);
    if (quirks?.inline === json) Object.assign(form, field);
    else form[go] = field;
  }
  return form;
}

/** Go writes the keys of maps in order. */
function sortedMaps(object: Json): Json {
  const maps = ['labels', 'annotations', 'matchLabels'].filter((name) => object[name] !== undefined);
  return { ...object, ...Object.fromEntries(maps.map((name) => [name, inOrder(object[name] as Json)])) };
}

const inOrder = (map: Json): Json => Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));

const shortName = (definition: string): string => definition.slice(definition.lastIndexOf('.') + 1);

/** A field's value, and with it what its type borrows from the fields beside it. */
function lent(object: Json, name: string, type: TypeSchema): unknown {
  const value = object[name];
  const [, ...borrowed] = (type.kind === 'ref' && QUIRKS[shortName(type.name)]?.borrowed) || [];
  if (borrowed.length === 0 || typeof value !== 'object' || value === null) return value;
  return { ...value, ...Object.fromEntries(borrowed.map((field) => [field, object[field]])) };
}

function formOf(value: unknown, type: TypeSchema, pointer: boolean): unknown {
  if (value === undefined || value === null) return pointer ? null : zeroOf(type);
  switch (type.kind) {
    case 'ref':
      return internalForm(value, type.name);
    case 'list':
      return (value as unknown[]).map((item) => formOf(item, type.items, false));
    case 'map':
      return inOrder(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, formOf(item, type.values, false)])));
    default:
      return value;
  }
}

function zeroOf(type: TypeSchema): unknown {
  switch (type.kind) {
    case 'ref':
      return internalForm({}, type.name);
    case 'string':
      return '';
    case 'int32':
    case 'int64':
    case 'double':
    case 'intOrString':
      return 0;
    case 'boolean':
      return false;
    case 'quantity':
      return '0';
    default:
      return null;
  }
}

function layoutOf(definition: string): readonly InternalField[] {
  const known = layouts.get(definition);
  if (known) return known;
  const name = shortName(definition);
  const { order, borrowed: [lender, ...borrowed] = [''] } = QUIRKS[name] ?? {};
  const own = lookupSchema(definition).fields;
  const lentFields = lender ? lookupSchema(definition.replace(name, lender)).fields.filter((field) => borrowed.includes(field.name)) : [];
  const fields = new Map([...lentFields, ...own].map((field) => [field.name, field]));
  const ordered = order ? order.map((field) => fields.get(field)).filter((field) => field !== undefined) : own;
  const layout = ordered.map((field) => internalField(name, field));
  layouts.set(definition, layout);
  return layout;
}

function internalField(type: string, { name, type: fieldType, pointer = false }: FieldSchema): InternalField {
  return { json: name, go: goName(type, name), type: fieldType, pointer };
}
