import type { ResourceQuota } from '../../api/generated/core-v1.ts';
import { type Amounts, addAmounts, countOf, formatAmounts, maskAmounts, parseAmounts } from '../../api/quota/amounts.ts';
import { isInScopes, type QuotaEvaluator } from '../../api/quota/evaluator.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { type CountedObjects, evaluatorNamed } from './counted-objects.ts';
import { kindsMeasuring } from './kinds.ts';

/** What the objects in a quota's namespace use of it, counted anew. What cannot be counted stays as it was. */
export async function usageOf(
  quota: ResourceQuota,
  objects: CountedObjects,
  context: ControllerContext,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const names = Object.keys(quota.spec?.hard ?? {});
  let used: Amounts = maskAmounts(parseAmounts(quota.status?.used), names);
  for (const kind of kindsMeasuring(names)) {
    const counted = await objects.list(kind, quota.metadata.namespace ?? '', context, signal);
    if (!counted) continue;
    used = { ...used, ...totalOf(quota, names, evaluatorNamed(kind), counted, context.clock.now()) };
  }
  return formatAmounts(used);
}

function totalOf(
  quota: ResourceQuota,
  names: readonly string[],
  evaluator: QuotaEvaluator,
  objects: readonly KubeObject[],
  now: number,
): Amounts {
  const measured = names.filter((name) => evaluator.measures(name));
  let total: Amounts = Object.fromEntries(measured.map((name) => [name, countOf(0)]));
  for (const object of objects) total = addAmounts(total, countedAs(quota, evaluator, object, now));
  return maskAmounts(total, measured);
}

/** What a quota counts an object as. */
export function countedAs(quota: ResourceQuota, evaluator: QuotaEvaluator, object: KubeObject | undefined, now: number): Amounts {
  return object && isInScopes(quota, evaluator, object) ? evaluator.usage(object, now) : {};
}
