import type { FieldError } from '../../machinery/field-error.ts';
import { invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import type { JobSpec } from '../generated/batch-v1.ts';
import { domainPrefixedRules } from './domain-path.ts';
import { podFailurePolicyRules, successPolicyRules } from './job-policies.ts';
import { nonNegative, podTemplateRules } from './workload.ts';

const COMPLETION_MODES = ['NonIndexed', 'Indexed'];
const REPLACEMENT_POLICIES = ['Failed', 'TerminatingOrFailed'];
const MAX_INDEXED = 100_000;
const MAX_PARALLEL_LARGE = 10_000;
const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const;

/** Faults of the spec of a job, also of a CronJob's template. */
export function* jobSpecRules(spec: JobSpec, path: string): Iterable<FieldError> {
  for (const field of COUNTS) {
    yield* nonNegative(spec[field], `${path}.${field}`);
    if (field === 'maxFailedIndexes' && spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
      yield required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified');
    }
  }
  if (spec.managedBy !== undefined) yield* domainPrefixedRules(spec.managedBy, `${path}.managedBy`);
  yield* completionRules(spec, path);
  if (spec.podFailurePolicy) yield* podFailurePolicyRules(spec, spec.podFailurePolicy, `${path}.podFailurePolicy`);
  if (spec.successPolicy) yield* successPolicyRules(spec, spec.successPolicy, `${path}.successPolicy`);
  yield* replacementRules(spec, `${path}.podReplacementPolicy`);
  yield* podTemplateRules(spec.template, `${path}.template`);
  yield* restartRules(spec, `${path}.template.spec.restartPolicy`);
}

function* completionRules(spec: JobSpec, path: string): Iterable<FieldError> {
  const { completionMode: mode } = spec;
  if (mode !== undefined && !COMPLETION_MODES.includes(mode)) yield notSupported(`${path}.completionMode`, mode, COMPLETION_MODES);
  if (mode === 'Indexed') yield* indexedRules(spec, path);
  if (mode !== undefined && mode !== 'NonIndexed') return;
  for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
    if (spec[field] !== undefined) yield invalidValue(`${path}.${field}`, spec[field], 'requires indexed completion mode');
  }
}

function* indexedRules(
  { completions, parallelism = 0, maxFailedIndexes: failed, backoffLimitPerIndex }: JobSpec,
  path: string,
): Iterable<FieldError> {
  if (completions === undefined) yield required(`${path}.completions`, 'when completion mode is Indexed');
  if (parallelism > MAX_INDEXED)
    yield invalidValue(`${path}.parallelism`, parallelism, `must be less than or equal to ${MAX_INDEXED} when completion mode is Indexed`);
  if (completions !== undefined && failed !== undefined && failed > completions)
    yield invalidValue(`${path}.maxFailedIndexes`, failed, 'must be less than or equal to completions');
  if (failed !== undefined && failed > MAX_INDEXED)
    yield invalidValue(`${path}.maxFailedIndexes`, failed, `must be less than or equal to ${MAX_INDEXED}`);
  if (completions === undefined || completions <= MAX_INDEXED || backoffLimitPerIndex === undefined) return;
  if (failed === undefined) yield required(`${path}.maxFailedIndexes`, `must be specified when completions is above ${MAX_INDEXED}`);
  if (parallelism > MAX_PARALLEL_LARGE)
    yield invalidValue(
      `${path}.parallelism`,
      parallelism,
      `must be less than or equal to ${MAX_PARALLEL_LARGE} when completions are above ${MAX_INDEXED} and used with backoff limit per index`,
    );
  if (failed !== undefined && failed > MAX_PARALLEL_LARGE)
    yield invalidValue(
      `${path}.maxFailedIndexes`,
      failed,
      `must be less than or equal to ${MAX_PARALLEL_LARGE} when completions are above ${MAX_INDEXED} and used with backoff limit per index`,
    );
}

function* replacementRules({ podReplacementPolicy: policy, podFailurePolicy }: JobSpec, path: string): Iterable<FieldError> {
  if (policy === undefined) return;
  const supported = podFailurePolicy ? ['Failed'] : REPLACEMENT_POLICIES;
  if (!supported.includes(policy)) yield notSupported(path, policy, supported);
}

/** Pods of a job end, so they cannot always be started again. */
function* restartRules({ template, podFailurePolicy }: JobSpec, path: string): Iterable<FieldError> {
  const policy = template?.spec?.restartPolicy;
  if (!policy || policy === 'Always') yield required(path, 'valid values: "OnFailure", "Never"');
  else if (policy !== 'OnFailure' && policy !== 'Never') yield notSupported(path, policy, ['OnFailure', 'Never']);
  else if (podFailurePolicy && policy !== 'Never')
    yield invalidValue(path, policy, 'only "Never" is supported when podFailurePolicy is specified');
}
