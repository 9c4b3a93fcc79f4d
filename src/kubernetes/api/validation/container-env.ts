import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, invalidValue, notFoundValue, required } from '../../machinery/validation/faults.ts';
import { isConfigMapKey, isDns1123Label, isDns1123Subdomain, isEnvVarName } from '../../machinery/validation/names.ts';
import type { EnvFromSource, EnvVar, EnvVarSource, Volume } from '../generated/core-v1.ts';
import { ENV_FIELDS, fieldRefRules, resourceFieldRefRules } from './field-refs.ts';
import { noBacksteps } from './volume-sources.ts';

/** Faults of the environment of a container. `volumes` are the pod's, by name. */
export function* envRules(variables: readonly EnvVar[], volumes: ReadonlyMap<string, Volume>, path: string): Iterable<FieldError> {
  for (const [index, variable] of variables.entries()) {
    const at = `${path}[${index}]`;
    const { name = '', value, valueFrom } = variable;
    if (!name) yield required(`${at}.name`);
    else yield* complaints(`${at}.name`, name, isEnvVarName(name));
    if (valueFrom) yield* valueFromRules(valueFrom, value ?? '', volumes, `${at}.valueFrom`);
  }
}

function* valueFromRules(source: EnvVarSource, value: string, volumes: ReadonlyMap<string, Volume>, path: string): Iterable<FieldError> {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  if (fieldRef) yield* fieldRefRules(fieldRef, ENV_FIELDS, `${path}.fieldRef`);
  if (resourceFieldRef) yield* resourceFieldRefRules(resourceFieldRef, `${path}.resourceFieldRef`, false);
  if (configMapKeyRef) yield* keyRefRules(configMapKeyRef, `${path}.configMapKeyRef`);
  if (secretKeyRef) yield* keyRefRules(secretKeyRef, `${path}.secretKeyRef`);
  if (fileKeyRef) yield* fileKeyRules(fileKeyRef, `${path}.fileKeyRef`);
  const count = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(Boolean).length;
  if (count === 0)
    yield invalidValue(path, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`');
  else if (value !== '') yield invalidValue(path, '', 'may not be specified when `value` is not empty');
  else if (count > 1) yield invalidValue(path, '', 'may not have more than one field specified at a time');
  if (fileKeyRef) yield* fileVolumeRules(fileKeyRef, volumes, `${path}.fileKeyRef`);
}

function* keyRefRules({ name = '', key }: { name?: string; key?: string }, path: string): Iterable<FieldError> {
  yield* complaints(`${path}.name`, name, isDns1123Subdomain(name));
  if (!key) yield required(`${path}.key`);
  else yield* complaints(`${path}.key`, key, isConfigMapKey(key));
}

function* fileKeyRules(reference: NonNullable<EnvVarSource['fileKeyRef']>, path: string): Iterable<FieldError> {
  const { key, path: file, volumeName = '' } = reference;
  if (!key) yield required(`${path}.key`);
  else yield* complaints(`${path}.key`, key, isEnvVarName(key));
  if (!volumeName) yield required(`${path}.volumeName`);
  else yield* complaints(`${path}.volumeName`, volumeName, isDns1123Label(volumeName));
  if (!file) yield required(`${path}.path`);
  else yield* noBacksteps(file, `${path}.path`);
}

/** The file must be in a volume of the pod that its containers can write. */
function* fileVolumeRules(
  { volumeName = '' }: NonNullable<EnvVarSource['fileKeyRef']>,
  volumes: ReadonlyMap<string, Volume>,
  path: string,
): Iterable<FieldError> {
  const volume = volumes.get(volumeName);
  if (!volume) yield notFoundValue(`${path}.volumeName`, volumeName);
  else if (!volume.emptyDir) yield invalidValue(`${path}.volumeName`, volumeName, 'referenced volume must be of type emptyDir');
}

/** Faults of whole ConfigMaps and Secrets as environment. */
export function* envFromRules(sources: readonly EnvFromSource[], path: string): Iterable<FieldError> {
  for (const [index, { prefix, configMapRef, secretRef }] of sources.entries()) {
    const at = `${path}[${index}]`;
    if (prefix) yield* complaints(`${at}.prefix`, prefix, isEnvVarName(prefix));
    if (configMapRef) yield* namedRules(configMapRef, `${at}.configMapRef`);
    if (secretRef) yield* namedRules(secretRef, `${at}.secretRef`);
    if (configMapRef && secretRef) yield invalidValue(path, '', 'may not have more than one field specified at a time');
    else if (!configMapRef && !secretRef) yield invalidValue(path, '', 'must specify one of: `configMapRef` or `secretRef`');
  }
}

function* namedRules({ name }: { name?: string }, path: string): Iterable<FieldError> {
  if (!name) yield required(`${path}.name`);
  else yield* complaints(`${path}.name`, name, isDns1123Subdomain(name));
}
