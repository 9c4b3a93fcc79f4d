import { humanDuration } from '../../machinery/duration.ts';
import { formatLabelSelector } from '../../machinery/selectors.ts';
import { ageColumn, containerImages, containerNames, nameColumn, text, wide } from '../columns.ts';
import { defaultPodTemplate } from '../core/pod-defaults.ts';
import { defineResource } from '../define.ts';
import type { Job, JobSpec } from '../generated/batch-v1.ts';
import { jobs as type } from '../resources.ts';
import { sameValue } from '../validation/equal.ts';
import { jobRules } from '../validation/job.ts';
import { jobStatusRules } from '../validation/job-status.ts';
import { ALL_VERBS } from '../verbs.ts';
import { labelJobPods } from './job-labels.ts';

const MAX_INT32 = 2 ** 31 - 1;

export const jobs = defineResource<Job>({
  ...type,
  singular: 'job',
  categories: ['all'],
  verbs: ALL_VERBS,
  subresources: ['status'],
  dependents: 'orphaned',
  dependentsWarning:
    'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
  schema: 'io.k8s.api.batch.v1.Job',
  defaults: (job) => {
    if (!job.spec) return;
    defaultJobSpec(job.spec);
    labelLikePods(job);
  },
  rules: jobRules,
  statusRules: jobStatusRules,
  prepareCreate: (job) => {
    job.status = {};
    const alike = sameValue(job.metadata.labels, job.spec?.template?.metadata?.labels);
    labelJobPods(job);
    if (alike && job.metadata.labels) job.metadata.labels = { ...job.spec?.template.metadata?.labels };
  },
  columns: [
    nameColumn,
    text('Status', statusOf),
    text('Completions', completionsOf),
    text('Duration', durationOf),
    ageColumn,
    wide('Containers', ({ spec }) => containerNames(spec?.template.spec?.containers)),
    wide('Images', ({ spec }) => containerImages(spec?.template.spec?.containers)),
    wide('Selector', ({ spec }) => formatLabelSelector(spec?.selector)),
  ],
  selectableFields: { 'status.successful': ({ status }) => String(status?.succeeded ?? 0) },
});

function defaultJobSpec(spec: JobSpec): void {
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = spec.parallelism = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : MAX_INT32;
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  for (const { onPodConditions } of spec.podFailurePolicy?.rules ?? [])
    for (const pattern of onPodConditions ?? []) pattern.status ||= 'True';
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
  spec.manualSelector ??= false;
  defaultPodTemplate(spec.template);
}

/** Also of a CronJob's template. */
export function defaultPodFailurePolicy({ podFailurePolicy }: JobSpec): void {
  for (const { onPodConditions } of podFailurePolicy?.rules ?? []) for (const pattern of onPodConditions ?? []) pattern.status ||= 'True';
}

/** A job without labels of its own has those of its pods. */
function labelLikePods({ metadata, spec }: Job): void {
  const labels = spec?.template?.metadata?.labels;
  if (Object.keys(metadata.labels ?? {}).length === 0 && Object.keys(labels ?? {}).length > 0) metadata.labels = { ...labels };
}

function statusOf({ metadata, spec, status }: Job): string {
  const holds = (name: string) => status?.conditions?.some((condition) => condition.type === name && condition.status === 'True') ?? false;
  if (holds('Complete')) return 'Complete';
  if (holds('Failed')) return 'Failed';
  if (metadata.deletionTimestamp) return 'Terminating';
  if (holds('Suspended')) return 'Suspended';
  if (holds('FailureTarget')) return 'FailureTarget';
  if (holds('SuccessCriteriaMet')) return 'SuccessCriteriaMet';
  return spec ? 'Running' : '';
}

function completionsOf({ spec, status }: Job): string {
  const done = status?.succeeded ?? 0;
  if (spec?.completions !== undefined) return `${done}/${spec.completions}`;
  const parallelism = spec?.parallelism ?? 0;
  return parallelism > 1 ? `${done}/1 of ${parallelism}` : `${done}/1`;
}

function durationOf({ status }: Job, now: number): string {
  if (!status?.startTime) return '';
  const failedAt = status.conditions?.find(({ type: name, status: value }) => name === 'Failed' && value === 'True')?.lastTransitionTime;
  const end = status.completionTime ?? failedAt;
  return humanDuration((end ? Date.parse(end) : now) - Date.parse(status.startTime));
}
