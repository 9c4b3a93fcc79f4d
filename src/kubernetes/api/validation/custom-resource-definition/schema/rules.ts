import type { FieldError } from '../../../../machinery/field-error.ts';
import { FieldPathError, followFieldPath } from '../../../../machinery/structural/field-path.ts';
import type { JsonSchema, ValidationRule } from '../../../../machinery/structural/json-schema.ts';
import { invalidValue, notSupported, required } from '../../../../machinery/validation/faults.ts';
import { unsupportedIn } from './unsupported.ts';

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

/** Faults of `x-kubernetes-validations` that show without compiling them. */
export function* ruleFaults(schema: JsonSchema, path: string): Iterable<FieldError> {
  for (const [index, rule] of (schema['x-kubernetes-validations'] ?? []).entries()) {
    yield* textFaults(rule ?? { rule: '' }, `${path}[${index}]`);
    yield* targetFaults(rule ?? { rule: '' }, schema, `${path}[${index}]`);
  }
}

const hasLineBreak = (text: string): boolean => /[\n\r]/.test(text);

function* textFaults({ rule = '', message = '', messageExpression = '' }: ValidationRule, path: string): Iterable<FieldError> {
  const [source, text] = [rule.trim(), message.trim()];
  if (source === '') yield required(`${path}.rule`, 'rule is not specified');
  else if (message !== '' && text === '') yield invalidValue(`${path}.message`, message, 'must be non-empty if specified');
  else if (hasLineBreak(text)) yield invalidValue(`${path}.message`, message, 'must not contain line breaks');
  else if (hasLineBreak(source) && text === '') {
    yield required(`${path}.message`, 'message must be specified if rule contains line breaks');
  }
  if (messageExpression !== '' && messageExpression.trim() === '') {
    yield required(`${path}.messageExpression`, 'messageExpression must be non-empty if specified');
  }
}

function* targetFaults({ reason, fieldPath = '' }: ValidationRule, schema: JsonSchema, path: string): Iterable<FieldError> {
  if (reason !== undefined && reason !== null && !REASONS.includes(reason)) yield notSupported(`${path}.reason`, reason, REASONS);
  if (fieldPath === '') return;
  if (fieldPath.trim() === '') yield invalidValue(`${path}.fieldPath`, fieldPath, 'must be non-empty if specified');
  if (hasLineBreak(fieldPath)) yield invalidValue(`${path}.fieldPath`, fieldPath, 'must not contain line breaks');
  if (!leadsSomewhere(fieldPath, schema)) yield invalidValue(`${path}.fieldPath`, fieldPath, 'must be a valid path');
}

function leadsSomewhere(path: string, schema: JsonSchema): boolean {
  if (unsupportedIn(schema) !== undefined) return true;
  try {
    followFieldPath(path, schema);
    return true;
  } catch (error) {
    if (error instanceof FieldPathError) return false;
    throw error;
  }
}
