import type { Namespace, NamespaceCondition } from '../../api/generated/core-v1.ts';
import { namespaces, pods } from '../../api/resources.ts';
import { discoverAvailable } from '../../client/discovery.ts';
import { resourcePath } from '../../machinery/resource.ts';
import { isNotFound } from '../../machinery/status.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { defineController, done, watchOf } from '../framework/controller.ts';
import { semanticallyEqual } from '../framework/equal.ts';
import { deletionConditions } from './conditions.ts';
import { deleteContent, nothingLeft } from './content.ts';
import { isGoingAway } from './terminating.ts';

const FINALIZER = 'kubernetes';
/** Pods that go bring us back by themselves; this is for content held by finalizers, of types nobody watches. */
const RETRY = 1_000;

/** Empties namespaces that are being deleted, then lets them go. */
export const namespaceController = defineController({
  name: 'namespace',
  primary: namespaces,
  watches: [
    watchOf(pods, ({ next, previous }, cache) => {
      const name = previous?.metadata.namespace ?? '';
      const namespace = next ? undefined : cache.get(namespaces, name);
      return namespace && isGoingAway(namespace) ? [name] : [];
    }),
  ],
  workers: 10,

  async reconcile(name, context, signal) {
    const namespace = context.cache.get(namespaces, name);
    if (!namespace?.metadata.deletionTimestamp || !namespace.spec?.finalizers?.includes(FINALIZER)) return done;
    const { resources, stale } = await discoverAvailable(context.api, signal);
    const leftovers = await deleteContent(context.api, name, resources, signal);
    // What an API has in the namespace whose server does not answer would stay behind.
    const isEmpty = nothingLeft(leftovers) && stale.length === 0;
    const conditions = deletionConditions(namespace.status?.conditions, leftovers, stale, context.clock.now());
    const current = await tell(namespace, conditions, isEmpty, context, signal);
    if (!isEmpty) return { after: Math.max(RETRY, (leftovers.graceSeconds * 1000) / 2) };
    if (current) await finalize(current, context, signal);
    return done;
  },
});

/** Writes the conditions; undefined when the namespace is gone. */
async function tell(
  namespace: Namespace,
  conditions: NamespaceCondition[],
  isEmpty: boolean,
  { api }: ControllerContext,
  signal: AbortSignal,
): Promise<Namespace | undefined> {
  const status = { ...namespace.status, phase: 'Terminating' as const, conditions };
  // An empty namespace is about to vanish: nobody needs to be told.
  const vanishes = isEmpty && !namespace.status?.conditions;
  if (vanishes || semanticallyEqual(status, namespace.status)) return namespace;
  try {
    return await api.updateStatus(namespaces, { ...namespace, status }, {}, signal);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function finalize(namespace: Namespace, { api }: ControllerContext, signal: AbortSignal): Promise<void> {
  const { name } = namespace.metadata;
  const finalizers = namespace.spec.finalizers?.filter((finalizer) => finalizer !== FINALIZER);
  const body = { ...namespace, spec: { ...namespace.spec, finalizers } };
  try {
    await api.raw('PUT', resourcePath(namespaces, { name, subresource: 'finalize' }), { body }, signal);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
