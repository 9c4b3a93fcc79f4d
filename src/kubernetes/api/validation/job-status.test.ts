import { expect, test } from 'vitest';
import type { Job, JobSpec, JobStatus } from '../generated/batch-v1.ts';
import { jobStatusRules } from './job-status.ts';

const START = '2030-01-01T00:00:00Z';
const END = '2030-01-01T01:00:00Z';
const is = (...types: string[]): JobStatus['conditions'] => types.map((type) => ({ type, status: 'True' }));
const complete: JobStatus = { startTime: START, completionTime: END, succeeded: 1, conditions: is('SuccessCriteriaMet', 'Complete') };

interface Case {
  name: string;
  before?: JobStatus;
  after: JobStatus;
  spec?: Partial<JobSpec>;
  faults: string[];
}

test.each<Case>([
  { name: 'a job starts', after: { startTime: START, active: 2, ready: 1 }, faults: [] },
  { name: 'a job ends', before: { startTime: START, active: 1 }, after: complete, faults: [] },
  {
    name: 'a job fails',
    before: { startTime: START, active: 1 },
    after: { startTime: START, failed: 1, conditions: is('FailureTarget', 'Failed') },
    faults: [],
  },
  {
    name: 'both ends at once',
    after: { ...complete, conditions: is('SuccessCriteriaMet', 'Complete', 'Failed') },
    faults: [
      'status.conditions: Invalid value: cannot set Complete=True and Failed=true conditions',
      'status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition',
      'status.conditions: Invalid value: cannot set SuccessCriteriaMet=True and Failed=true conditions',
    ],
  },
  {
    name: 'an end without its times',
    after: { conditions: is('SuccessCriteriaMet', 'Complete') },
    faults: [
      'status.completionTime: Required value: completionTime is required for Complete jobs',
      'status.startTime: Required value: startTime is required for finished job',
    ],
  },
  {
    name: 'an end while pods run',
    after: { ...complete, active: 1, terminating: 2, uncountedTerminatedPods: { failed: ['u'] } },
    faults: [
      'status.active: Invalid value: 1: active>0 is invalid for finished job',
      'status.uncountedTerminatedPods: Invalid value: {"failed":["u"]}: uncountedTerminatedPods needs to be empty for finished job',
      'status.terminating: Invalid value: 2: terminating>0 is invalid for finished job',
    ],
  },
  {
    name: 'an end before the beginning',
    after: { ...complete, startTime: END, completionTime: START },
    faults: [`status.completionTime: Invalid value: "${START}": completionTime cannot be set before startTime`],
  },
  {
    name: 'an end that is taken back',
    before: complete,
    after: { startTime: START, succeeded: 0 },
    faults: [
      'status.conditions: Invalid value: cannot disable the terminal Complete=True condition',
      'status.succeeded: Invalid value: 0: cannot decrease the succeeded counter',
      'status.conditions: Invalid value: cannot disable the SuccessCriteriaMet=True condition',
    ],
  },
  {
    name: 'another end',
    before: complete,
    after: { ...complete, completionTime: '2030-01-01T02:00:00Z' },
    faults: ['status.completionTime: Invalid value: "2030-01-01T02:00:00Z": completionTime cannot be mutated'],
  },
  {
    name: 'fewer failures, and another start',
    before: { startTime: START, failed: 3 },
    after: { startTime: END, failed: 2 },
    faults: [
      'status.failed: Invalid value: 2: cannot decrease the failed counter',
      'status.startTime: Required value: startTime cannot be removed for unsuspended job',
    ],
  },
  { name: 'no start while suspended', before: { startTime: START }, after: {}, spec: { suspend: true }, faults: [] },
  {
    name: 'more ready than there are',
    after: { active: 1, ready: 2 },
    faults: ['status.ready: Invalid value: 2: cannot set more ready pods than active'],
  },
  {
    name: 'indexes of a job without',
    after: { completedIndexes: '0', failedIndexes: '1' },
    faults: [
      'status.completedIndexes: Invalid value: "0": cannot set non-empty completedIndexes when non-indexed completion mode',
      'status.failedIndexes: Invalid value: "1": cannot set non-null failedIndexes when backoffLimitPerIndex is null',
    ],
  },
  {
    name: 'fewer successes of a job that may shrink',
    before: { succeeded: 3, completedIndexes: '0-2' },
    after: { succeeded: 2, completedIndexes: '0,1' },
    spec: { completionMode: 'Indexed', completions: 2, parallelism: 2 },
    faults: [],
  },
  {
    name: 'what was wrong before and is not touched',
    before: { conditions: is('Failed'), active: 1 },
    after: { conditions: is('Failed'), active: 1, succeeded: 1 },
    faults: [],
  },
  {
    name: 'one uid twice',
    after: { uncountedTerminatedPods: { succeeded: ['u', ''], failed: ['u'] } },
    faults: [
      'status.uncountedTerminatedPods.succeeded[1]: Invalid value: "": must not be empty',
      'status.uncountedTerminatedPods.failed[0]: Duplicate value: "u"',
    ],
  },
])('$name', ({ before = {}, after, spec = {}, faults }) => {
  const job = (status: JobStatus) => ({ metadata: { name: 'j' }, spec: { template: {}, ...spec }, status }) as Job;
  expect([...jobStatusRules(job(after), job(before))].map(({ field, message }) => `${field}: ${message}`)).toEqual(faults);
});
