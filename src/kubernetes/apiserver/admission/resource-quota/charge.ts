import type { ResourceQuota } from '../../../api/generated/core-v1.ts';
import {
  type Amounts,
  addAmounts,
  formatAmounts,
  increase,
  maskAmounts,
  namesOver,
  negativeNames,
  parseAmounts,
  sameAmounts,
  showAmounts,
  withoutZeros,
} from '../../../api/quota/amounts.ts';
import { evaluatorOf, isInScopes, type QuotaEvaluator } from '../../../api/quota/evaluator.ts';
import type { KubeObject } from '../../../machinery/meta.ts';
import type { AdmissionAttributes } from '../admission.ts';
import { rejection } from '../rejection.ts';

/** The quotas of a namespace with an object charged to those that count it. Throws 403 where one does not suffice. */
export function charge(quotas: readonly ResourceQuota[], attributes: AdmissionAttributes, now: number): readonly ResourceQuota[] {
  const evaluator = evaluatorOf(attributes.resource);
  const object = attributes.object as KubeObject;
  const counting = quotas.filter((quota) => counts(quota, evaluator, object));
  for (const quota of counting) checkQuota(quota, evaluator, attributes);
  if (counting.length === 0) return quotas;
  const usage = usageOf(evaluator, attributes, now);
  return quotas.map((quota) => (counting.includes(quota) ? charged(quota, usage(quota), attributes) : quota));
}

/** True where the status of a quota differs in what is used. */
export function usesMore(next: ResourceQuota, previous: ResourceQuota): boolean {
  return next !== previous && !sameAmounts(parseAmounts(next.status?.used), parseAmounts(previous.status?.used));
}

function counts(quota: ResourceQuota, evaluator: QuotaEvaluator, object: KubeObject): boolean {
  return measuredBy(quota, evaluator).length > 0 && isInScopes(quota, evaluator, object);
}

function measuredBy({ status }: ResourceQuota, evaluator: QuotaEvaluator): string[] {
  return Object.keys(status?.hard ?? {}).filter((name) => evaluator.measures(name));
}

/** Objects must say what a quota counts, and the quota what is used already. */
function checkQuota(quota: ResourceQuota, evaluator: QuotaEvaluator, attributes: AdmissionAttributes): void {
  const names = measuredBy(quota, evaluator);
  const objection = evaluator.objection?.(names, attributes.object as KubeObject);
  if (objection) throw rejection(attributes, `failed quota: ${quota.metadata.name}: ${objection}`);
  if (names.some((name) => quota.status?.used?.[name] === undefined)) {
    throw rejection(attributes, `status unknown for quota: ${quota.metadata.name}, resources: ${names.sort().join(',')}`);
  }
}

/** What the write uses more, which depends on whether a quota counted the object before. */
function usageOf(evaluator: QuotaEvaluator, attributes: AdmissionAttributes, now: number): (quota: ResourceQuota) => Amounts {
  const { object, oldObject, operation } = attributes;
  const usage = evaluator.usage(object as KubeObject, now);
  const negative = negativeNames(usage);
  if (negative.length > 0) throw rejection(attributes, `quota usage is negative for resource(s): ${negative.sort().join(',')}`);
  if (operation !== 'UPDATE' || !oldObject?.metadata.resourceVersion) return () => usage;
  const more = increase(usage, evaluator.usage(oldObject, now));
  return (quota) => (isInScopes(quota, evaluator, oldObject) ? more : usage);
}

function charged(quota: ResourceQuota, usage: Amounts, attributes: AdmissionAttributes): ResourceQuota {
  const hard = parseAmounts(quota.status?.hard);
  const used = parseAmounts(quota.status?.used);
  const requested = maskAmounts(withoutZeros(usage), Object.keys(hard));
  if (Object.keys(requested).length === 0) return quota;
  const total = addAmounts(used, requested);
  const over = namesOver(maskAmounts(total, Object.keys(requested)), hard);
  // A status tells what has happened already.
  if (over.length > 0 && attributes.subresource !== 'status') {
    const [asked, had, limit] = [requested, used, hard].map((amounts) => showAmounts(maskAmounts(amounts, over)));
    throw rejection(attributes, `exceeded quota: ${quota.metadata.name}, requested: ${asked}, used: ${had}, limited: ${limit}`);
  }
  return { ...quota, status: { ...quota.status, used: formatAmounts(total) } };
}
