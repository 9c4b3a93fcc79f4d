import type { Pod } from '../../api/generated/core-v1.ts';
import type { Eviction, PodDisruptionBudget } from '../../api/generated/policy-v1.ts';
import { isTerminal, isTerminating, withPodCondition } from '../../api/helpers/pods.ts';
import { ApiError, badRequest, isConflict, notFound } from '../../machinery/status.ts';
import type { WriteContext } from '../writes/context.ts';
import { checkPreconditions, type DeleteOptions, deleteObject } from '../writes/delete.ts';
import { admissionAttributes } from '../writes/registry.ts';
import { updateObject } from '../writes/update.ts';
import { answerValue } from './answer.ts';
import { CREATED } from './binding.ts';
import { decodeBody } from './decode.ts';
import { checkDeleteOptions } from './delete-options.ts';
import { budgetOf, costsNothing, spent, stillProcessed } from './disruption-budget.ts';
import { SCHEMAS } from './encode.ts';
import type { Exchange } from './endpoint.ts';
import { targetOf } from './target.ts';
import { parseWriteQuery, untrackedWrite, type WriteQuery } from './write-options.ts';

const EVICTION = { group: 'policy', version: 'v1', kind: 'Eviction' };
/** How often a pod that keeps changing is looked at again. */
const ATTEMPTS = 20;

/** POST of pods/eviction: a delete that disruption budgets can refuse. */
export async function handleEviction(exchange: Exchange): Promise<void> {
  const { endpoint, request } = exchange;
  const query = parseWriteQuery(request.query, 'CreateOptions');
  const eviction = decodeBody<Eviction>(request, EVICTION, await exchange.readBody(), query.fieldValidation);
  const target = targetOf(exchange);
  if (eviction.metadata?.name !== target.name) throw badRequest('name in URL does not match name in Eviction object');
  const options = deleteOptionsOf(eviction, query);
  const write = untrackedWrite(request, { ...query, dryRun: options.dryRun !== undefined });
  const attributes = admissionAttributes('CREATE', target, write, { object: eviction as never, kind: EVICTION });
  await endpoint.registry.admission.mutate(attributes);
  await endpoint.registry.admission.validate(attributes);
  // Admission has seen the eviction, and does not see what comes of it.
  await evict(exchange, options, { ...write, admission: false });
  return answerValue(exchange, 201, CREATED, SCHEMAS.status);
}

/** A dry run may be asked for in the query as well as in the body, where both do not contradict each other. */
function deleteOptionsOf({ deleteOptions = {} }: Eviction, query: WriteQuery): DeleteOptions {
  const { dryRun = [], ...options } = deleteOptions as DeleteOptions;
  const asked = query.dryRun ? ['All'] : [];
  if (asked.length > 0 && dryRun.length > 0 && dryRun.join() !== asked.join()) {
    const message = `Non-matching dry-run options in request and content: [${asked.join(' ')}] and [${dryRun.join(' ')}]`;
    throw new ApiError({ code: 500, message });
  }
  const wanted = dryRun.length > 0 ? dryRun : asked;
  return wanted.length > 0 ? { ...options, dryRun: wanted } : options;
}

async function evict(exchange: Exchange, options: DeleteOptions, write: WriteContext): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const pod = await presentPod(exchange);
    if (!needsNoBudget(pod)) return evictWithBudget(exchange, pod, options, write);
    // A pending pod may become ready meanwhile, and then counts.
    const pinned = isTerminal(pod) || isTerminating(pod) ? options : pinnedTo(pod, options);
    try {
      return await tellAndDelete(exchange, pinned, write);
    } catch (error) {
      if (!isConflict(error) || options.preconditions?.resourceVersion !== undefined || attempt === ATTEMPTS) throw error;
    }
  }
}

async function presentPod(exchange: Exchange): Promise<Pod> {
  const { definition, cache, registry } = exchange.endpoint;
  const { namespace, name } = targetOf(exchange);
  await registry.cache.catchUp();
  const stored = await cache.get(namespace, name);
  if (!stored) throw notFound(definition, name);
  return stored.object as Pod;
}

/** Nobody counts on a pod that has ended, is ending or has not begun. */
const needsNoBudget = (pod: Pod): boolean => isTerminal(pod) || isTerminating(pod) || pod.status?.phase === 'Pending';

async function evictWithBudget(exchange: Exchange, pod: Pod, options: DeleteOptions, write: WriteContext): Promise<void> {
  const budget = await budgetFor(exchange, pod);
  if (!budget) return tellAndDelete(exchange, options, write);
  if (!costsNothing(budget, pod)) {
    await spend(exchange, budget, pod, write);
    return tellAndDelete(exchange, options, write);
  }
  try {
    // It costs nothing only as long as it is not ready.
    await tellAndDelete(exchange, pinnedTo(pod, options), write);
  } catch (error) {
    if (!isConflict(error) || options.preconditions?.resourceVersion !== undefined) throw error;
    throw stillProcessed(budget.metadata.name ?? '');
  }
}

/** Only the version of the pod that was looked at; where the request names one, that. */
function pinnedTo({ metadata: { resourceVersion } }: Pod, options: DeleteOptions): DeleteOptions {
  if (options.preconditions?.resourceVersion !== undefined || resourceVersion === undefined) return options;
  return { ...options, preconditions: { ...options.preconditions, resourceVersion } };
}

async function budgetFor({ endpoint: { registry } }: Exchange, pod: Pod): Promise<PodDisruptionBudget | undefined> {
  const definition = registry.find('policy', 'v1', 'poddisruptionbudgets');
  if (!definition) return undefined;
  const stored = registry.cache.localCacheOf(definition).list(pod.metadata.namespace);
  return budgetOf(
    pod,
    stored.map(({ object }) => object as PodDisruptionBudget),
  );
}

/** Takes one disruption from the budget; a dry run only asks whether that could be done. */
async function spend({ endpoint }: Exchange, { metadata }: PodDisruptionBudget, pod: Pod, write: WriteContext): Promise<void> {
  const { registry, clock } = endpoint;
  const definition = registry.find('policy', 'v1', 'poddisruptionbudgets');
  if (!definition) return;
  const { namespace = '', name = '' } = metadata;
  await updateObject(
    registry,
    { definition, namespace, name, subresource: 'status' },
    ({ object }) => spent(object as PodDisruptionBudget, pod, clock.now()) as never,
    write,
  );
}

/** The pod's owner may want to know that the pod did not fail on its own: a Job may not count it. */
async function tellAndDelete({ endpoint, request }: Exchange, options: DeleteOptions, write: WriteContext): Promise<void> {
  const { definition, registry, clock } = endpoint;
  const { namespace, name } = request.info;
  const target = { definition, namespace, name, subresource: '' };
  checkDeleteOptions(options);
  if (write.dryRun) return void (await deleteObject(registry, target, options, write));
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  } as const;
  const told = await updateObject(
    registry,
    { ...target, subresource: 'status' },
    (current) => {
      checkPreconditions(target, options, current);
      return withPodCondition(current.object as Pod, condition, clock.now()) as never;
    },
    write,
  );
  await deleteObject(registry, target, afterOwnWrite(options, told.object.metadata.resourceVersion), write);
}

/** The version that a request named is the one before what was just written. */
function afterOwnWrite(options: DeleteOptions, resourceVersion: string | undefined): DeleteOptions {
  if (options.preconditions?.resourceVersion === undefined || resourceVersion === undefined) return options;
  return { ...options, preconditions: { ...options.preconditions, resourceVersion } };
}
