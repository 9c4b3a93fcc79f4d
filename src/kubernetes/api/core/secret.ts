import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, forbiddenField, immutable, invalidValue, required, tooLong } from '../../machinery/validation/faults.ts';
import { isConfigMapKey } from '../../machinery/validation/names.ts';
import { ageColumn, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { Secret } from '../generated/core-v1.ts';
import { secrets as type } from '../resources.ts';
import { sameValue } from '../validation/equal.ts';
import { ALL_VERBS } from '../verbs.ts';
import { base64Length, base64Text, textAsBase64 } from './secret-data.ts';

const MAX_BYTES = 1024 * 1024;
const SERVICE_ACCOUNT_NAME = 'kubernetes.io/service-account.name';
const IMMUTABLE = 'field is immutable when `immutable` is set';

export const secrets = defineResource<Secret>({
  ...type,
  singular: 'secret',
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.core.v1.Secret',
  defaults: defaultSecret,
  rules: secretRules,
  columns: [nameColumn, text('Type', (secret) => secret.type ?? ''), text('Data', ({ data }) => Object.keys(data ?? {}).length), ageColumn],
  selectableFields: { type: (secret) => secret.type ?? '' },
});

/** `stringData` is only a way to write `data`. */
function defaultSecret(secret: Secret): void {
  secret.type ||= 'Opaque';
  if (!secret.stringData) return;
  const written = Object.entries(secret.stringData).map(([key, value]) => [key, textAsBase64(value)]);
  if (written.length) secret.data = { ...secret.data, ...Object.fromEntries(written) };
  delete secret.stringData;
}

function* secretRules(next: Secret, previous?: Secret): Iterable<FieldError> {
  if (previous) {
    if (next.type !== previous.type) yield immutable('type', next.type);
    if (previous.immutable && !next.immutable) yield forbiddenField('immutable', IMMUTABLE);
    if (previous.immutable && !sameValue(next.data ?? {}, previous.data ?? {})) yield forbiddenField('data', IMMUTABLE);
  }
  let size = 0;
  for (const [key, value] of Object.entries(next.data ?? {})) {
    yield* complaints(`data[${key}]`, key, isConfigMapKey(key));
    size += base64Length(value);
  }
  if (size > MAX_BYTES) yield tooLong('data', MAX_BYTES);
  yield* typeRules(next);
}

/** What each well-known type must hold. */
function* typeRules({ type, data = {}, metadata }: Secret): Iterable<FieldError> {
  switch (type) {
    case 'kubernetes.io/service-account-token':
      if (!metadata.annotations?.[SERVICE_ACCOUNT_NAME]) yield required(`metadata.annotations[${SERVICE_ACCOUNT_NAME}]`);
      break;
    case 'kubernetes.io/dockercfg':
      yield* jsonRules(data, '.dockercfg');
      break;
    case 'kubernetes.io/dockerconfigjson':
      yield* jsonRules(data, '.dockerconfigjson');
      break;
    case 'kubernetes.io/basic-auth':
      if (!('username' in data) && !('password' in data)) {
        yield required('data[username]');
        yield required('data[password]');
      }
      break;
    case 'kubernetes.io/ssh-auth':
      if (!data['ssh-privatekey']) yield required('data[ssh-privatekey]');
      break;
    case 'kubernetes.io/tls':
      for (const key of ['tls.crt', 'tls.key']) if (!(key in data)) yield required(`data[${key}]`);
      break;
  }
}

function* jsonRules(data: Readonly<Record<string, string>>, key: string): Iterable<FieldError> {
  const value = data[key];
  if (value === undefined) yield required(`data[${key}]`);
  else if (!isJsonObject(base64Text(value)))
    yield invalidValue(`data[${key}]`, '<secret contents redacted>', jsonComplaint(base64Text(value)));
}

function isJsonObject(content: string): boolean {
  try {
    const value: unknown = JSON.parse(content);
    return value === null || (typeof value === 'object' && !Array.isArray(value));
  } catch {
    return false;
  }
}

function jsonComplaint(content: string): string {
  if (content.trim() === '') return 'unexpected end of JSON input';
  const first = content.trimStart()[0] ?? '';
  const kind = first === '[' ? 'array' : first === '"' ? 'string' : /[-\d]/.test(first) ? 'number' : /[tf]/.test(first) ? 'bool' : '';
  if (kind) return `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
  return `invalid character '${first}' looking for beginning of value`;
}
