import type { FieldError } from '../../machinery/field-error.ts';
import { required } from '../../machinery/validation/faults.ts';
import type { ReplicationController } from '../generated/core-v1.ts';
import { alwaysRestartsRules, nonNegative, podTemplateRules, selectsTemplateRules } from './workload.ts';

/** Faults of a replication controller. */
export function* replicationControllerRules({ spec = {} }: ReplicationController): Iterable<FieldError> {
  const { selector, template } = spec;
  yield* nonNegative(spec.minReadySeconds, 'spec.minReadySeconds');
  const selects = Object.keys(selector ?? {}).length > 0;
  if (!selects) yield required('spec.selector');
  yield* nonNegative(spec.replicas, 'spec.replicas');
  if (!template) {
    yield required('spec.template');
    return;
  }
  if (selects) yield* selectsTemplateRules({ matchLabels: selector }, template, 'spec.template');
  yield* podTemplateRules(template, 'spec.template');
  yield* alwaysRestartsRules(template, 'ReplicationController', 'spec.template');
}
