import type { CustomResourceDefinitionVersion } from '../../api/generated/apiextensions-v1.ts';
import { readMetadata } from '../../api/helpers/read-metadata.ts';
import { stringAt } from '../../machinery/nested.ts';
import { applyDefaults, dropRefusedNulls } from '../../machinery/structural/defaults.ts';
import { coerceEmbedded } from '../../machinery/structural/embedded-resources.ts';
import type { JsonObject, JsonSchema } from '../../machinery/structural/json-schema.ts';
import { pruneResource, pruneValue } from '../../machinery/structural/prune.ts';

/** How objects of one version of a custom resource look: what its schema keeps, drops and fills in. */
export class VersionShape {
  readonly name: string;
  /** Defaults in it are as they will be filled in. */
  readonly schema: JsonSchema | undefined;
  readonly #prunes: boolean;

  constructor({ name, schema }: CustomResourceDefinitionVersion, preserveUnknownFields: boolean) {
    this.name = name;
    const given = schema?.openAPIV3Schema as JsonSchema | undefined;
    this.schema = given && (preserveUnknownFields ? given : withPrunedDefaults(given));
    this.#prunes = !preserveUnknownFields;
  }

  /**
   * Removes what the schema does not know, and brings metadata into shape. Fields that were unknown are added to
   * `unknown`. Throws for metadata that is none.
   */
  coerce(object: JsonObject, unknown?: string[]): void {
    const said = { kind: stringAt(object, ['kind']), apiVersion: stringAt(object, ['apiVersion']) };
    const metadata = Object.hasOwn(object, 'metadata') ? readMetadata(object.metadata) : undefined;
    unknown?.push(...(metadata?.unknown.map((name) => `metadata.${name}`) ?? []));
    this.trim(object, unknown);
    Object.assign(object, defined(said), metadata && { metadata: metadata.value });
  }

  /** The same for an object whose own metadata is known to be sound. */
  trim(object: JsonObject, unknown?: string[]): void {
    const { kind, apiVersion, metadata } = object;
    if (this.#prunes) {
      pruneResource(object, this.schema, unknown);
      dropRefusedNulls(object, this.schema);
    }
    const fault = coerceEmbedded(object, this.schema, readMetadata, unknown ? { unknown } : {});
    if (fault) throw new Error(`${fault.field}: ${fault.message}`);
    Object.assign(object, defined({ kind, apiVersion, metadata }));
  }

  /** Fills in what is left out. */
  applyDefaults(object: object): void {
    applyDefaults(object, this.schema);
  }
}

function defined(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** A schema's defaults are values of the schema, and what they have too much is dropped as from all values. */
function withPrunedDefaults(schema: JsonSchema): JsonSchema {
  const pruned = structuredClone(schema);
  pruneDefaults(pruned);
  return pruned;
}

function pruneDefaults(schema: JsonSchema): void {
  if (typeof schema.default === 'object' && schema.default !== null) pruneValue(schema.default, schema);
  for (const property of Object.values(schema.properties ?? {})) pruneDefaults(property);
  const { items, additionalProperties } = schema;
  if (items && !Array.isArray(items)) pruneDefaults(items as JsonSchema);
  if (typeof additionalProperties === 'object') pruneDefaults(additionalProperties);
}
