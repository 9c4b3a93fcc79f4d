import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, forbiddenField, invalidValue, tooLong } from '../../machinery/validation/faults.ts';
import { isConfigMapKey } from '../../machinery/validation/names.ts';
import { ageColumn, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { ConfigMap } from '../generated/core-v1.ts';
import { configMaps as type } from '../resources.ts';
import { sameValue } from '../validation/equal.ts';
import { ALL_VERBS } from '../verbs.ts';
import { base64Length } from './secret-data.ts';

const MAX_BYTES = 1024 * 1024;

export const configMaps = defineResource<ConfigMap>({
  ...type,
  singular: 'configmap',
  shortNames: ['cm'],
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.core.v1.ConfigMap',
  rules: configMapRules,
  columns: [
    nameColumn,
    text('Data', ({ data, binaryData }) => Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length),
    ageColumn,
  ],
});

function* configMapRules(next: ConfigMap, previous?: ConfigMap): Iterable<FieldError> {
  if (previous?.immutable) yield* immutableRules(next, previous);
  yield* dataRules(next);
}

function* immutableRules(next: ConfigMap, previous: ConfigMap): Iterable<FieldError> {
  if (!next.immutable) yield forbiddenField('immutable', 'field is immutable when `immutable` is set');
  if (!sameValue(next.data ?? {}, previous.data ?? {})) yield forbiddenField('data', 'field is immutable when `immutable` is set');
  if (!sameValue(next.binaryData ?? {}, previous.binaryData ?? {}))
    yield forbiddenField('binaryData', 'field is immutable when `immutable` is set');
}

function* dataRules({ data = {}, binaryData = {} }: ConfigMap): Iterable<FieldError> {
  let size = 0;
  for (const [key, value] of Object.entries(data)) {
    yield* complaints(`data[${key}]`, key, isConfigMapKey(key));
    if (Object.hasOwn(binaryData, key)) yield invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData');
    size += new TextEncoder().encode(value).length;
  }
  for (const [key, value] of Object.entries(binaryData)) {
    yield* complaints(`binaryData[${key}]`, key, isConfigMapKey(key));
    size += base64Length(value);
  }
  if (size > MAX_BYTES) yield tooLong('', MAX_BYTES);
}
