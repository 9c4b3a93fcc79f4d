import type { FieldError } from '../../machinery/field-error.ts';
import { compareQuantities } from '../../machinery/quantity.ts';
import { complaints, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import { isQualifiedName } from '../../machinery/validation/names.ts';
import type { ObjectFieldSelector, ResourceFieldSelector } from '../generated/core-v1.ts';

/** Fields of its own pod that a volume or an environment variable may show. */
export const VOLUME_FIELDS: readonly string[] = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];
export const ENV_FIELDS: readonly string[] = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
/** Field paths the API can convert at all. */
const CONVERTIBLE = new Set([
  ...VOLUME_FIELDS,
  ...ENV_FIELDS,
  'spec.restartPolicy',
  'spec.schedulerName',
  'spec.hostNetwork',
  'status.phase',
  'status.nominatedNodeName',
]);
const SUBSCRIPT = /^(.+)\['([^']+)'\]$/;

/** Faults of a reference to a field of the pod. */
export function* fieldRefRules(
  { apiVersion, fieldPath }: ObjectFieldSelector,
  allowed: readonly string[],
  path: string,
): Iterable<FieldError> {
  if (!apiVersion) yield required(`${path}.apiVersion`);
  else if (!fieldPath) yield required(`${path}.fieldPath`);
  else yield* fieldPathRules(fieldPath, allowed, `${path}.fieldPath`);
}

function* fieldPathRules(fieldPath: string, allowed: readonly string[], path: string): Iterable<FieldError> {
  const [, base, subscript = ''] = SUBSCRIPT.exec(fieldPath) ?? [];
  if (base) {
    if (base !== 'metadata.annotations' && base !== 'metadata.labels') yield invalidValue(path, base, 'does not support subscript');
    else yield* complaints(path, subscript, isQualifiedName(base === 'metadata.annotations' ? subscript.toLowerCase() : subscript));
    return;
  }
  if (!CONVERTIBLE.has(fieldPath))
    yield invalidValue(path, fieldPath, `error converting fieldPath: field label not supported: ${fieldPath}`);
  else if (!allowed.includes(fieldPath)) yield notSupported(path, fieldPath, allowed);
}

const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const CPU_DIVISORS = ['1', '1m'];
const BYTE_DIVISORS = ['1', '1E', '1Ei', '1G', '1Gi', '1K', '1Ki', '1M', '1Mi', '1P', '1Pi', '1T', '1Ti', '1k'];

/** Faults of a reference to the resources of a container. */
export function* resourceFieldRefRules(
  { containerName, resource, divisor }: ResourceFieldSelector,
  path: string,
  volume: boolean,
): Iterable<FieldError> {
  if (volume && !containerName) yield required(`${path}.containerName`);
  else if (!resource) yield required(`${path}.resource`);
  else if (!RESOURCES.includes(resource) && !/^(limits|requests)\.hugepages-/.test(resource))
    yield notSupported(`${path}.resource`, resource, RESOURCES);
  yield* divisorRules(resource ?? '', divisor, path);
}

function* divisorRules(resource: string, divisor: string | undefined, path: string): Iterable<FieldError> {
  if (!divisor || compareQuantities(divisor, '0') === 0) return;
  if (resource.endsWith('.cpu') && !CPU_DIVISORS.includes(divisor))
    yield invalidValue(`${path}.divisor`, resource, "only divisor's values 1m and 1 are supported with the cpu resource");
  if (/\.(memory|hugepages-.*)$/.test(resource) && !BYTE_DIVISORS.includes(divisor)) {
    yield invalidValue(
      `${path}.divisor`,
      resource,
      "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the memory resource",
    );
  }
}
