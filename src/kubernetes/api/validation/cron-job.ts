import type { FieldError } from '../../machinery/field-error.ts';
import { invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import type { CronJob, CronJobSpec, JobSpec } from '../generated/batch-v1.ts';
import { scheduleFault } from './cron-schedule.ts';
import { jobSpecRules } from './job-spec.ts';
import { isTimeZone } from './time-zone.ts';
import { nonNegative, shownSelector } from './workload.ts';

const CONCURRENCY = ['Allow', 'Forbid', 'Replace'];
/** The names of its jobs have eleven characters more. */
const MAX_NAME = 52;

/** Faults of a cron job. */
export function* cronJobRules(next: CronJob, previous?: CronJob): Iterable<FieldError> {
  yield* specRules(next.spec ?? ({} as CronJobSpec), previous?.spec);
  const { name = '' } = next.metadata;
  if (!previous && name.length > MAX_NAME) yield invalidValue('metadata.name', name, `must be no more than ${MAX_NAME} characters`);
}

function* specRules(spec: CronJobSpec, before: CronJobSpec | undefined): Iterable<FieldError> {
  if (!spec.schedule) yield required('spec.schedule');
  else yield* scheduleRules(spec, before?.schedule.includes('TZ') ?? false);
  yield* nonNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds');
  if (spec.timeZone !== undefined && spec.timeZone !== before?.timeZone) yield* timeZoneRules(spec.timeZone, 'spec.timeZone');
  if (!spec.concurrencyPolicy) yield required('spec.concurrencyPolicy');
  else if (!CONCURRENCY.includes(spec.concurrencyPolicy)) yield notSupported('spec.concurrencyPolicy', spec.concurrencyPolicy, CONCURRENCY);
  yield* templateRules(spec.jobTemplate?.spec ?? ({} as JobSpec), 'spec.jobTemplate.spec');
  yield* nonNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit');
  yield* nonNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit');
}

function* scheduleRules({ schedule, timeZone }: CronJobSpec, zoneAllowed: boolean): Iterable<FieldError> {
  const fault = scheduleFault(schedule);
  if (fault) yield invalidValue('spec.schedule', schedule, fault);
  if (!schedule.includes('TZ')) return;
  if (!zoneAllowed) yield invalidValue('spec.schedule', schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead');
  else if (timeZone !== undefined)
    yield invalidValue('spec.schedule', schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule');
}

function* timeZoneRules(zone: string, path: string): Iterable<FieldError> {
  if (zone === '') yield invalidValue(path, zone, 'timeZone must be nil or non-empty string');
  else if (zone.toLowerCase() === 'local')
    yield invalidValue(path, zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones');
  else if (!isTimeZone(zone)) yield invalidValue(path, zone, `unknown time zone ${zone}`);
}

function* templateRules(spec: JobSpec, path: string): Iterable<FieldError> {
  yield* jobSpecRules(spec, path);
  if (spec.selector) yield invalidValue(`${path}.selector`, shownSelector(spec.selector), '`selector` will be auto-generated');
  if (spec.manualSelector) yield notSupported(`${path}.manualSelector`, true, ['nil', 'false']);
}
