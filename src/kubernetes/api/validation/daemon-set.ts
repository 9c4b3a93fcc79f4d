import type { FieldError } from '../../machinery/field-error.ts';
import { FIELD_IMMUTABLE, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import type { DaemonSet, DaemonSetSpec, DaemonSetUpdateStrategy } from '../generated/apps-v1.ts';
import { internalForm } from '../internal-form/internal-form.ts';
import { sameValue } from './equal.ts';
import { isSelector, labelSelectorRules } from './label-selector.ts';
import {
  alwaysRestartsRules,
  atMost100Percent,
  intOrPercentRules,
  intOrPercentValue,
  isEmpty,
  nonNegative,
  podTemplateRules,
  selectsTemplateRules,
  shownSelector,
} from './workload.ts';

/** Faults of a daemon set. */
export function* daemonSetRules(next: DaemonSet, previous?: DaemonSet): Iterable<FieldError> {
  const spec = next.spec ?? ({} as DaemonSetSpec);
  const { selector, template } = spec;
  if (previous && !sameValue(selector, previous.spec?.selector))
    yield invalidValue('spec.selector', shownSelector(selector), FIELD_IMMUTABLE);
  yield* labelSelectorRules(selector, 'spec.selector');
  if (isSelector(selector)) yield* selectsTemplateRules(selector, template, 'spec.template');
  if (selector && isEmpty(selector)) yield invalidValue('spec.selector', {}, 'empty selector is invalid for daemonset');
  yield* podTemplateRules(template, 'spec.template');
  yield* alwaysRestartsRules(template, 'DaemonSet', 'spec.template');
  yield* nonNegative(spec.minReadySeconds, 'spec.minReadySeconds');
  yield* strategyRules(spec.updateStrategy ?? {}, 'spec.updateStrategy');
  yield* nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit');
}

function* strategyRules({ type, rollingUpdate }: DaemonSetUpdateStrategy, path: string): Iterable<FieldError> {
  if (type === 'OnDelete') return;
  if (type !== 'RollingUpdate')
    yield notSupported(path, internalForm({ type, rollingUpdate }, 'io.k8s.api.apps.v1.DaemonSetUpdateStrategy'), [
      'RollingUpdate',
      'OnDelete',
    ]);
  else if (!rollingUpdate) yield required(`${path}.rollingUpdate`);
  else yield* rollingUpdateRules(rollingUpdate, `${path}.rollingUpdate`);
}

function* rollingUpdateRules(
  { maxUnavailable, maxSurge }: NonNullable<DaemonSetUpdateStrategy['rollingUpdate']>,
  path: string,
): Iterable<FieldError> {
  yield* intOrPercentRules(maxUnavailable, `${path}.maxUnavailable`);
  yield* atMost100Percent(maxUnavailable, `${path}.maxUnavailable`);
  yield* intOrPercentRules(maxSurge, `${path}.maxSurge`);
  yield* atMost100Percent(maxSurge, `${path}.maxSurge`);
  const [unavailable, surge] = [intOrPercentValue(maxUnavailable) !== 0, intOrPercentValue(maxSurge) !== 0];
  if (unavailable && surge) yield invalidValue(`${path}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero');
  if (!unavailable && !surge) yield required(`${path}.maxUnavailable`, 'cannot be 0 when maxSurge is 0');
}

const COUNTS = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
] as const;

/** Faults of a write to the status of a daemon set. */
export function* daemonSetStatusRules({ status }: DaemonSet): Iterable<FieldError> {
  for (const field of COUNTS) yield* nonNegative(status?.[field], `status.${field}`);
  yield* nonNegative(status?.collisionCount, 'status.collisionCount');
}
