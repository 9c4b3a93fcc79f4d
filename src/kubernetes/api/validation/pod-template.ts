import type { FieldError } from '../../machinery/field-error.ts';
import type { LabelSelector } from '../../machinery/meta.ts';
import { selectorFrom } from '../../machinery/selectors.ts';
import { forbiddenField, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import { annotationRules, labelRules } from '../../machinery/validation/object-meta.ts';
import type { PodTemplateSpec } from '../generated/core-v1.ts';
import { isSelector } from './label-selector.ts';
import { podSpecRules } from './pod-spec.ts';

/** Faults of the template that a workload makes pods from. */
export function* podTemplateRules(template: PodTemplateSpec | undefined, path: string): Iterable<FieldError> {
  const { metadata = {}, spec } = template ?? {};
  yield* labelRules(metadata.labels, `${path}.metadata.labels`);
  yield* annotationRules(metadata.annotations, `${path}.metadata.annotations`);
  yield* podSpecRules(spec ?? { containers: [] }, false, `${path}.spec`);
  if (spec?.ephemeralContainers?.length) yield forbiddenField(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template');
}

/** A workload must select the pods of its own template. */
export function* selectsTemplateRules(selector: LabelSelector | undefined, template: PodTemplateSpec | undefined, path: string): Iterable<FieldError> {
  const labels = template?.metadata?.labels;
  if (selector && isSelector(selector) && selectorFrom(selector).matches(labels)) return;
  yield invalidValue(`${path}.metadata.labels`, labels, '`selector` does not match template `labels`');
}

/** Pods that are replaced when they end are always started again. */
export function* alwaysRestartsRules(template: PodTemplateSpec | undefined, path: string): Iterable<FieldError> {
  const { restartPolicy, activeDeadlineSeconds } = template?.spec ?? {};
  if (restartPolicy === undefined) yield required(`${path}.spec.restartPolicy`);
  else if (restartPolicy !== 'Always') yield notSupported(`${path}.spec.restartPolicy`, restartPolicy, ['Always']);
  if (activeDeadlineSeconds !== undefined) yield forbiddenField(`${path}.spec.activeDeadlineSeconds`, 'activeDeadlineSeconds in this kind of workload is not Supported');
}
