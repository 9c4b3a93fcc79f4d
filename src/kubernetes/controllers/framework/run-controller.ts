import { describeError } from '../../../base/errors.ts';
import { controllerOf } from '../../api/helpers/owners.ts';
import type { Change } from '../../client/informer.ts';
import { WorkQueue } from '../../client/work-queue.ts';
import type { KubeObject, OwnerReference } from '../../machinery/meta.ts';
import { keyOf } from '../../machinery/meta.ts';
import type { ResourceType } from '../../machinery/resource.ts';
import { parseApiVersion } from '../../machinery/resource.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../machinery/status.ts';
import type { ControllerContext, ControllerDefinition } from './controller.ts';
import type { ControllerMetrics } from './metrics.ts';
import { isNamespaceTerminating } from './namespace-terminating.ts';

const WORKERS = 5;
/** Upstream waits up to 17 minutes; a server that was away that long should not have to be waited for again. */
const BACKOFF = { base: 5, max: 60_000 };

/** Runs one controller until `signal` aborts. */
export async function runController(
  controller: ControllerDefinition,
  shared: Omit<ControllerContext, 'enqueue'>,
  metrics: ControllerMetrics,
  signal: AbortSignal,
): Promise<void> {
  const queue = new WorkQueue<string>(shared.clock, BACKOFF);
  const context: ControllerContext = {
    ...shared,
    enqueue: (key, after = 0) => queue.addAfter(key, after),
  };
  const subscriptions = subscribe(controller, context);
  signal.addEventListener('abort', () => queue[Symbol.dispose](), { once: true });
  await Promise.race([synced(controller, shared.cache), aborted(signal)]);
  await Promise.all(Array.from({ length: controller.workers ?? WORKERS }, () => work(controller, context, queue, metrics, signal)));
  for (const subscription of subscriptions) subscription[Symbol.dispose]();
}

async function synced(controller: ControllerDefinition, cache: ControllerContext['cache']): Promise<void> {
  const { primary, owned = [], needs = [], reads = [], watches = [] } = controller;
  const informers = [
    ...[primary, ...owned, ...needs, ...reads.filter((type) => cache.serves(type))].map((type) => cache.informer(type)),
    ...watches.map(({ type, selection }) => cache.informer(type, selection)),
  ];
  await Promise.all(informers.map((informer) => informer.synced));
}

/** Every type a controller watches or reads. */
export function typesOf({ primary, owned = [], watches = [], needs = [] }: ControllerDefinition): ResourceType[] {
  return [primary, ...owned, ...watches.map(({ type }) => type), ...needs];
}

function subscribe(controller: ControllerDefinition, { cache, clock, enqueue }: ControllerContext): Disposable[] {
  const { primary, owned = [], watches = [] } = controller;
  for (const type of owned) cache.indexOwners(type);
  controller.prepare?.(cache);
  return [
    cache.informer(primary).onChange(({ next, previous }) => enqueue(keyOf((next ?? previous) as KubeObject))),
    ...owned.map((type) =>
      cache.informer(type).onChange((change) => {
        for (const key of ownersOf(controller, change, cache)) enqueue(key);
      }),
    ),
    ...watches.map(({ type, selection, keys }) =>
      cache.informer(type, selection).onChange((change) => {
        for (const key of keys(change, cache, clock.now())) enqueue(key);
      }),
    ),
  ];
}

/** The primaries a change of an owned object concerns: who controls it, did until now, or may adopt it. */
function* ownersOf(
  controller: ControllerDefinition,
  { next, previous }: Change<KubeObject>,
  cache: ControllerContext['cache'],
): Iterable<string> {
  const now = next && controllerOf(next);
  const before = previous && controllerOf(previous);
  const namespace = (next ?? previous)?.metadata.namespace;
  if (now) yield* keyOfOwner(controller, now, namespace);
  if (before && before.uid !== now?.uid) yield* keyOfOwner(controller, before, namespace);
  if (!next || now || !controller.adopts) return;
  const labels = next.metadata.labels ?? {};
  for (const primary of cache.list(controller.primary, namespace)) if (controller.adopts(primary, labels)) yield keyOf(primary);
}

function* keyOfOwner({ primary }: ControllerDefinition, owner: OwnerReference, namespace: string | undefined): Iterable<string> {
  if (owner.kind !== primary.kind || parseApiVersion(owner.apiVersion).group !== primary.group) return;
  yield keyOf({ metadata: { name: owner.name, namespace: primary.namespaced ? namespace : undefined } });
}

async function work(
  controller: ControllerDefinition,
  context: ControllerContext,
  queue: WorkQueue<string>,
  metrics: ControllerMetrics,
  signal: AbortSignal,
): Promise<void> {
  for (let key = await queue.take(); key !== undefined && !signal.aborted; key = await queue.take()) {
    const startedAt = context.clock.now();
    try {
      const { after } = await controller.reconcile(key, context, signal);
      queue.forget(key);
      if (after !== undefined) queue.addAfter(key, after);
      metrics.reconciled(controller.name, 'success', context.clock.now() - startedAt);
    } catch (error) {
      if (signal.aborted) return;
      metrics.reconciled(controller.name, 'error', context.clock.now() - startedAt);
      context.log[isEveryday(error) ? 'debug' : 'warn']({ key, error: describeError(error) }, 'reconcile failed');
      // A namespace on its way out takes its objects along: there is nothing left to achieve.
      if (isNamespaceTerminating(error)) queue.forget(key);
      else queue.retry(key);
    } finally {
      queue.done(key);
    }
  }
}

/** Someone else wrote first, or the object went: settled by looking again. */
function isEveryday(error: unknown): boolean {
  return isConflict(error) || isAlreadyExists(error) || isNotFound(error) || isNamespaceTerminating(error);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
