/** The part of an OpenAPI v3 schema, as custom resource definitions have it, that expressions are compiled against. */
export interface JsonSchema {
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly maxProperties?: number;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
}

const STRING: JsonSchema = { type: 'string' };
const META: JsonSchema = { type: 'object', properties: { name: STRING, generateName: STRING } };

/** The schema with `apiVersion`, `kind` and the names in `metadata`, which rules may use whether it says so or not. */
export function withTypeAndMeta(schema: JsonSchema): JsonSchema {
  const { kind, apiVersion, metadata } = schema.properties ?? {};
  const named =
    metadata?.type === 'object' && metadata.properties?.name?.type === 'string' && metadata.properties.generateName?.type === 'string';
  if (kind?.type === 'string' && apiVersion?.type === 'string' && named) return schema;
  return { ...schema, properties: { ...schema.properties, kind: STRING, apiVersion: STRING, metadata: META } };
}
