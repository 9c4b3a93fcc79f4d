import type { Pod } from '../../api/generated/core-v1.ts';
import { isTerminal } from '../../api/helpers/pods.ts';
import type { ApiClient } from '../../client/api-client.ts';
import type { DiscoveredResource } from '../../client/discovery.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { ApiError, isNotFound } from '../../machinery/status.ts';

/** What is left in a namespace after its content was told to go. */
export interface Leftovers {
  /** Number of objects by `<plural>.<group>`, with the point in the core group too, as upstream says it. */
  objects: Map<string, number>;
  /** Number of objects that hold each finalizer. */
  finalizers: Map<string, number>;
  failures: string[];
  /** In how many seconds the pods are due to be gone. */
  graceSeconds: number;
}

export function nothingLeft(leftovers: Leftovers): boolean {
  return leftovers.objects.size === 0 && leftovers.failures.length === 0;
}

const isPods = ({ group, plural }: DiscoveredResource) => group === '' && plural === 'pods';

/**
 * Deletes everything in a namespace: pods first and alone, so that nothing they rely on (network policies, say)
 * goes before them, then the rest.
 */
export async function deleteContent(
  api: ApiClient,
  namespace: string,
  resources: readonly DiscoveredResource[],
  signal: AbortSignal,
): Promise<Leftovers> {
  const leftovers: Leftovers = { objects: new Map(), finalizers: new Map(), failures: [], graceSeconds: 0 };
  const deletable = resources.filter(({ namespaced, verbs }) => namespaced && verbs.includes('delete') && verbs.includes('list'));
  const podsFirst = deletable.filter(isPods);
  for (const resource of podsFirst) await deleteAll(api, namespace, resource, leftovers, signal);
  if (!nothingLeft(leftovers)) return leftovers;
  await Promise.all(
    deletable.filter((resource) => !isPods(resource)).map((resource) => deleteAll(api, namespace, resource, leftovers, signal)),
  );
  return leftovers;
}

async function deleteAll(
  api: ApiClient,
  namespace: string,
  resource: DiscoveredResource,
  leftovers: Leftovers,
  signal: AbortSignal,
): Promise<void> {
  const options = { namespace, metadataOnly: !isPods(resource) };
  try {
    const before = await api.list(resource, options, signal);
    if (before.items.length === 0) return;
    await deleteThem(api, namespace, resource, before.items, signal);
    const { items } = await api.list(resource, options, signal);
    count(items, resource, leftovers);
  } catch (error) {
    // A resource that is not served any more has no objects.
    if (isNotFound(error) || (error instanceof ApiError && error.code === 405)) return;
    if (!(error instanceof ApiError)) throw error;
    leftovers.failures.push(error.message);
  }
}

async function deleteThem(
  api: ApiClient,
  namespace: string,
  resource: DiscoveredResource,
  items: KubeObject[],
  signal: AbortSignal,
): Promise<void> {
  if (resource.verbs.includes('deletecollection')) {
    await api.deleteCollection(resource, { namespace, propagationPolicy: 'Background' }, signal);
    return;
  }
  for (const { metadata } of items) {
    await api.delete(resource, { namespace, name: metadata.name ?? '' }, { propagationPolicy: 'Background' }, signal).catch((error) => {
      if (!isNotFound(error)) throw error;
    });
  }
}

function count(items: readonly KubeObject[], resource: DiscoveredResource, leftovers: Leftovers): void {
  if (items.length === 0) return;
  leftovers.objects.set(`${resource.plural}.${resource.group}`, items.length);
  for (const { metadata } of items) {
    for (const finalizer of metadata.finalizers ?? []) leftovers.finalizers.set(finalizer, (leftovers.finalizers.get(finalizer) ?? 0) + 1);
  }
  if (!isPods(resource)) return;
  for (const pod of items as Pod[]) {
    if (!isTerminal(pod)) leftovers.graceSeconds = Math.max(leftovers.graceSeconds, pod.metadata.deletionGracePeriodSeconds ?? 0);
  }
}
