import type { ResourceDefinition } from '../../api/define.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { groupResource } from '../../machinery/resource.ts';
import { conflict, invalid } from '../../machinery/status.ts';
import { invalidValue } from '../../machinery/validation/faults.ts';
import type { StoredObject } from '../store/stored-object.ts';
import type { Target } from './registry.ts';

export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

/** Kinds whose updates must say which version they change. All others may leave it out and take what there is. */
const INSISTS_ON_VERSION = new Set([
  'serviceaccounts',
  'poddisruptionbudgets.policy',
  'leases.coordination.k8s.io',
  'runtimeclasses.node.k8s.io',
  'csidrivers.storage.k8s.io',
  'csinodes.storage.k8s.io',
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

/** True when the writer named the version it read. Fills in the present one where a kind's updates need not name it. */
export function checkVersion(target: Target, next: KubeObject, current: StoredObject): boolean {
  const { uid, resourceVersion } = current.object.metadata;
  if (next.metadata.uid && next.metadata.uid !== uid) {
    const uids = `UID in precondition: ${next.metadata.uid}, UID in object meta: ${uid}`;
    throw conflict(target.definition, target.name, `Precondition failed: ${uids}`);
  }
  const said = next.metadata.resourceVersion ?? '';
  if (said !== '' && said !== resourceVersion) throw conflict(target.definition, target.name, MODIFIED);
  if (said === '' && allowsUnconditional(target.definition)) next.metadata.resourceVersion = resourceVersion;
  return said !== '';
}

/** An update by whole objects must name the version it was made from, where its kind insists. */
export function checkVersionNamed({ definition, name }: Target, { metadata }: KubeObject): void {
  if (metadata.resourceVersion || allowsUnconditional(definition)) return;
  throw invalid(definition, name, [invalidValue('metadata.resourceVersion', 0, 'must be specified for an update')]);
}

function allowsUnconditional(definition: ResourceDefinition): boolean {
  return !definition.custom && !INSISTS_ON_VERSION.has(groupResource(definition));
}
