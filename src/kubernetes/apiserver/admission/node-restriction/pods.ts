import type { Node, Pod, PodSpec } from '../../../api/generated/core-v1.ts';
import { nodes, pods } from '../../../api/resources.ts';
import { notFound } from '../../../machinery/status.ts';
import { configMapNames, secretNames } from '../../authorization/node/pod-references.ts';
import type { ObjectStore } from '../../registry.ts';
import type { AdmissionAttributes } from '../admission.ts';
import { rejection } from '../rejection.ts';

const MIRROR = 'kubernetes.io/config.mirror';

/** Nodes make and remove mirror pods of their static pods, report status and evict: always of pods bound to them. */
export function admitPod(store: ObjectStore, node: string, attributes: AdmissionAttributes): void {
  switch (attributes.subresource) {
    case '':
      admitMain(store, node, attributes);
      break;
    case 'status':
      admitStatus(node, attributes);
      break;
    case 'eviction':
      admitEviction(store, node, attributes);
      break;
    default:
      throw rejection(attributes, `unexpected pod subresource "${attributes.subresource}", only 'status' and 'eviction' are allowed`);
  }
}

function admitMain(store: ObjectStore, node: string, attributes: AdmissionAttributes): void {
  if (attributes.operation === 'CREATE') {
    admitMirror(store, node, attributes);
    return;
  }
  if (attributes.operation !== 'DELETE')
    throw rejection(attributes, `unexpected operation "${attributes.operation}", node "${node}" can only create and delete mirror pods`);
  if (existingPod(store, attributes, attributes.name).spec?.nodeName !== node) {
    throw rejection(attributes, `node "${node}" can only delete pods with spec.nodeName set to itself`);
  }
}

function existingPod(store: ObjectStore, { namespace }: AdmissionAttributes, name: string): Pod {
  const pod = store.get(pods, namespace, name);
  if (!pod) throw notFound(pods, name);
  return pod;
}

function admitMirror(store: ObjectStore, node: string, attributes: AdmissionAttributes): void {
  const pod = attributes.object as Pod;
  const fault = mirrorFault(node, pod) ?? ownerFault(node, pod, store.get(nodes, '', node)) ?? referenceFault(node, pod.spec);
  if (fault) throw rejection(attributes, fault);
}

function mirrorFault(node: string, pod: Pod): string | undefined {
  if (pod.metadata.annotations?.[MIRROR] === undefined)
    return `pod does not have "${MIRROR}" annotation, node "${node}" can only create mirror pods`;
  return pod.spec?.nodeName === node ? undefined : `node "${node}" can only create pods with spec.nodeName set to itself`;
}

function ownerFault(node: string, pod: Pod, object: Node | undefined): string | undefined {
  const [owner, ...others] = pod.metadata.ownerReferences ?? [];
  if (others.length > 0) return `node "${node}" can only create pods with a single owner reference set to itself`;
  if (owner?.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node)
    return `node "${node}" can only create pods with an owner reference set to itself`;
  if (!owner.controller) return `node "${node}" can only create pods with a controller owner reference set to itself`;
  if (owner.blockOwnerDeletion) return `node "${node}" must not set blockOwnerDeletion on an owner reference`;
  if (!object) throw notFound(nodes, node);
  return owner.uid === object.metadata.uid ? undefined : `node ${node} UID mismatch: expected ${owner.uid} got ${object.metadata.uid}`;
}

/** A node that could name other objects in a pod would gain the right to read them. */
function referenceFault(node: string, spec: PodSpec | undefined): string | undefined {
  if (!spec) return undefined;
  const cannot = (what: string) => `node "${node}" can not create pods that reference ${what}`;
  if (spec.serviceAccountName) return cannot('a service account');
  if (!isEmpty(secretNames(spec))) return cannot('secrets');
  if (!isEmpty(configMapNames(spec))) return cannot('configmaps');
  if (spec.volumes?.some((volume) => volume.projected?.sources?.some((source) => source.clusterTrustBundle)))
    return cannot('clustertrustbundles');
  if (spec.volumes?.some((volume) => volume.persistentVolumeClaim)) return cannot('persistentvolumeclaims');
  return spec.resourceClaims?.length ? cannot('resourceclaims') : undefined;
}

function isEmpty(values: Iterable<unknown>): boolean {
  for (const _value of values) return false;
  return true;
}

function admitStatus(node: string, attributes: AdmissionAttributes): void {
  if (attributes.operation !== 'UPDATE') throw rejection(attributes, `unexpected operation "${attributes.operation}"`);
  const previous = attributes.oldObject as Pod;
  const next = attributes.object as Pod;
  if (previous.spec?.nodeName !== node)
    throw rejection(attributes, `node "${node}" can only update pod status for pods with spec.nodeName set to itself`);
  if (!sameLabels(previous.metadata.labels, next.metadata.labels))
    throw rejection(attributes, `node "${node}" cannot update labels through pod status`);
  if (JSON.stringify(previous.status?.resourceClaimStatuses ?? []) !== JSON.stringify(next.status?.resourceClaimStatuses ?? [])) {
    throw rejection(attributes, `node "${node}" cannot update resource claim statues`);
  }
}

function sameLabels(a: Record<string, string> = {}, b: Record<string, string> = {}): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

function admitEviction(store: ObjectStore, node: string, attributes: AdmissionAttributes): void {
  if (attributes.operation !== 'CREATE') throw rejection(attributes, `unexpected operation ${attributes.operation}`);
  const name = attributes.name || attributes.object?.metadata.name;
  if (!name) throw rejection(attributes, 'could not determine pod from request data');
  if (existingPod(store, attributes, name).spec?.nodeName !== node)
    throw rejection(attributes, `node ${node} can only evict pods with spec.nodeName set to itself`);
}
