import type { FieldError } from '../../../machinery/field-error.ts';
import { type FieldPath, FieldPathError, followFieldPath } from '../../../machinery/structural/field-path.ts';
import type { JsonSchema } from '../../../machinery/structural/json-schema.ts';
import { duplicate, invalidValue, required, tooMany } from '../../../machinery/validation/faults.ts';
import type { SelectableField } from '../../generated/apiextensions-v1.ts';

const MOST = 8;
const SELECTABLE = ['string', 'boolean', 'integer'];

/** Faults of the fields that objects may be selected by. `anyNumber` where there were too many before. */
export function* selectableFieldRules(
  fields: readonly SelectableField[],
  schema: JsonSchema,
  path: string,
  anyNumber: boolean,
): Iterable<FieldError> {
  const seen = new Set<string>();
  for (const [index, field] of fields.entries()) {
    const at = `${path}[${index}].jsonPath`;
    const jsonPath = field?.jsonPath ?? '';
    if (jsonPath === '') {
      yield required(at);
      continue;
    }
    const found = follow(jsonPath, schema);
    if (typeof found === 'string') {
      yield invalidValue(at, jsonPath, `is an invalid path: ${found}`);
      continue;
    }
    if (found.names[0] === 'metadata') yield invalidValue(at, jsonPath, 'must not point to fields in metadata');
    if (!SELECTABLE.includes(found.schema?.type ?? '')) {
      yield invalidValue(
        at,
        jsonPath,
        'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
      );
    }
    if (seen.has(found.text)) yield duplicate(at, jsonPath);
    seen.add(found.text);
  }
  if (seen.size > MOST && !anyNumber) yield tooMany(path, seen.size, MOST);
}

export const hasTooManyFields = (fields: readonly SelectableField[] | undefined): boolean => (fields?.length ?? 0) > MOST;

function follow(path: string, schema: JsonSchema): FieldPath | string {
  try {
    return followFieldPath(path, schema, { brackets: false });
  } catch (error) {
    if (error instanceof FieldPathError) return error.message;
    throw error;
  }
}
