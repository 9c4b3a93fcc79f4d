import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, invalidValue } from '../../machinery/validation/faults.ts';
import { isQualifiedName } from '../../machinery/validation/names.ts';
import { isHugePage } from './resource-names.ts';

const COMPUTE = new Set(['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory']);
const STANDARD = new Set([
  ...COMPUTE,
  'ephemeral-storage',
  'requests.ephemeral-storage',
  'limits.ephemeral-storage',
  'requests.storage',
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'persistentvolumeclaims',
  'configmaps',
  'services.nodeports',
  'services.loadbalancers',
]);

/** Which resources a quota of a scope can have, of the standard ones. */
const SCOPES: Readonly<Record<string, (resource: string) => boolean>> = {
  Terminating: isPodResource,
  NotTerminating: isPodResource,
  BestEffort: (resource) => resource === 'pods',
  NotBestEffort: isPodResource,
  PriorityClass: isPodResource,
  CrossNamespacePodAffinity: isPodResource,
  VolumeAttributesClass: (resource) => resource === 'persistentvolumeclaims' || resource === 'requests.storage',
};

function isPodResource(resource: string): boolean {
  return resource === 'pods' || COMPUTE.has(resource);
}

export const isQuotaScope = (scope: string): boolean => Object.hasOwn(SCOPES, scope);

/** Whether objects in a scope use a resource; what the server does not know may be anything. */
export function fitsScope(scope: string, resource: string): boolean {
  return !isStandard(resource) || (SCOPES[scope]?.(resource) ?? true);
}

function isStandard(resource: string): boolean {
  return STANDARD.has(resource) || isHugePage(resource) || isHugePage(resource.replace(/^requests\./, ''));
}

/** Complaints about the name of a resource in a quota. */
export function* quotaNameRules(name: string, path: string): Iterable<FieldError> {
  const faults = isQualifiedName(name);
  yield* complaints(path, name, faults);
  if (faults.length === 0 && !name.includes('/') && !isStandard(name)) {
    yield invalidValue(path, name, 'must be a standard resource for quota');
  }
}
