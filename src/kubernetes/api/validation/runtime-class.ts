import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, duplicate, immutable, required } from '../../machinery/validation/faults.ts';
import { isDns1123Label } from '../../machinery/validation/names.ts';
import { labelRules } from '../../machinery/validation/object-meta.ts';
import type { RuntimeClass, Scheduling } from '../generated/node-v1.ts';
import { internalForm } from '../internal-form/internal-form.ts';
import { containerResourceRules } from './container-resources.ts';
import { sameValue } from './equal.ts';
import { tolerationsRules } from './tolerations.ts';

/** Faults of a way to run containers. */
export function* runtimeClassRules({ handler = '', overhead, scheduling }: RuntimeClass, previous?: RuntimeClass): Iterable<FieldError> {
  if (handler === '') yield required('handler');
  else yield* complaints('handler', handler, isDns1123Label(handler));
  if (overhead) yield* containerResourceRules({ limits: overhead.podFixed }, [], 'overhead');
  if (scheduling) yield* schedulingRules(scheduling, 'scheduling');
  if (previous && handler !== previous.handler) yield immutable('handler', handler);
}

function* schedulingRules({ nodeSelector, tolerations = [] }: Scheduling, path: string): Iterable<FieldError> {
  yield* labelRules(nodeSelector, `${path}.nodeSelector`);
  yield* tolerationsRules(tolerations, `${path}.tolerations`);
  for (const [index, toleration] of tolerations.entries()) {
    if (tolerations.findIndex((other) => sameValue(other, toleration)) < index)
      yield duplicate(`${path}.tolerations[${index}]`, internalForm(toleration, 'io.k8s.api.core.v1.Toleration'));
  }
}
