import type { FieldError } from '../../machinery/field-error.ts';
import type { LabelSelector } from '../../machinery/meta.ts';
import { selectorFrom } from '../../machinery/selectors.ts';
import { forbiddenField, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import { annotationRules, labelRules } from '../../machinery/validation/object-meta.ts';
import type { PodTemplateSpec } from '../generated/core-v1.ts';
import { isSelector, labelSelectorRules } from './label-selector.ts';
import { podSpecRules } from './pod-spec.ts';

/** Rules that workloads share: templates of pods, selectors of them, counts. */

/** Faults of the template that a workload makes pods from. Upstream's paths leave `metadata` out. */
export function* podTemplateRules(template: PodTemplateSpec | undefined, path: string): Iterable<FieldError> {
  const { metadata = {}, spec } = template ?? {};
  yield* labelRules(metadata.labels, `${path}.labels`);
  yield* annotationRules(metadata.annotations, `${path}.annotations`);
  yield* podSpecRules(spec ?? { containers: [] }, false, `${path}.spec`);
  if (spec?.ephemeralContainers?.length)
    yield forbiddenField(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template');
}

/** A workload selects the pods of its own template. */
export function* selectsTemplateRules(
  selector: LabelSelector | undefined,
  template: PodTemplateSpec | undefined,
  path: string,
): Iterable<FieldError> {
  const labels = template?.metadata?.labels;
  if (!selectorFrom(selector).matches(labels))
    yield invalidValue(`${path}.metadata.labels`, sortedLabels(labels), '`selector` does not match template `labels`');
}

/** Pods that are replaced when they end are always started again. */
export function* alwaysRestartsRules(template: PodTemplateSpec | undefined, kind: string, path: string): Iterable<FieldError> {
  const { restartPolicy, activeDeadlineSeconds } = template?.spec ?? {};
  if (restartPolicy !== 'Always') yield notSupported(`${path}.spec.restartPolicy`, restartPolicy ?? '', ['Always']);
  if (activeDeadlineSeconds !== undefined)
    yield forbiddenField(`${path}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${kind} is not Supported`);
}

/** Selector and template of what replicates pods. */
export function* replicatingRules(
  selector: LabelSelector | undefined,
  template: PodTemplateSpec | undefined,
  path: string,
): Iterable<FieldError> {
  if (!selector) yield required(`${path}.selector`);
  else {
    yield* labelSelectorRules(selector, `${path}.selector`);
    if (isEmpty(selector)) yield invalidValue(`${path}.selector`, {}, 'empty selector is invalid for deployment');
  }
  if (!isSelector(selector)) {
    yield invalidValue(`${path}.selector`, shownSelector(selector), 'invalid label selector');
    return;
  }
  if (!selector || !isEmpty(selector)) yield* selectsTemplateRules(selector, template, `${path}.template`);
  yield* podTemplateRules(template, `${path}.template`);
  yield* alwaysRestartsRules(template, 'ReplicaSet', `${path}.template`);
}

export const isEmpty = ({ matchLabels, matchExpressions }: LabelSelector): boolean =>
  Object.keys(matchLabels ?? {}).length + (matchExpressions?.length ?? 0) === 0;

/** Labels as messages show them: sorted, and null for none. */
export function sortedLabels(labels: Readonly<Record<string, string>> | undefined): Record<string, string> | null {
  if (!labels) return null;
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A selector as messages show it. */
export function shownSelector(selector: LabelSelector | undefined): object | null {
  if (!selector) return null;
  return { ...selector, ...(selector.matchLabels && { matchLabels: sortedLabels(selector.matchLabels) }) };
}

export function* nonNegative(value: number | undefined, path: string): Iterable<FieldError> {
  if (value !== undefined && value < 0) yield invalidValue(path, value, 'must be greater than or equal to 0');
}

const PERCENT =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

export function* intOrPercentRules(value: number | string | undefined, path: string): Iterable<FieldError> {
  if (typeof value === 'string') {
    if (!/^[0-9]+%$/.test(value)) yield invalidValue(path, value, PERCENT);
  } else yield* nonNegative(value, path);
}

/** The number of `10` or `10%`; 0 for what is neither. */
export function intOrPercentValue(value: number | string | undefined): number {
  if (typeof value === 'number') return value;
  return /^[0-9]+%$/.test(value ?? '') ? Number(value?.slice(0, -1)) : 0;
}

export function* atMost100Percent(value: number | string | undefined, path: string): Iterable<FieldError> {
  if (typeof value === 'string' && intOrPercentValue(value) > 100) yield invalidValue(path, value, 'must not be greater than 100%');
}
