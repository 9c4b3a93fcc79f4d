import type { TokenRequest } from '../../../api/generated/authentication-v1.ts';
import type { Node } from '../../../api/generated/core-v1.ts';
import { pods } from '../../../api/resources.ts';
import { groupResource } from '../../../machinery/resource.ts';
import { notFound } from '../../../machinery/status.ts';
import { nodeIdentity } from '../../authentication/identities.ts';
import type { ObjectStore } from '../../registry.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission.ts';
import { rejection } from '../rejection.ts';
import { forbiddenLabelChanges } from './labels.ts';
import { admitPod } from './pods.ts';
import { admitSigningRequest } from './signing-requests.ts';

const LEASE_NAMESPACE = 'kube-node-lease';

type Check = (node: string, attributes: AdmissionAttributes) => void;

/** A kubelet writes its own node, its own lease and the pods bound to it, whatever authorization let through. */
export class NodeRestriction implements AdmissionPlugin {
  readonly name = 'NodeRestriction';
  readonly #store: ObjectStore;
  readonly #checks: ReadonlyMap<string, Check>;

  constructor(store: ObjectStore) {
    this.#store = store;
    this.#checks = new Map<string, Check>([
      ['pods', (node, attributes) => admitPod(store, node, attributes)],
      ['nodes', admitNode],
      ['persistentvolumeclaims', admitClaim],
      ['serviceaccounts', (node, attributes) => this.#admitToken(node, attributes)],
      ['certificatesigningrequests.certificates.k8s.io', admitSigningRequest],
      ['leases.coordination.k8s.io', admitLease],
      [
        'csinodes.storage.k8s.io',
        (node, attributes) => admitOwn(node, attributes, 'can only access CSINode with the same name as the requesting node'),
      ],
    ]);
  }

  handles({ operation, user }: AdmissionAttributes): boolean {
    return operation !== 'CONNECT' && nodeIdentity(user) !== undefined;
  }

  mutate(attributes: AdmissionAttributes): void {
    const nodeName = nodeIdentity(attributes.user)?.nodeName;
    if (!nodeName) throw rejection(attributes, `could not determine node from user "${attributes.user.username}"`);
    this.#checks.get(groupResource(attributes.resource))?.(nodeName, attributes);
  }

  #admitToken(node: string, attributes: AdmissionAttributes): void {
    if (attributes.operation !== 'CREATE' || attributes.subresource !== 'token') return;
    const ref = (attributes.object as TokenRequest).spec?.boundObjectRef;
    if (ref?.apiVersion !== 'v1' || ref.kind !== 'Pod' || !ref.name) throw rejection(attributes, 'node requested token not bound to a pod');
    if (!ref.uid) throw rejection(attributes, 'node requested token with a pod binding without a uid');
    const pod = this.#store.get(pods, attributes.namespace, ref.name);
    if (!pod) throw notFound(pods, ref.name);
    if (ref.uid !== pod.metadata.uid) {
      throw rejection(
        attributes,
        `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
      );
    }
    if (pod.spec?.nodeName !== node) throw rejection(attributes, 'node requested token bound to a pod scheduled on a different node');
  }
}

function admitNode(node: string, attributes: AdmissionAttributes): void {
  const requested = attributes.name || attributes.object?.metadata.name;
  if (requested !== node) throw rejection(attributes, `node "${node}" is not allowed to modify node "${requested}"`);
  const next = attributes.object as Node | undefined;
  const previous = attributes.oldObject as Node | undefined;
  if (!next) return;
  if (attributes.operation === 'UPDATE' && JSON.stringify(next.spec?.taints ?? []) !== JSON.stringify(previous?.spec?.taints ?? [])) {
    throw rejection(attributes, `node "${node}" is not allowed to modify taints`);
  }
  const labels = forbiddenLabelChanges(next.metadata.labels, previous?.metadata.labels).join(', ');
  if (!labels) return;
  const why =
    attributes.operation === 'CREATE'
      ? `node "${node}" is not allowed to set the following labels: ${labels}`
      : `is not allowed to modify labels: ${labels}`;
  throw rejection(attributes, why);
}

function admitClaim(node: string, attributes: AdmissionAttributes): void {
  if (attributes.subresource !== 'status') throw rejection(attributes, 'may only update PVC status');
  if (attributes.operation !== 'UPDATE') throw rejection(attributes, `unexpected operation "${attributes.operation}"`);
  if (claimWithoutProgress(attributes.object) !== claimWithoutProgress(attributes.oldObject)) {
    throw rejection(attributes, `node "${node}" is not allowed to update fields other than status.capacity and status.conditions`);
  }
}

/** A claim without what a kubelet reports after it grew a file system. */
function claimWithoutProgress(claim: AdmissionAttributes['object']): string {
  const { metadata, status, ...rest } = (claim ?? { metadata: {} }) as { metadata: object; status?: object };
  const omit = (from: object | undefined, keys: readonly string[]) =>
    Object.entries(from ?? {})
      .filter(([key]) => !keys.includes(key))
      .sort();
  const progress = ['capacity', 'conditions', 'allocatedResources', 'allocatedResourceStatuses'];
  return JSON.stringify([rest, omit(metadata, ['resourceVersion', 'managedFields']), omit(status, progress)]);
}

function admitLease(node: string, attributes: AdmissionAttributes): void {
  if (attributes.namespace !== LEASE_NAMESPACE)
    throw rejection(attributes, `can only access leases in the "${LEASE_NAMESPACE}" system namespace`);
  admitOwn(node, attributes, 'can only access node lease with the same name as the requesting node');
}

function admitOwn(node: string, attributes: AdmissionAttributes, why: string): void {
  const name = attributes.operation === 'CREATE' ? attributes.object?.metadata.name : attributes.name;
  if (name !== node) throw rejection(attributes, why);
}
