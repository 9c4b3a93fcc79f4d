import type { ApiClient } from '../../client/api-client.ts';
import type { DeclType } from '../../machinery/cel/schema/decl-type.ts';
import { declTypeOf } from '../../machinery/cel/schema/from-schema.ts';
import type { JsonSchema } from '../../machinery/cel/schema/json-schema.ts';
import { apiVersionOf, parseApiVersion } from '../../machinery/resource.ts';
import { isNotFound } from '../../machinery/status.ts';

/** Reads the types of kinds from the server's OpenAPI documents, each document once. */
export interface KindSchemas {
  /** Undefined where the server has no schema of the kind. */
  declared(apiVersion: string, kind: string): Promise<DeclType | undefined>;
}

interface OpenApiSchema extends Omit<JsonSchema, 'properties' | 'items' | 'additionalProperties'> {
  readonly $ref?: string;
  readonly allOf?: readonly OpenApiSchema[];
  readonly oneOf?: readonly OpenApiSchema[];
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly items?: OpenApiSchema;
  readonly additionalProperties?: OpenApiSchema | boolean;
  readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[];
}

type Schemas = Readonly<Record<string, OpenApiSchema>>;

/** What has no type that expressions know may be used as anything. */
const ANYTHING: JsonSchema = { 'x-kubernetes-int-or-string': true };
const REF = '#/components/schemas/';

export function kindSchemasOf(api: ApiClient, signal: AbortSignal): KindSchemas {
  const documents = new Map<string, Promise<Schemas>>();
  return {
    async declared(apiVersion, kind) {
      const document = documents.get(apiVersion) ?? schemasAt(apiVersion, api, signal);
      documents.set(apiVersion, document);
      const schemas = await document;
      const name = nameOf(schemas, apiVersion, kind);
      return name === undefined ? undefined : declTypeOf(resolved({ $ref: REF + name }, schemas, []), kind, true);
    },
  };
}

async function schemasAt(apiVersion: string, api: ApiClient, signal: AbortSignal): Promise<Schemas> {
  const root = parseApiVersion(apiVersion).group === '' ? 'api' : 'apis';
  try {
    const text = await api.raw('GET', `/openapi/v3/${root}/${apiVersion}`, {}, signal);
    return (JSON.parse(text) as { components?: { schemas?: Schemas } }).components?.schemas ?? {};
  } catch (error) {
    if (isNotFound(error)) return {};
    throw error;
  }
}

function nameOf(schemas: Schemas, apiVersion: string, kind: string): string | undefined {
  return Object.keys(schemas).find((name) =>
    schemas[name]?.['x-kubernetes-group-version-kind']?.some((gvk) => gvk.kind === kind && apiVersionOf(gvk) === apiVersion),
  );
}

/** The schema with everything it refers to in its place; what contains itself ends where it would begin again. */
function resolved(schema: OpenApiSchema, schemas: Schemas, within: readonly string[]): JsonSchema {
  const ref = schema.$ref ?? schema.allOf?.[0]?.$ref;
  if (ref) {
    const name = ref.slice(REF.length);
    const target = schemas[name];
    return target && !within.includes(name) ? resolved(target, schemas, [...within, name]) : ANYTHING;
  }
  if (!schema.type) return ANYTHING;
  const { properties, items, additionalProperties, allOf: _, oneOf: __, $ref: ___, ...rest } = schema;
  const inner = (part: OpenApiSchema): JsonSchema => resolved(part, schemas, within);
  if (schema.type === 'object' && !properties && typeof additionalProperties !== 'object') return ANYTHING;
  return {
    ...rest,
    ...(properties ? { properties: Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, inner(part)])) } : {}),
    ...(items ? { items: inner(items) } : {}),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: inner(additionalProperties) } : {}),
  };
}
