import type { LimitRangeItem, PersistentVolumeClaim, Pod } from '../../../api/generated/core-v1.ts';
import { type Amounts, parseAmounts } from '../../../api/quota/amounts.ts';
import { podAmounts } from '../../../api/quota/pod-amounts.ts';
import { compareQuantities, formatQuantity, type Quantity, quantityMilliValue, signOf } from '../../../machinery/quantity.ts';

/** What something asks for, and what it is held to. */
interface Asked {
  requests: Amounts;
  limits: Amounts;
}

/** Every way in which a pod breaks a limit. */
export function* podFaults(limit: LimitRangeItem, pod: Pod): Iterable<string> {
  if (limit.type === 'Container') {
    for (const { resources } of [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])]) {
      yield* faultsOf(limit, { requests: parseAmounts(resources?.requests), limits: parseAmounts(resources?.limits) });
    }
  } else if (limit.type === 'Pod') {
    yield* faultsOf(limit, { requests: podAmounts(pod, 'requests'), limits: podAmounts(pod, 'limits') });
  }
}

/** Every way in which a claim breaks a limit: claims are held to what they request. */
export function* claimFaults(limit: LimitRangeItem, { spec }: PersistentVolumeClaim): Iterable<string> {
  if (limit.type !== 'PersistentVolumeClaim') return;
  const requests = parseAmounts(spec?.resources?.requests);
  for (const [name, least] of sorted(limit.min)) yield* minimumFaults(limit, name, least, { requests, limits: {} });
  for (const [name, most] of sorted(limit.max)) {
    const bound = `maximum ${name} usage per ${limit.type} is ${most}`;
    const request = requests[name];
    if (!request) yield `${bound}. No request is specified`;
    else if (compareQuantities(request, most) > 0) yield `${bound}, but request is ${formatQuantity(request)}`;
  }
}

function* faultsOf(limit: LimitRangeItem, asked: Asked): Iterable<string> {
  for (const [name, least] of sorted(limit.min)) yield* minimumFaults(limit, name, least, asked);
  for (const [name, most] of sorted(limit.max)) yield* maximumFaults(limit, name, most, asked);
  for (const [name, ratio] of sorted(limit.maxLimitRequestRatio)) yield* ratioFaults(limit, name, ratio, asked);
}

function* minimumFaults({ type }: LimitRangeItem, name: string, least: string, { requests, limits }: Asked): Iterable<string> {
  const bound = `minimum ${name} usage per ${type} is ${least}`;
  const [request, limit] = [requests[name], limits[name]];
  if (!request) yield `${bound}. No request is specified`;
  else if (compareQuantities(request, least) < 0) yield `${bound}, but request is ${formatQuantity(request)}`;
  else if (limit && compareQuantities(limit, least) < 0) yield `${bound}, but limit is ${formatQuantity(limit)}`;
}

function* maximumFaults({ type }: LimitRangeItem, name: string, most: string, { requests, limits }: Asked): Iterable<string> {
  const bound = `maximum ${name} usage per ${type} is ${most}`;
  const [request, limit] = [requests[name], limits[name]];
  if (!limit) yield `${bound}. No limit is specified`;
  else if (compareQuantities(limit, most) > 0) yield `${bound}, but limit is ${formatQuantity(limit)}`;
  else if (request && compareQuantities(request, most) > 0) yield `${bound}, but request is ${formatQuantity(request)}`;
}

function* ratioFaults({ type }: LimitRangeItem, name: string, most: string, { requests, limits }: Asked): Iterable<string> {
  const bound = `${name} max limit to request ratio per ${type} is ${most}`;
  const [request, limit] = [requests[name], limits[name]];
  if (isNothing(request)) yield `${bound}, but no request is specified or request is 0`;
  else if (isNothing(limit)) yield `${bound}, but no limit is specified or limit is 0`;
  else {
    const ratio = quantityMilliValue(limit) / quantityMilliValue(request);
    if (ratio * 1000 > quantityMilliValue(most)) yield `${bound}, but provided ratio is ${ratio.toFixed(6)}`;
  }
}

function isNothing(quantity: Quantity | undefined): quantity is undefined {
  return quantity === undefined || signOf(quantity) === 0;
}

function sorted(list: Readonly<Record<string, string>> | undefined): [string, string][] {
  return Object.entries(list ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}
