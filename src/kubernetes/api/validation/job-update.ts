import type { FieldError } from '../../machinery/field-error.ts';
import { immutable, invalidValue } from '../../machinery/validation/faults.ts';
import type { Job, JobSpec } from '../generated/batch-v1.ts';
import type { PodTemplateSpec } from '../generated/core-v1.ts';
import { internalForm } from '../internal-form/internal-form.ts';
import { sameValue } from './equal.ts';

/** What may change in a job that exists: how much runs at once, how long, and whether at all. */
export function* jobUpdateRules(next: Job, previous: Job): Iterable<FieldError> {
  const [after, before] = [next.spec ?? ({} as JobSpec), previous.spec ?? ({} as JobSpec)];
  yield* completionRules(after, before);
  yield* kept('selector', after, before, 'io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector');
  if (!sameValue(after.template, movable(previous) ? withScheduling(before.template, after.template) : before.template))
    yield immutable('spec.template', internalForm(after.template, 'io.k8s.api.core.v1.PodTemplateSpec'));
  yield* kept('completionMode', after, before);
  yield* kept('podFailurePolicy', after, before, 'io.k8s.api.batch.v1.PodFailurePolicy');
  yield* kept('backoffLimitPerIndex', after, before);
  yield* kept('managedBy', after, before);
  yield* kept('successPolicy', after, before, 'io.k8s.api.batch.v1.SuccessPolicy');
}

function* kept(field: keyof JobSpec, after: JobSpec, before: JobSpec, type?: string): Iterable<FieldError> {
  const value = after[field];
  if (!sameValue(value, before[field])) yield immutable(`spec.${field}`, type && value !== undefined ? internalForm(value, type) : value);
}

/** Indexed jobs can grow and shrink, all indexes at once. */
function* completionRules(after: JobSpec, before: JobSpec): Iterable<FieldError> {
  if (after.completions === before.completions) return;
  if (after.completionMode !== 'Indexed') yield immutable('spec.completions', after.completions);
  else if (after.completions !== undefined && after.completions !== after.parallelism) {
    yield invalidValue('spec.completions', after.completions, 'can only be modified in tandem with spec.parallelism');
  }
}

/** A job that waits and never ran may still be told where to run. */
const movable = ({ spec, status }: Job): boolean => spec?.suspend === true && !status?.startTime;

function withScheduling(before: PodTemplateSpec | undefined, after: PodTemplateSpec | undefined): object {
  const { affinity, nodeSelector, tolerations, schedulingGates } = after?.spec ?? {};
  const spec = {
    ...before?.spec,
    nodeSelector,
    tolerations,
    schedulingGates,
    affinity: { ...before?.spec?.affinity, nodeAffinity: affinity?.nodeAffinity },
  };
  const { labels, annotations } = after?.metadata ?? {};
  return {
    metadata: { ...before?.metadata, labels, annotations },
    spec: { ...spec, affinity: affinity || before?.spec?.affinity ? spec.affinity : undefined },
  };
}
