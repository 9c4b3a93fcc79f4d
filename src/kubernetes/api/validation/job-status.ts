import type { FieldError } from '../../machinery/field-error.ts';
import { duplicate, invalidValue, required } from '../../machinery/validation/faults.ts';
import type { Job, JobSpec, JobStatus } from '../generated/batch-v1.ts';
import { sameValue } from './equal.ts';
import { countIndexes } from './job-policies.ts';
import { nonNegative } from './workload.ts';

/** One version of a job's status, and what its conditions say. */
interface View {
  readonly status: JobStatus;
  readonly complete: boolean;
  readonly failed: boolean;
  readonly finished: boolean;
  readonly failureTarget: boolean;
  readonly successCriteriaMet: boolean;
}

function viewOf({ status = {} }: Job): View {
  const is = (type: string) => status.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
  const [complete, failed] = [is('Complete'), is('Failed')];
  const [failureTarget, successCriteriaMet] = [is('FailureTarget'), is('SuccessCriteriaMet')];
  return { status, complete, failed, finished: complete || failed, failureTarget, successCriteriaMet };
}

/**
 * Faults of a write to the status of a job. What was wrong before and is not touched is let be: a change of the spec
 * may make a status wrong that its controller is about to mend.
 */
export function* jobStatusRules(next: Job, previous: Job): Iterable<FieldError> {
  const [now, before] = [viewOf(next), viewOf(previous)];
  const changed = (...fields: (keyof JobStatus)[]) => fields.some((field) => !sameValue(now.status[field], before.status[field]));
  const turned = (...flags: Exclude<keyof View, 'status'>[]) => flags.some((flag) => now[flag] !== before[flag]);
  yield* countRules(now.status);
  yield* uncountedRules(now.status);
  if (turned('complete', 'failed') && now.complete && now.failed) yield condition('cannot set Complete=True and Failed=true conditions');
  if (turned('complete', 'failureTarget') && now.complete && now.failureTarget)
    yield condition('cannot set Complete=True and FailureTarget=true conditions');
  if (turned('complete') || changed('completionTime')) yield* completionTimeRules(now);
  if (changed('startTime', 'completionTime')) yield* orderOfTimes(now.status);
  if (turned('failed', 'failureTarget') && now.failed && !now.failureTarget)
    yield condition('cannot set Failed=True condition without the FailureTarget=true condition');
  if (turned('complete', 'successCriteriaMet') && now.complete && !now.successCriteriaMet)
    yield condition('cannot set Complete=True condition without the SuccessCriteriaMet=true condition');
  if (now.finished) yield* finishedRules(now.status, (...fields) => turned('finished') || changed(...fields));
  yield* indexRules(next.spec, now.status, changed);
  if (changed('ready', 'active') && (now.status.ready ?? 0) > (now.status.active ?? 0))
    yield invalidValue('status.ready', now.status.ready, 'cannot set more ready pods than active');
  yield* successRules(now, next.spec);
  yield* historyRules(next, now, before);
}

/** A fault of the conditions as a whole: nothing of them is quoted. */
const condition = (why: string): FieldError => ({
  type: 'FieldValueInvalid',
  field: 'status.conditions',
  message: `Invalid value: ${why}`,
});

function* countRules(status: JobStatus): Iterable<FieldError> {
  for (const field of ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const)
    yield* nonNegative(status[field], `status.${field}`);
}

function* uncountedRules({ uncountedTerminatedPods }: JobStatus): Iterable<FieldError> {
  const seen = new Set<string>();
  for (const list of ['succeeded', 'failed'] as const) {
    for (const [index, uid] of (uncountedTerminatedPods?.[list] ?? []).entries()) {
      const path = `status.uncountedTerminatedPods.${list}[${index}]`;
      if (!uid) yield invalidValue(path, uid, 'must not be empty');
      else if (seen.has(uid)) yield duplicate(path, uid);
      seen.add(uid);
    }
  }
}

function* completionTimeRules({ status, complete }: View): Iterable<FieldError> {
  const path = 'status.completionTime';
  if (status.completionTime && !complete)
    yield invalidValue(path, status.completionTime, 'cannot set completionTime when there is no Complete=True condition');
  if (!status.completionTime && complete) yield required(path, 'completionTime is required for Complete jobs');
}

function* orderOfTimes({ startTime, completionTime }: JobStatus): Iterable<FieldError> {
  if (startTime && completionTime && Date.parse(completionTime) < Date.parse(startTime))
    yield invalidValue('status.completionTime', completionTime, 'completionTime cannot be set before startTime');
}

/** `touched`: the job just finished, or one of the fields changed. */
function* finishedRules(status: JobStatus, touched: (...fields: (keyof JobStatus)[]) => boolean): Iterable<FieldError> {
  const { active = 0, terminating = 0, startTime, uncountedTerminatedPods: uncounted } = status;
  if (active > 0 && touched('active')) yield invalidValue('status.active', active, 'active>0 is invalid for finished job');
  if (!startTime && touched('startTime')) yield required('status.startTime', 'startTime is required for finished job');
  if (uncounted?.failed?.length || uncounted?.succeeded?.length) {
    if (touched('uncountedTerminatedPods'))
      yield invalidValue('status.uncountedTerminatedPods', uncounted, 'uncountedTerminatedPods needs to be empty for finished job');
  }
  if (terminating > 0 && touched('terminating'))
    yield invalidValue('status.terminating', terminating, 'terminating>0 is invalid for finished job');
}

function* indexRules(
  { completions, completionMode, backoffLimitPerIndex }: JobSpec,
  { completedIndexes = '', failedIndexes }: JobStatus,
  changed: (...fields: (keyof JobStatus)[]) => boolean,
): Iterable<FieldError> {
  if (changed('completedIndexes')) {
    const wrong = completions === undefined ? 0 : countIndexes(completedIndexes, completions);
    if (typeof wrong === 'string')
      yield invalidValue('status.completedIndexes', completedIndexes, `error parsing completedIndexes: ${wrong}`);
    if (completedIndexes && completionMode !== 'Indexed')
      yield invalidValue(
        'status.completedIndexes',
        completedIndexes,
        'cannot set non-empty completedIndexes when non-indexed completion mode',
      );
  }
  if (!changed('failedIndexes') || failedIndexes === undefined) return;
  if (backoffLimitPerIndex === undefined)
    yield invalidValue('status.failedIndexes', failedIndexes, 'cannot set non-null failedIndexes when backoffLimitPerIndex is null');
  else if (completions !== undefined) {
    const wrong = countIndexes(failedIndexes, completions);
    if (typeof wrong === 'string') yield invalidValue('status.failedIndexes', failedIndexes, `error parsing failedIndexes: ${wrong}`);
  }
}

function* successRules({ complete, failed, failureTarget, successCriteriaMet }: View, { successPolicy }: JobSpec): Iterable<FieldError> {
  if (successCriteriaMet && failed) yield condition('cannot set SuccessCriteriaMet=True and Failed=true conditions');
  if (successCriteriaMet && failureTarget) yield condition('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions');
  if (successPolicy && !successCriteriaMet && complete)
    yield condition('cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True');
}

/** What has been is not taken back. */
function* historyRules({ spec }: Job, now: View, before: View): Iterable<FieldError> {
  const [after, old] = [now.status, before.status];
  for (const [flag, type] of [
    ['failed', 'Failed'],
    ['complete', 'Complete'],
    ['failureTarget', 'FailureTarget'],
  ] as const) {
    if (before[flag] && !now[flag]) yield condition(`cannot disable the terminal ${type}=True condition`);
  }
  if ((after.failed ?? 0) < (old.failed ?? 0)) yield invalidValue('status.failed', after.failed ?? 0, 'cannot decrease the failed counter');
  // A job of as many pods as indexes may be made smaller.
  const elastic = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  if (!elastic && (after.succeeded ?? 0) < (old.succeeded ?? 0))
    yield invalidValue('status.succeeded', after.succeeded ?? 0, 'cannot decrease the succeeded counter');
  if (after.completionTime && old.completionTime && after.completionTime !== old.completionTime)
    yield invalidValue('status.completionTime', after.completionTime, 'completionTime cannot be mutated');
  if (old.startTime && after.startTime !== old.startTime && !spec.suspend)
    yield required('status.startTime', 'startTime cannot be removed for unsuspended job');
  if (before.successCriteriaMet && !now.successCriteriaMet) yield condition('cannot disable the SuccessCriteriaMet=True condition');
  if (before.complete && !before.successCriteriaMet && now.successCriteriaMet)
    yield condition('cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions');
}
