import { humanSince } from '../../machinery/duration.ts';
import { formatLabelSelector } from '../../machinery/selectors.ts';
import { ageColumn, boolean, containerImages, containerNames, integer, nameColumn, text, wide } from '../columns.ts';
import { defaultPodTemplate } from '../core/pod-defaults.ts';
import { defineResource } from '../define.ts';
import type { CronJob } from '../generated/batch-v1.ts';
import { cronJobs as type } from '../resources.ts';
import { cronJobRules } from '../validation/cron-job.ts';
import { ALL_VERBS } from '../verbs.ts';
import { defaultPodFailurePolicy } from './job.ts';

export const cronJobs = defineResource<CronJob>({
  ...type,
  singular: 'cronjob',
  shortNames: ['cj'],
  categories: ['all'],
  verbs: ALL_VERBS,
  subresources: ['status'],
  schema: 'io.k8s.api.batch.v1.CronJob',
  metadataOnUpdate: ['update'],
  defaults: ({ spec }) => {
    if (!spec) return;
    spec.concurrencyPolicy ||= 'Allow';
    spec.suspend ??= false;
    spec.successfulJobsHistoryLimit ??= 3;
    spec.failedJobsHistoryLimit ??= 1;
    if (!spec.jobTemplate?.spec) return;
    // The rest of a job's defaults wait until the job is made.
    defaultPodFailurePolicy(spec.jobTemplate.spec);
    defaultPodTemplate(spec.jobTemplate.spec.template);
  },
  rules: cronJobRules,
  prepareCreate: (cronJob) => {
    cronJob.status = {};
  },
  columns: [
    nameColumn,
    text('Schedule', ({ spec }) => spec?.schedule ?? ''),
    text('Timezone', ({ spec }) => spec?.timeZone ?? '<none>'),
    boolean('Suspend', ({ spec }) => (spec?.suspend === undefined ? '<unset>' : spec.suspend ? 'True' : 'False')),
    integer('Active', ({ status }) => status?.active?.length ?? 0),
    text('Last Schedule', ({ status }, now) => (status?.lastScheduleTime ? humanSince(status.lastScheduleTime, now) : '<none>')),
    ageColumn,
    wide('Containers', ({ spec }) => containerNames(spec?.jobTemplate.spec?.template.spec?.containers)),
    wide('Images', ({ spec }) => containerImages(spec?.jobTemplate.spec?.template.spec?.containers)),
    wide('Selector', ({ spec }) => formatLabelSelector(spec?.jobTemplate.spec?.selector)),
  ],
});
