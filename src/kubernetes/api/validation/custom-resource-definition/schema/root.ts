import type { FieldError } from '../../../../machinery/field-error.ts';
import type { JsonSchema } from '../../../../machinery/structural/json-schema.ts';
import { forbiddenField, invalidValue } from '../../../../machinery/validation/faults.ts';
import type { CustomResourceValidation } from '../../../generated/apiextensions-v1.ts';
import { internalSchema, isUnset, SCHEMA_FIELDS } from '../internal-shape.ts';
import type { RuleOptions } from '../options.ts';
import { defaultFaults } from './defaults.ts';
import { totalCostFaults } from './expressions.ts';
import { openApiFaults } from './open-api.ts';
import { RuleScope } from './rule-scope.ts';
import { structuralFaults } from './structural.ts';
import { unsupportedIn } from './unsupported.ts';

/** What the root may have beside the status, which is validated by itself. */
const ALLOWED_WITH_STATUS = [
  'Description',
  'Type',
  'Format',
  'Title',
  'Maximum',
  'ExclusiveMaximum',
  'Minimum',
  'ExclusiveMinimum',
  'MaxLength',
  'MinLength',
  'Pattern',
  'MaxItems',
  'MinItems',
  'UniqueItems',
  'MultipleOf',
  'Required',
  'Items',
  'Properties',
  'ExternalDocs',
  'Example',
  'XPreserveUnknownFields',
  'XValidations',
];

/** Every fault of the schema of a version. */
export function* schemaRules(
  validation: CustomResourceValidation | undefined,
  path: string,
  withStatus: boolean,
  options: RuleOptions,
): Iterable<FieldError> {
  const schema = validation?.openAPIV3Schema as JsonSchema | undefined;
  if (!schema) return;
  const at = `${path}.openAPIV3Schema`;
  const faults: FieldError[] = withStatus ? [...rootFaults(schema, at)] : [];
  if (schema.nullable) faults.push(forbiddenField(`${at}.nullable`, 'nullable cannot be true at the root'));
  const unsupported = options.structural ? unsupportedIn(schema) : undefined;
  const structure = options.structural && unsupported === undefined ? structureFaults(schema, at) : [];
  faults.push(...structure);
  // Expressions can be judged once it is known what everything is.
  const scope = options.structural && unsupported === undefined && structure.length === 0 ? RuleScope.root(schema) : undefined;
  faults.push(...openApiFaults(schema, at, options, scope));
  // What cannot be read as structural is mostly complained about already, in better words.
  if (faults.length === 0 && unsupported !== undefined) faults.push(invalidValue(at, '', unsupported));
  yield* faults;
  if (scope) yield* totalCostFaults(scope.totalCost, at);
}

function structureFaults(schema: JsonSchema, path: string): FieldError[] {
  const faults = structuralFaults(schema, path);
  return faults.length > 0 ? faults : defaultFaults(schema, path);
}

function* rootFaults(schema: JsonSchema, path: string): Iterable<FieldError> {
  for (const field of SCHEMA_FIELDS) {
    if (isUnset(field, schema)) continue;
    if (field.name === 'Type' && schema.type !== 'object') {
      const demand = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
      yield invalidValue(`${path}.type`, schema.type, demand);
      return;
    }
    if (!ALLOWED_WITH_STATUS.includes(field.name)) {
      const allowed = ALLOWED_WITH_STATUS.join(' ');
      const demand = `only [${allowed}] fields are allowed at the root of the schema if the status subresource is enabled`;
      yield invalidValue(path, internalSchema(schema), demand);
      return;
    }
  }
}
