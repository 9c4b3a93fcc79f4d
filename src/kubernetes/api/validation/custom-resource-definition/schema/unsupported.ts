import { itemsOf, type JsonSchema, valuesOf } from '../../../../machinery/structural/json-schema.ts';

/** The first thing in a schema that no structural schema may have, in upstream's words. */
export function unsupportedIn(schema: JsonSchema): string | undefined {
  return ownFault(schema) ?? insideFault(schema);
}

const isFull = (value: object | undefined | null): boolean => Object.keys(value ?? {}).length > 0;
const notSupported = (name: string): string => `OpenAPIV3Schema '${name}' is not supported`;

function ownFault(schema: JsonSchema): string | undefined {
  if (schema.id) return notSupported('id');
  if (schema.$schema) return notSupported('schema');
  if (schema.$ref) return notSupported('$ref');
  if (isFull(schema.patternProperties)) return notSupported('patternProperties');
  if (isFull(schema.dependencies)) return notSupported('dependencies');
  if (schema.additionalItems !== undefined && schema.additionalItems !== null) return notSupported('additionalItems');
  if (isFull(schema.definitions)) return notSupported('definitions');
  return undefined;
}

function insideFault(schema: JsonSchema): string | undefined {
  const { not, allOf, anyOf, oneOf } = schema;
  for (const part of [not, ...(allOf ?? []), ...(anyOf ?? []), ...(oneOf ?? [])]) {
    const fault = part && unsupportedIn(part);
    if (fault) return fault;
  }
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    return "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined";
  }
  if (Array.isArray(schema.items) && schema.items.length > 0) return "OpenAPIV3Schema 'items' must be a schema, but is an array";
  for (const inner of [itemsOf(schema), ...Object.values(schema.properties ?? {}), valuesOf(schema)]) {
    const fault = inner && unsupportedIn(inner);
    if (fault) return fault;
  }
  return undefined;
}
