import type { FieldError } from '../../machinery/field-error.ts';
import { quantityMilliValue, signOf } from '../../machinery/quantity.ts';
import { complaints, invalidValue } from '../../machinery/validation/faults.ts';
import { isQualifiedName } from '../../machinery/validation/names.ts';

/** Resources that the system itself knows. */
const STANDARD = new Set([
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'persistentvolumeclaims',
  'storage',
  'requests.storage',
  'configmaps',
  'services.nodeports',
  'services.loadbalancers',
]);
const CONTAINER = new Set(['cpu', 'memory', 'ephemeral-storage']);
const INTEGER = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);
const HUGE_PAGES = 'hugepages-';
const NATIVE_PREFIX = 'kubernetes.io/';

export const isHugePage = (name: string): boolean => name.startsWith(HUGE_PAGES);

/** The system's own: without a domain, or in kubernetes.io. */
export const isNative = (name: string): boolean => !name.includes('/') || name.includes(NATIVE_PREFIX);

/** Resources of devices and the like, which are whole and cannot be shared. */
export function isExtended(name: string): boolean {
  return !isNative(name) && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0;
}

const isInteger = (name: string): boolean => INTEGER.has(name) || isExtended(name);

/** Complaints about the name of any resource. */
export function* resourceNameRules(name: string, path: string): Iterable<FieldError> {
  const faults = isQualifiedName(name);
  yield* complaints(path, name, faults);
  if (faults.length === 0 && !name.includes('/') && !STANDARD.has(name) && !isHugePage(name)) {
    yield invalidValue(path, name, 'must be a standard resource type or fully qualified');
  }
}

/** Complaints about the name of a resource that containers ask for. */
export function* containerResourceNameRules(name: string, path: string): Iterable<FieldError> {
  yield* resourceNameRules(name, path);
  if (!name.includes('/')) {
    if (!CONTAINER.has(name) && !isHugePage(name)) yield invalidValue(path, name, 'must be a standard resource for containers');
  } else if (!isNative(name) && !isExtended(name)) yield invalidValue(path, name, "doesn't follow extended resource name standard");
}

/** An amount is not negative, and whole where the resource comes in pieces. */
export function* resourceAmountRules(name: string, amount: string, path: string): Iterable<FieldError> {
  yield* nonNegativeAmount(amount, path);
  if (isInteger(name) && quantityMilliValue(amount) % 1000 !== 0) yield invalidValue(path, amount, 'must be an integer');
}

export function* nonNegativeAmount(amount: string, path: string): Iterable<FieldError> {
  if (signOf(amount) < 0) yield invalidValue(path, amount, 'must be greater than or equal to 0');
}

export function* positiveAmount(amount: string, path: string): Iterable<FieldError> {
  if (signOf(amount) <= 0) yield invalidValue(path, amount, 'must be greater than zero');
}
