import type { FieldError } from '../../machinery/field-error.ts';
import { compareQuantities, quantityMilliValue } from '../../machinery/quantity.ts';
import { complaints, duplicate, forbiddenField, invalidValue, required } from '../../machinery/validation/faults.ts';
import { isQualifiedName } from '../../machinery/validation/names.ts';
import type { LimitRange, LimitRangeItem } from '../generated/core-v1.ts';
import { containerResourceNameRules, isHugePage, isNative, resourceNameRules } from './resource-names.ts';

const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim'];

/** Faults of a limit range. */
export function* limitRangeRules({ spec }: LimitRange): Iterable<FieldError> {
  const seen = new Set<string>();
  for (const [index, limit] of (spec?.limits ?? []).entries()) {
    const path = `spec.limits[${index}]`;
    const { type = '' } = limit;
    yield* typeRules(type, `${path}.type`);
    if (seen.has(type)) yield duplicate(`${path}.type`, type);
    seen.add(type);
    yield* itemRules(limit, path);
  }
}

function* typeRules(type: string, path: string): Iterable<FieldError> {
  const faults = isQualifiedName(type);
  yield* complaints(path, type, faults);
  if (faults.length === 0 && !type.includes('/') && !TYPES.includes(type))
    yield invalidValue(path, type, 'must be a standard limit type or fully qualified');
}

function* itemRules(limit: LimitRangeItem, path: string): Iterable<FieldError> {
  const { type, max = {}, min = {} } = limit;
  yield* nameRules(limit, 'max', path);
  yield* nameRules(limit, 'min', path);
  for (const part of ['default', 'defaultRequest'] as const) {
    if (type !== 'Pod') yield* nameRules(limit, part, path);
    else if (Object.keys(limit[part] ?? {}).length > 0)
      yield forbiddenField(`${path}.${part}`, "may not be specified when `type` is 'Pod'");
  }
  if (type === 'PersistentVolumeClaim' && min.storage === undefined && max.storage === undefined) {
    yield required(`${path}.limits`, 'either minimum or maximum storage value is required, but neither was provided');
  }
  yield* nameRules(limit, 'maxLimitRequestRatio', path);
  for (const name of namesIn(limit)) {
    yield* orderRules(limit, name, path);
    yield* ratioRules(limit, name, `${path}.maxLimitRequestRatio[${name}]`);
    yield* wholeRules(limit, name, `${path}.defaultRequest[${name}]`);
  }
}

function* nameRules(
  limit: LimitRangeItem,
  part: 'max' | 'min' | 'default' | 'defaultRequest' | 'maxLimitRequestRatio',
  path: string,
): Iterable<FieldError> {
  const ofContainers = limit.type === 'Pod' || limit.type === 'Container';
  for (const name of Object.keys(limit[part] ?? {})) {
    yield* (ofContainers ? containerResourceNameRules : resourceNameRules)(name, `${path}.${part}[${name}]`);
  }
}

function namesIn(limit: LimitRangeItem): Set<string> {
  const { max, min, maxLimitRequestRatio } = limit;
  const defaults = limit.type === 'Pod' ? [] : [limit.default, limit.defaultRequest];
  return new Set([max, min, ...defaults, maxLimitRequestRatio].flatMap((list) => Object.keys(list ?? {})));
}

/** min <= defaultRequest <= default <= max */
function* orderRules(limit: LimitRangeItem, name: string, path: string): Iterable<FieldError> {
  const [min, max] = [limit.min?.[name], limit.max?.[name]];
  const ofPod = limit.type === 'Pod';
  const request = ofPod ? undefined : limit.defaultRequest?.[name];
  const standard = ofPod ? undefined : limit.default?.[name];
  const exceeds = (a: string | undefined, b: string | undefined) => a !== undefined && b !== undefined && compareQuantities(a, b) > 0;
  const [minPath, requestPath, defaultPath] = ['min', 'defaultRequest', 'default'].map((part) => `${path}.${part}[${name}]`) as [
    string,
    string,
    string,
  ];
  if (exceeds(min, max)) yield invalidValue(minPath, min, `min value ${min} is greater than max value ${max}`);
  if (exceeds(min, request)) yield invalidValue(requestPath, request, `min value ${min} is greater than default request value ${request}`);
  if (exceeds(request, max)) yield invalidValue(requestPath, request, `default request value ${request} is greater than max value ${max}`);
  if (exceeds(request, standard))
    yield invalidValue(requestPath, request, `default request value ${request} is greater than default limit value ${standard}`);
  if (exceeds(min, standard)) yield invalidValue(defaultPath, min, `min value ${min} is greater than default value ${standard}`);
  if (exceeds(standard, max)) yield invalidValue(defaultPath, max, `default value ${standard} is greater than max value ${max}`);
}

function* ratioRules({ min, max, maxLimitRequestRatio }: LimitRangeItem, name: string, path: string): Iterable<FieldError> {
  const ratio = maxLimitRequestRatio?.[name];
  if (ratio === undefined) return;
  if (compareQuantities(ratio, '1') < 0) yield invalidValue(path, ratio, `ratio ${ratio} is less than 1`);
  const [least, most] = [min?.[name], max?.[name]];
  if (least === undefined || most === undefined) return;
  const possible = quantityMilliValue(most) / quantityMilliValue(least);
  if (quantityMilliValue(ratio) / 1000 > possible)
    yield invalidValue(path, ratio, `ratio ${ratio} is greater than max/min = ${possible.toFixed(6)}`);
}

/** What cannot be overcommitted has one default. */
function* wholeRules(limit: LimitRangeItem, name: string, path: string): Iterable<FieldError> {
  const [standard, request] = limit.type === 'Pod' ? [] : [limit.default?.[name], limit.defaultRequest?.[name]];
  if (standard === undefined || request === undefined || (isNative(name) && !isHugePage(name))) return;
  if (compareQuantities(standard, request) !== 0)
    yield invalidValue(path, request, `default value ${standard} must equal to defaultRequest value ${request} in ${name}`);
}
