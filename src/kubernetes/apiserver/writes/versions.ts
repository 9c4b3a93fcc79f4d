import type { ResourceDefinition } from '../../api/define.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { groupResource } from '../../machinery/resource.ts';
import { ApiError, conflict, invalid } from '../../machinery/status.ts';
import { invalidValue } from '../../machinery/validation/faults.ts';
import { storageKey } from '../store/keys.ts';
import type { StoredObject } from '../store/stored-object.ts';
import type { Target } from './registry.ts';

export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

/** Kinds whose updates must say which version they change. All others may leave it out and take what there is. */
const INSISTS_ON_VERSION = new Set([
  'poddisruptionbudgets.policy',
  'leases.coordination.k8s.io',
  'runtimeclasses.node.k8s.io',
  'csidrivers.storage.k8s.io',
  'csinodes.storage.k8s.io',
  'csistoragecapacities.storage.k8s.io',
  'volumeattachments.storage.k8s.io',
  'apiservices.apiregistration.k8s.io',
  'customresourcedefinitions.apiextensions.k8s.io',
  'mutatingwebhookconfigurations.admissionregistration.k8s.io',
  'validatingwebhookconfigurations.admissionregistration.k8s.io',
  'validatingadmissionpolicies.admissionregistration.k8s.io',
  'validatingadmissionpolicybindings.admissionregistration.k8s.io',
  'mutatingadmissionpolicies.admissionregistration.k8s.io',
  'mutatingadmissionpolicybindings.admissionregistration.k8s.io',
]);

/** Kinds of which a PUT makes what is not there yet. */
const CREATED_BY_UPDATE = new Set([
  'endpoints',
  'events',
  'events.events.k8s.io',
  'limitranges',
  'services',
  'leases.coordination.k8s.io',
  'runtimeclasses.node.k8s.io',
  'roles.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
  'clusterroles.rbac.authorization.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
]);

/** Whether a PUT of an object that is not there creates it. */
export function createsOnUpdate(definition: ResourceDefinition): boolean {
  return CREATED_BY_UPDATE.has(groupResource(definition));
}

/** The version a writer names must be the present one. Fills that in where a kind's updates need not name any. */
export function checkVersion({ definition, name }: Target, next: KubeObject, current: StoredObject): void {
  const { resourceVersion } = current.object.metadata;
  const said = namedVersion(next);
  if (said !== undefined) {
    if (said !== resourceVersion) throw conflict(definition, name, MODIFIED);
    return;
  }
  if (!allowsUnconditional(definition)) {
    throw invalid({ group: definition.group, kind: definition.plural }, name, [
      invalidValue('metadata.resourceVersion', 0, 'must be specified for an update'),
    ]);
  }
  next.metadata.resourceVersion = resourceVersion;
}

/** Who names a uid means that object, and not another that later had the same name. */
export function checkUid(target: Target, uid: string | undefined, current: KubeObject | undefined): void {
  const present = current?.metadata.uid ?? '';
  if (uid && uid !== present) throw preconditionFailed(target, `UID in precondition: ${uid}, UID in object meta: ${present}`);
}

/** The same of the version. */
export function checkRevision(target: Target, version: string | undefined, current: KubeObject): void {
  const present = current.metadata.resourceVersion ?? '';
  if (!version || version === present) return;
  throw preconditionFailed(target, `ResourceVersion in precondition: ${version}, ResourceVersion in object meta: ${present}`);
}

/** In the words of upstream's storage, where clients read them. */
function preconditionFailed({ definition, namespace, name }: Target, why: string): ApiError {
  const key = storageKey(definition, namespace, name);
  const detail = `Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: ${why}`;
  return conflict(definition, name, `StorageError: invalid object, Code: 4, ${detail}`);
}

/** Undefined where the object names none; a version of zero is none. */
function namedVersion({ metadata: { resourceVersion = '' } }: KubeObject): string | undefined {
  if (resourceVersion === '') return undefined;
  if (!/^\d+$/.test(resourceVersion)) {
    throw new ApiError({ code: 500, message: `strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax` });
  }
  return /^0+$/.test(resourceVersion) ? undefined : resourceVersion;
}

function allowsUnconditional(definition: ResourceDefinition): boolean {
  return !definition.custom && !INSISTS_ON_VERSION.has(groupResource(definition));
}
