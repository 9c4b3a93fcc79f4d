import type { Pod } from '../../api/generated/core-v1.ts';
import type { ResourceClaim } from '../../api/generated/resource-v1.ts';
import {
  canBeReserved,
  claimKeys,
  foreignClaim,
  isReservedFor,
  type PodClaim,
  podClaims,
  reservedFor,
} from '../../api/helpers/pod-resource-claims.ts';
import { pods, resourceClaims, resourceClaimTemplates } from '../../api/resources.ts';
import { keyOf } from '../../machinery/meta.ts';
import { type ControllerContext, defineController, done, watchOf } from '../framework/controller.ts';
import { claimFor, ENTRY_ANNOTATION } from './claim-from-template.ts';

const FIELD_MANAGER = 'ResourceClaimController';
const BY_CLAIM = 'resource-claim';
const BY_TEMPLATE = 'resource-claim-template';

/** Makes the claims of pods from their templates, and reserves claims for pods that nobody scheduled. */
export const podClaimController = defineController({
  name: 'resourceclaim',
  eventSource: 'resource_claim',
  primary: pods,
  watches: [
    watchOf(resourceClaims, ({ next, previous }, cache) =>
      podsOf(next ?? previous).concat(cache.byIndex(pods, BY_CLAIM, keyOf((next ?? previous)!)).map(keyOf)),
    ),
    watchOf(resourceClaimTemplates, ({ next }, cache) => (next ? cache.byIndex(pods, BY_TEMPLATE, keyOf(next)).map(keyOf) : [])),
  ],

  prepare(cache) {
    cache.informer(pods).addIndex(BY_CLAIM, claimKeys);
    cache.informer(pods).addIndex(BY_TEMPLATE, templateKeys);
    cache.indexOwners(resourceClaims);
  },

  async reconcile(key, context, signal) {
    const pod = context.cache.get(pods, key);
    if (!pod || pod.metadata.deletionTimestamp || !pod.spec?.resourceClaims?.length) return done;
    await makeClaims(pod, context, signal);
    // What the scheduler places it also reserves.
    if (pod.spec.nodeName) await reserveClaims(pod, context, signal);
    return done;
  },
});

/** The pod a claim was made for. */
function podsOf(claim: ResourceClaim | undefined): string[] {
  const owner = claim?.metadata.ownerReferences?.find(({ kind, controller }) => kind === 'Pod' && controller);
  return owner ? [`${claim?.metadata.namespace}/${owner.name}`] : [];
}

function templateKeys(pod: Pod): string[] {
  return podClaims(pod).flatMap(({ template }) => (template ? [`${pod.metadata.namespace}/${template}`] : []));
}

async function makeClaims(pod: Pod, context: ControllerContext, signal: AbortSignal): Promise<void> {
  const made = new Map((pod.status?.resourceClaimStatuses ?? []).map((status) => [status.name, status]));
  let isNew = false;
  for (const claim of podClaims(pod)) {
    if (isThere(pod, claim, context)) continue;
    const resourceClaimName = await makeClaim(pod, claim, context, signal);
    made.set(claim.entry, { name: claim.entry, resourceClaimName });
    isNew = true;
  }
  if (!isNew) return;
  const { namespace, name = '' } = pod.metadata;
  const status = { resourceClaimStatuses: [...made.values()] };
  const applied = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, status };
  const options = { type: 'apply', subresource: 'status', fieldManager: FIELD_MANAGER, force: true } as const;
  await context.api.patch(pods, { namespace, name }, applied, options, signal);
}

/** Nothing has to be made of claims that people make, of those that are not needed, and of those that were made. */
function isThere(pod: Pod, { template, claimName }: PodClaim, { cache }: ControllerContext): boolean {
  if (template === undefined || claimName === null) return true;
  const claim = claimName && cache.get(resourceClaims, `${pod.metadata.namespace}/${claimName}`);
  return Boolean(claim && !foreignClaim(pod, claim));
}

async function makeClaim(pod: Pod, { entry, template }: PodClaim, context: ControllerContext, signal: AbortSignal): Promise<string> {
  const { cache, api, events } = context;
  const orphan = cache.ownedBy(resourceClaims, pod).find(({ metadata }) => metadata.annotations?.[ENTRY_ANNOTATION] === entry);
  if (orphan) return orphan.metadata.name ?? '';
  try {
    const found = cache.get(resourceClaimTemplates, `${pod.metadata.namespace}/${template}`);
    if (!found) throw new Error(`resource claim template "${template}": resourceclaimtemplate.resource.k8s.io "${template}" not found`);
    const created = await api.create(resourceClaims, claimFor(pod, entry, found), {}, signal);
    return created.metadata.name ?? '';
  } catch (error) {
    events.warning(pod, 'FailedResourceClaimCreation', `PodResourceClaim ${entry}: ${(error as Error).message}`);
    throw error;
  }
}

async function reserveClaims(pod: Pod, { cache, api }: ControllerContext, signal: AbortSignal): Promise<void> {
  for (const { claimName, template } of podClaims(pod)) {
    const claim = claimName && cache.get(resourceClaims, `${pod.metadata.namespace}/${claimName}`);
    if (!claim) continue;
    if (template !== undefined && foreignClaim(pod, claim)) throw new Error(foreignClaim(pod, claim));
    if (!claim.status?.allocation || isReservedFor(claim, pod) || !canBeReserved(claim)) continue;
    await api.updateStatus(resourceClaims, reservedFor(claim, pod), {}, signal);
  }
}
