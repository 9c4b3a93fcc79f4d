import type { FieldSchema, TypeSchema } from '../schema/schema.ts';

const SCALARS: Readonly<Record<string, string>> = {
  boolean: 'bool',
  double: 'float64',
  bytes: '[]uint8',
  quantity: 'resource.Quantity',
  time: 'v1.Time',
  microtime: 'v1.MicroTime',
  duration: 'v1.Duration',
  intOrString: 'intstr.IntOrString',
  fieldsV1: 'v1.FieldsV1',
  raw: 'runtime.RawExtension',
  json: 'v1.JSON',
};

/** Go's name for the type of a field, as its JSON errors show it: `[]v1.Container`. */
export function goTypeOfField(field: FieldSchema): string {
  return field.goType ?? goTypeOf(field.type);
}

/** Go's name for a type that has none of its own. */
export function goTypeOf(type: TypeSchema): string {
  switch (type.kind) {
    case 'ref':
      return goTypeOfName(type.name);
    case 'list':
      return `[]${goTypeOf(type.items)}`;
    case 'map':
      return `map[string]${goTypeOf(type.values)}`;
    default:
      return SCALARS[type.kind] ?? type.kind;
  }
}

/** `io.k8s.api.core.v1.Pod` is `v1.Pod` in Go. */
export function goTypeOfName(name: string): string {
  return name.split('.').slice(-2).join('.');
}

/** `io.k8s.api.core.v1.Pod` is the struct `Pod`. */
export function goStructOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** What a list's items or a map's values are called, from what the list or map is called. */
export function goTypeOfElement(goType: string, type: TypeSchema): string {
  const literal = /^(?:\[\]|map\[[^\]]*\])(.+)$/.exec(goType);
  return literal?.[1] ?? goTypeOf(type);
}
