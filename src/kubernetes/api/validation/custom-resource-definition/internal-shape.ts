import { isObject, type JsonSchema } from '../../../machinery/structural/json-schema.ts';
import { sorted } from '../../../machinery/structural/keywords/show.ts';
import type { CustomResourceDefinitionVersion } from '../../generated/apiextensions-v1.ts';

/** Messages show schemas and versions as the fields of upstream's internal types, zero values and all. */

/** How a field looks when nothing is in it, and how its value is written. */
type Write = (value: unknown) => unknown;

const text: Write = (value) => value ?? '';
const flag: Write = (value) => value ?? false;
const pointer: Write = (value) => value ?? null;
const json: Write = (value) => (value === undefined ? null : sorted(value));
const one: Write = (value) => (isObject(value) ? internalSchema(value) : null);
const list: Write = (value) => (Array.isArray(value) ? value.map((inner) => internalSchema((inner ?? {}) as JsonSchema)) : null);

const map =
  (write: Write): Write =>
  (value) => {
    if (!isObject(value)) return null;
    const names = Object.keys(value).sort();
    return Object.fromEntries(names.map((name) => [name, write(value[name])]));
  };

const orBool: Write = (value) => {
  if (value === undefined || value === null) return null;
  return typeof value === 'boolean' ? { Allows: value, Schema: null } : { Allows: true, Schema: one(value) };
};

const orArray: Write = (value) => {
  if (value === undefined || value === null) return null;
  return Array.isArray(value) ? { Schema: null, JSONSchemas: list(value) } : { Schema: one(value), JSONSchemas: null };
};

/** The items of a list, whatever they are. */
export const internalItems: Write = (value) => orArray(value);

const orStrings: Write = (value) => (Array.isArray(value) ? { Schema: null, Property: value } : { Schema: one(value), Property: null });

const rules: Write = (value) => (Array.isArray(value) ? value.map(internalRule) : null);

interface Field {
  readonly name: string;
  readonly json: keyof JsonSchema;
  readonly write: Write;
}

const field = (name: string, jsonName: keyof JsonSchema, write: Write): Field => ({ name, json: jsonName, write });

/** In upstream's order, in which the root is also searched for what it may not have. */
export const SCHEMA_FIELDS: readonly Field[] = [
  field('ID', 'id', text),
  field('Schema', '$schema', text),
  field('Ref', '$ref', pointer),
  field('Description', 'description', text),
  field('Type', 'type', text),
  field('Nullable', 'nullable', flag),
  field('Format', 'format', text),
  field('Title', 'title', text),
  field('Default', 'default', json),
  field('Maximum', 'maximum', pointer),
  field('ExclusiveMaximum', 'exclusiveMaximum', flag),
  field('Minimum', 'minimum', pointer),
  field('ExclusiveMinimum', 'exclusiveMinimum', flag),
  field('MaxLength', 'maxLength', pointer),
  field('MinLength', 'minLength', pointer),
  field('Pattern', 'pattern', text),
  field('MaxItems', 'maxItems', pointer),
  field('MinItems', 'minItems', pointer),
  field('UniqueItems', 'uniqueItems', flag),
  field('MultipleOf', 'multipleOf', pointer),
  field('Enum', 'enum', json),
  field('MaxProperties', 'maxProperties', pointer),
  field('MinProperties', 'minProperties', pointer),
  field('Required', 'required', pointer),
  field('Items', 'items', orArray),
  field('AllOf', 'allOf', list),
  field('OneOf', 'oneOf', list),
  field('AnyOf', 'anyOf', list),
  field('Not', 'not', one),
  field('Properties', 'properties', map(one)),
  field('AdditionalProperties', 'additionalProperties', orBool),
  field('PatternProperties', 'patternProperties', map(one)),
  field('Dependencies', 'dependencies', map(orStrings)),
  field('AdditionalItems', 'additionalItems', orBool),
  field('Definitions', 'definitions', map(one)),
  field('ExternalDocs', 'externalDocs', (value) =>
    isObject(value) ? { Description: value.description ?? '', URL: value.url ?? '' } : null,
  ),
  field('Example', 'example', json),
  field('XPreserveUnknownFields', 'x-kubernetes-preserve-unknown-fields', pointer),
  field('XEmbeddedResource', 'x-kubernetes-embedded-resource', flag),
  field('XIntOrString', 'x-kubernetes-int-or-string', flag),
  field('XListMapKeys', 'x-kubernetes-list-map-keys', pointer),
  field('XListType', 'x-kubernetes-list-type', pointer),
  field('XMapType', 'x-kubernetes-map-type', pointer),
  field('XValidations', 'x-kubernetes-validations', rules),
];

/** True when a field holds nothing that upstream's types would notice. */
export function isUnset({ json: name, write }: Field, schema: JsonSchema): boolean {
  const value = schema[name];
  return value === undefined || value === null || ((write === text || write === flag) && !value);
}

export function internalSchema(schema: JsonSchema): object {
  return Object.fromEntries(SCHEMA_FIELDS.map(({ name, json: jsonName, write }) => [name, write(schema[jsonName])]));
}

export function internalRule(rule: unknown): object {
  const { rule: source, message, messageExpression, reason, fieldPath, optionalOldSelf } = (rule ?? {}) as Record<string, unknown>;
  return {
    Rule: source ?? '',
    Message: message ?? '',
    MessageExpression: messageExpression ?? '',
    Reason: reason ?? null,
    FieldPath: fieldPath ?? '',
    OptionalOldSelf: optionalOldSelf ?? null,
  };
}

export function internalVersion(version: CustomResourceDefinitionVersion): object {
  const { schema, subresources, additionalPrinterColumns, selectableFields } = version;
  return {
    Name: version.name ?? '',
    Served: version.served ?? false,
    Storage: version.storage ?? false,
    Deprecated: version.deprecated ?? false,
    DeprecationWarning: version.deprecationWarning ?? null,
    Schema: schema ? { OpenAPIV3Schema: one(schema.openAPIV3Schema) } : null,
    Subresources: subresources ? internalSubresources(subresources) : null,
    AdditionalPrinterColumns: additionalPrinterColumns?.map(internalColumn) ?? null,
    SelectableFields: selectableFields?.map(({ jsonPath }) => ({ JSONPath: jsonPath ?? '' })) ?? null,
  };
}

function internalSubresources({ status, scale }: NonNullable<CustomResourceDefinitionVersion['subresources']>): object {
  return {
    Status: status ? {} : null,
    Scale: scale
      ? {
          SpecReplicasPath: scale.specReplicasPath ?? '',
          StatusReplicasPath: scale.statusReplicasPath ?? '',
          LabelSelectorPath: scale.labelSelectorPath ?? null,
        }
      : null,
  };
}

function internalColumn(column: NonNullable<CustomResourceDefinitionVersion['additionalPrinterColumns']>[number]): object {
  const { name = '', type = '', format = '', description = '', priority = 0, jsonPath = '' } = column;
  return { Name: name, Type: type, Format: format, Description: description, Priority: priority, JSONPath: jsonPath };
}
