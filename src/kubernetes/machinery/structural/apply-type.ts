import { type ApplyType, deduced, type ListAtom, type MapAtom, type ScalarAtom, untypedAtomic } from '../patch/apply/atoms.ts';
import { itemsOf, type JsonSchema, preservesUnknown, valuesOf } from './json-schema.ts';

const STRING: ScalarAtom = { kind: 'scalar', type: 'string' };
const NUMERIC: ScalarAtom = { kind: 'scalar', type: 'numeric' };
const BOOLEAN: ScalarAtom = { kind: 'scalar', type: 'boolean' };
const UNTYPED: ScalarAtom = { kind: 'scalar', type: 'untyped' };

/** How apply sees resources of a schema. `metadata` is the type of their metadata; without a schema all is deduced. */
export function resourceApplyType(schema: JsonSchema | undefined, metadata: ApplyType): ApplyType {
  if (!schema) return deduced;
  const type = objectAtom(schema, preservesUnknown(schema));
  const fields = new Map(type.fields ?? []).set('kind', scalar(STRING)).set('apiVersion', scalar(STRING)).set('metadata', metadata);
  const atom: MapAtom = { ...type, fields };
  return { atomOf: () => atom };
}

/** `open`: unknown fields are welcome here, for this schema or one around it says so. */
function applyType(schema: JsonSchema, open: boolean): ApplyType {
  const within = open || preservesUnknown(schema);
  switch (schema.type) {
    case 'object':
      return lazily(() => objectAtom(schema, within));
    case 'array':
      return lazily(() => listAtom(schema, within));
    case 'boolean':
      return scalar(BOOLEAN);
    case 'integer':
    case 'number':
      return scalar(NUMERIC);
    case 'string':
      return scalar(schema.format && schema.format !== 'byte' ? UNTYPED : STRING);
    default:
      return within ? { atomOf: deducedOrScalar } : untypedAtomic;
  }
}

/** Where a value may be anything, one that is not there is a scalar. */
function deducedOrScalar(value: unknown) {
  return value === null || value === undefined ? UNTYPED : deduced.atomOf(value);
}

function lazily(make: () => ListAtom | MapAtom): ApplyType {
  let atom: ListAtom | MapAtom | undefined;
  return { atomOf: () => (atom ??= make()) };
}

function scalar(atom: ScalarAtom): ApplyType {
  return { atomOf: () => atom };
}

function objectAtom(schema: JsonSchema, open: boolean): MapAtom {
  const atomic = schema['x-kubernetes-map-type'] === 'atomic';
  const values = valuesOf(schema);
  if (values) return { kind: 'map', atomic, values: applyType(values, open) };
  const { properties } = schema;
  if (!properties || Object.keys(properties).length === 0) return { kind: 'map', atomic, values: deduced };
  const fields = new Map(Object.entries(properties).map(([name, property]) => [name, applyType(property, open)]));
  return { kind: 'map', atomic, fields, ...(open && { values: deduced }) };
}

function listAtom(schema: JsonSchema, open: boolean): ListAtom {
  const items = itemsOf(schema);
  const relation = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const defaults = keys.map((key) => [key, items?.properties?.[key]?.default] as const);
  return {
    kind: 'list',
    relation: relation === 'set' || relation === 'map' ? relation : 'atomic',
    items: items ? applyType(items, open) : untypedAtomic,
    keys,
    keyDefaults: Object.fromEntries(defaults.filter(([, value]) => value !== undefined)),
  };
}
