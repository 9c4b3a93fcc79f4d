import type { Pod } from '../generated/core-v1.ts';
import type { ResourceClaim } from '../generated/resource-v1.ts';
import { isControlledBy } from './owners.ts';

/** A claim that a pod uses. */
export interface PodClaim {
  /** By which name the pod's containers refer to it. */
  readonly entry: string;
  /** Of claims that are made for the pod. */
  readonly template?: string;
  /** The claim: unknown until it is made, null where none is needed after all. */
  readonly claimName: string | null | undefined;
}

/** The claims of a pod, in the order of its spec. */
export function podClaims({ spec, status }: Pod): PodClaim[] {
  return (spec?.resourceClaims ?? []).map(({ name, resourceClaimName, resourceClaimTemplateName }) => {
    if (resourceClaimName !== undefined) return { entry: name, claimName: resourceClaimName };
    const made = status?.resourceClaimStatuses?.find((candidate) => candidate.name === name);
    const claimName = made ? (made.resourceClaimName ?? null) : undefined;
    return { entry: name, claimName, ...(resourceClaimTemplateName === undefined ? {} : { template: resourceClaimTemplateName }) };
  });
}

/** Keys of the claims of a pod that are known by name. */
export function claimKeys(pod: Pod | undefined): string[] {
  if (!pod) return [];
  return podClaims(pod).flatMap(({ claimName }) => (claimName ? [`${pod.metadata.namespace}/${claimName}`] : []));
}

/** Why a claim cannot be what was made for the pod; undefined where it can. */
export function foreignClaim(pod: Pod, claim: ResourceClaim): string | undefined {
  if (isControlledBy(claim, pod)) return undefined;
  const [of, to] = [pod, claim].map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  return `ResourceClaim ${to} was not created for pod ${of} (pod is not owner)`;
}

const MAX_CONSUMERS = 256;

export const isReservedFor = ({ status }: ResourceClaim, pod: Pod): boolean =>
  status?.reservedFor?.some(({ uid }) => uid === pod.metadata.uid) ?? false;

export const canBeReserved = ({ status }: ResourceClaim): boolean => (status?.reservedFor?.length ?? 0) < MAX_CONSUMERS;

/** The claim with the pod among its users. */
export function reservedFor(claim: ResourceClaim, { metadata: { name = '', uid = '' } }: Pod): ResourceClaim {
  const users = [...(claim.status?.reservedFor ?? []), { resource: 'pods', name, uid }];
  return { ...claim, status: { ...claim.status, reservedFor: users } };
}

/** The finalizer of claims that are allocated: they stay until they are given back. */
export const CLAIM_FINALIZER = 'resource.kubernetes.io/delete-protection';
