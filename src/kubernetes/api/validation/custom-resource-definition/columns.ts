import type { FieldError } from '../../../machinery/field-error.ts';
import { invalidValue, required } from '../../../machinery/validation/faults.ts';
import type { CustomResourceColumnDefinition, CustomResourceSubresources } from '../../generated/apiextensions-v1.ts';

const TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

export function* columnRules(columns: readonly CustomResourceColumnDefinition[] | undefined, path: string): Iterable<FieldError> {
  for (const [index, column] of (columns ?? []).entries()) yield* columnRule(column, `${path}[${index}]`);
}

function* columnRule({ name, type, format, jsonPath }: CustomResourceColumnDefinition, path: string): Iterable<FieldError> {
  if (!name) yield required(`${path}.name`);
  const types = `must be one of ${TYPES.join(',')}`;
  if (!type) yield required(`${path}.type`, types);
  else if (!TYPES.includes(type)) yield invalidValue(`${path}.type`, type, types);
  if (format && !FORMATS.includes(format)) yield invalidValue(`${path}.format`, format, `must be one of ${FORMATS.join(',')}`);
  if (!jsonPath) yield required(`${path}.JSONPath`);
  else yield* simplePathRule(jsonPath, `${path}.JSONPath`);
}

function* simplePathRule(path: string, field: string): Iterable<FieldError> {
  if (!path.startsWith('.')) yield invalidValue(field, path, 'must be a simple json path starting with .');
}

export function* subresourceRules(subresources: CustomResourceSubresources | undefined, path: string): Iterable<FieldError> {
  const scale = subresources?.scale;
  if (!scale) return;
  yield* replicasRule(scale.specReplicasPath, 'spec', `${path}.scale.specReplicasPath`);
  yield* replicasRule(scale.statusReplicasPath, 'status', `${path}.scale.statusReplicasPath`);
  if (!scale.labelSelectorPath) return;
  const field = `${path}.scale.labelSelectorPath`;
  const faults = [...simplePathRule(scale.labelSelectorPath, field)];
  yield* faults;
  if (faults.length === 0 && !/^\.(spec|status)\./.test(scale.labelSelectorPath)) {
    yield invalidValue(field, scale.labelSelectorPath, 'should be a json path under either .spec or .status');
  }
}

function* replicasRule(path: string | undefined, under: 'spec' | 'status', field: string): Iterable<FieldError> {
  if (!path) {
    yield required(field);
    return;
  }
  const faults = [...simplePathRule(path, field)];
  yield* faults;
  if (faults.length === 0 && !path.startsWith(`.${under}.`)) yield invalidValue(field, path, `should be a json path under .${under}`);
}
