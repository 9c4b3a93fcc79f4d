import { isIntOrString } from '../../api/validation/custom-resource-definition/schema/structural.ts';
import { isObject, itemsOf, type JsonSchema, preservesUnknown, valuesOf } from '../../machinery/structural/json-schema.ts';
import type { DefinitionContext, OpenApiSchema } from '../openapi/definitions.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const EITHER = [{ type: 'integer' }, { type: 'string' }];

/** A schema of a custom resource as either version of OpenAPI says it. Version 2 knows less, and kubectl less still. */
export function publishedSchema(schema: JsonSchema, context: DefinitionContext): OpenApiSchema {
  const { items: _items, properties, additionalProperties, default: value, ...rest } = schema;
  const own = value === undefined || value === null ? rest : { ...rest, default: value };
  const said: Record<string, unknown> = context.version === 2 ? plainer(schema, own) : unfolded(schema, own);
  const open = context.version === 2 && (schema.nullable || preservesUnknown(schema));
  const items = open ? undefined : itemsOf(schema);
  if (items) said.items = publishedSchema(items, context);
  if (properties && !open) said.properties = mapped(properties, (property) => publishedSchema(property, context));
  const values = valuesOf(schema);
  if (values) said.additionalProperties = publishedSchema(values, context);
  else if (additionalProperties !== undefined) said.additionalProperties = additionalProperties;
  if (said.type === 'array' && context.version === 2 && !items) delete said.type;
  const keeps = context.version === 2 && preservesUnknown(schema);
  if (schema['x-kubernetes-embedded-resource'] && !keeps) addResourceFields(said, context);
  return said;
}

/** What every object says of itself. */
export function resourceProperties(context: DefinitionContext): Record<string, OpenApiSchema> {
  return {
    apiVersion: { type: 'string', ...context.describe(`${META}.PartialObjectMetadata`, 'apiVersion') },
    kind: { type: 'string', ...context.describe(`${META}.PartialObjectMetadata`, 'kind') },
  };
}

/** A reference with a description of its own, which version 3 writes around it. */
export function describedReference(name: string, described: { description?: string }, context: DefinitionContext): OpenApiSchema {
  const reference = context.reference(name);
  if (!described.description) return reference;
  return context.version === 2 ? { ...described, ...reference } : { ...described, allOf: [reference] };
}

/** Version 3: what may be a number or a text says so by its alternatives. */
function unfolded(schema: JsonSchema, own: JsonSchema): Record<string, unknown> {
  if (!schema['x-kubernetes-int-or-string']) return { ...own };
  const { anyOf, allOf } = schema;
  if (isIntOrString(anyOf) || isIntOrString(allOf?.[0]?.anyOf)) return { ...own };
  return anyOf ? { ...own, allOf: [{ anyOf: EITHER }, ...(allOf ?? [])] } : { ...own, anyOf: EITHER };
}

/** Version 2: no alternatives, no null, and nothing that kubectl would take for a closed list of fields. */
function plainer(schema: JsonSchema, own: JsonSchema): Record<string, unknown> {
  const { allOf: _all, oneOf: _one, anyOf: _any, not: _not, nullable, required, ...rest } = own;
  const said: Record<string, unknown> = { ...rest };
  if (nullable || (preservesUnknown(schema) && schema.type === 'object')) delete said.type;
  const demanded = valuesOf(schema)?.nullable ? [] : (required ?? []).filter((name) => !schema.properties?.[name]?.nullable);
  if (demanded.length > 0) said.required = demanded;
  return said;
}

function addResourceFields(said: Record<string, unknown>, context: DefinitionContext): void {
  const metadata = describedReference(`${META}.ObjectMeta`, context.describe(`${META}.PartialObjectMetadata`, 'metadata'), context);
  const properties = isObject(said.properties) ? said.properties : {};
  said.properties = { ...properties, ...resourceProperties(context), metadata };
  said.required = [...new Set([...((said.required as string[] | undefined) ?? []), 'kind', 'apiVersion'])];
}

function mapped<From, To>(values: Readonly<Record<string, From>>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}
