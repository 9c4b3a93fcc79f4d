import type { Pod, PodCondition } from '../../api/generated/core-v1.ts';
import type { Eviction, PodDisruptionBudget } from '../../api/generated/policy-v1.ts';
import { formatTime } from '../../machinery/meta.ts';
import { selectorFrom } from '../../machinery/selectors.ts';
import { ApiError, badRequest, internalError, notFound } from '../../machinery/status.ts';
import type { DeleteOptions } from '../writes/delete.ts';
import { deleteObject } from '../writes/delete.ts';
import { admissionAttributes } from '../writes/registry.ts';
import { updateObject } from '../writes/update.ts';
import { answerValue } from './answer.ts';
import { CREATED } from './binding.ts';
import { decodeBody } from './decode.ts';
import { SCHEMAS } from './encode.ts';
import type { Endpoint, Exchange } from './endpoint.ts';
import { targetOf } from './target.ts';
import { parseWriteQuery, untrackedWrite } from './write-options.ts';

const EVICTION = { group: 'policy', version: 'v1', kind: 'Eviction' };
/** Phases in which nobody counts on a pod. */
const DISPENSABLE = new Set(['Succeeded', 'Failed', 'Pending']);
const TOO_MANY = "Cannot evict pod as it would violate the pod's disruption budget.";

/** POST of pods/eviction: a delete that disruption budgets can refuse. */
export async function handleEviction(exchange: Exchange): Promise<void> {
  const { endpoint, request } = exchange;
  const options = parseWriteQuery(request.query, 'CreateOptions');
  const eviction = decodeBody<Eviction>(request, EVICTION, await exchange.readBody(), options.fieldValidation);
  const target = targetOf(exchange);
  if (eviction.metadata?.name && eviction.metadata.name !== target.name)
    throw badRequest('name in URL does not match name in Eviction object');
  const pod = (await endpoint.cache.get(target.namespace, target.name))?.object as Pod | undefined;
  if (!pod) throw notFound(endpoint.definition, target.name);
  const deleteOptions = (eviction.deleteOptions ?? {}) as DeleteOptions;
  const write = untrackedWrite(request, { ...options, dryRun: options.dryRun || (deleteOptions.dryRun?.length ?? 0) > 0 });
  const attributes = admissionAttributes('CREATE', target, write, { object: eviction as never, kind: EVICTION });
  await endpoint.registry.admission.mutate(attributes);
  await endpoint.registry.admission.validate(attributes);
  if (!pod.metadata.deletionTimestamp && !DISPENSABLE.has(pod.status?.phase ?? '')) await spendBudget(exchange, pod);
  if (!write.dryRun) await tellDisruption(exchange, pod);
  await deleteObject(endpoint.registry, { ...target, subresource: '' }, deleteOptions, write);
  return answerValue(exchange, 201, CREATED, SCHEMAS.status);
}

/** The pod's owner may want to know that the pod did not fail on its own: a Job may not count it. */
async function tellDisruption({ endpoint, request }: Exchange, { metadata }: Pod): Promise<void> {
  const { namespace = '', name = '' } = metadata;
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
    lastTransitionTime: formatTime(endpoint.clock.now()),
  } as const;
  const write = { ...untrackedWrite(request, { dryRun: false }), admission: false };
  await updateObject(
    endpoint.registry,
    { definition: endpoint.definition, namespace, name, subresource: 'status' },
    ({ object }) => withCondition(object as Pod, condition) as never,
    write,
  );
}

function withCondition(pod: Pod, condition: PodCondition): Pod {
  const others = pod.status?.conditions?.filter(({ type }) => type !== condition.type) ?? [];
  return { ...pod, metadata: { ...pod.metadata }, status: { ...pod.status, conditions: [...others, condition] } };
}

/** Takes one disruption from the budget that covers the pod, if there is one. */
async function spendBudget({ endpoint, request }: Exchange, pod: Pod): Promise<void> {
  const definition = endpoint.registry.find('policy', 'v1', 'poddisruptionbudgets');
  const budgets = budgetsOf(endpoint, pod);
  const budget = budgets[0];
  if (!definition || !budget) return;
  if (budgets.length > 1) {
    throw internalError('This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.');
  }
  const { namespace = '', name = '' } = budget.metadata;
  const now = formatTime(endpoint.clock.now());
  const write = { ...untrackedWrite(request, { dryRun: false }), admission: false };
  await updateObject(
    endpoint.registry,
    { definition, namespace, name, subresource: 'status' },
    ({ object }) => spent(object as PodDisruptionBudget, pod, now) as never,
    write,
  );
}

function budgetsOf({ registry }: Endpoint, pod: Pod): PodDisruptionBudget[] {
  const definition = registry.find('policy', 'v1', 'poddisruptionbudgets');
  if (!definition) return [];
  const all = registry.cache.localCacheOf(definition).list(pod.metadata.namespace) as unknown as { object: PodDisruptionBudget }[];
  return all.map(({ object }) => object).filter(({ spec }) => spec?.selector && selectorFrom(spec.selector).matches(pod.metadata.labels));
}

function spent(budget: PodDisruptionBudget, pod: Pod, now: string): PodDisruptionBudget {
  const { metadata, status } = budget;
  const name = metadata.name ?? '';
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
    throw refused(`The disruption budget ${name} is still being processed by the server.`, 10);
  }
  const allowed = status?.disruptionsAllowed ?? 0;
  if (!status || allowed <= 0) {
    throw refused(
      `The disruption budget ${name} needs ${status?.desiredHealthy ?? 0} healthy pods and has ${status?.currentHealthy ?? 0} currently`,
      0,
    );
  }
  const disruptedPods = { ...status.disruptedPods, [pod.metadata.name ?? '']: now };
  return { ...budget, metadata: { ...metadata }, status: { ...status, disruptionsAllowed: allowed - 1, disruptedPods } };
}

function refused(why: string, retryAfterSeconds: number): ApiError {
  return new ApiError({
    code: 429,
    reason: 'TooManyRequests',
    message: TOO_MANY,
    details: { causes: [{ reason: 'DisruptionBudget', message: why }], ...(retryAfterSeconds ? { retryAfterSeconds } : {}) },
  });
}
