import { expect, test } from 'vitest';
import type { Job, JobSpec, JobStatus } from '../../api/generated/batch-v1.ts';
import type { Pod } from '../../api/generated/core-v1.ts';
import { FailureBackoff } from './backoff.ts';
import { judgeFailure } from './failure-policy.ts';
import { firstFreeIndexes, formatIndexes, parseIndexes } from './indexes.ts';
import { indexState, outcomeOf } from './outcome.ts';
import { TRACKING, tally } from './tracking.ts';

const NOW = Date.parse('2030-01-01T00:10:00Z');
const job = (spec: Partial<JobSpec>, status: JobStatus = {}): Job => ({
  metadata: { name: 'j' },
  spec: { template: { spec: { containers: [], restartPolicy: 'Never' } }, backoffLimit: 6, ...spec },
  status,
});

function pod(phase: 'Running' | 'Succeeded' | 'Failed', options: { index?: number; exitCode?: number; deleted?: boolean } = {}): Pod {
  const { index, exitCode = phase === 'Failed' ? 1 : 0, deleted } = options;
  return {
    metadata: {
      name: 'p',
      namespace: 'ns',
      uid: crypto.randomUUID(),
      finalizers: [TRACKING],
      annotations: index === undefined ? undefined : { 'batch.kubernetes.io/job-completion-index': String(index) },
      deletionTimestamp: deleted ? '2030-01-01T00:09:00Z' : undefined,
    },
    spec: { containers: [] },
    status: {
      phase,
      containerStatuses:
        phase === 'Running'
          ? []
          : [
              {
                name: 'c',
                ready: false,
                restartCount: 0,
                image: '',
                imageID: '',
                state: { terminated: { exitCode, finishedAt: '2030-01-01T00:09:00Z' } },
              },
            ],
    },
  };
}

function outcome(each: Job, pods: Pod[]) {
  const counts = tally(each, pods);
  return outcomeOf(each, counts, indexState(each, counts, new Map()), NOW);
}

test.each([
  { name: 'enough succeeded', job: job({ completions: 2 }), pods: [pod('Succeeded'), pod('Succeeded')], reason: 'CompletionsReached' },
  { name: 'not enough yet', job: job({ completions: 2 }), pods: [pod('Succeeded'), pod('Running')], reason: undefined },
  { name: 'counted before', job: job({ completions: 2 }, { succeeded: 1 }), pods: [pod('Succeeded')], reason: 'CompletionsReached' },
  {
    name: 'a work queue is done when one succeeded and none runs',
    job: job({ parallelism: 2 }),
    pods: [pod('Succeeded')],
    reason: 'CompletionsReached',
  },
  { name: 'a work queue with workers left', job: job({ parallelism: 2 }), pods: [pod('Succeeded'), pod('Running')], reason: undefined },
  { name: 'failures within the limit', job: job({ completions: 1, backoffLimit: 1 }), pods: [pod('Failed')], reason: undefined },
  {
    name: 'failures beyond the limit',
    job: job({ completions: 1, backoffLimit: 1 }),
    pods: [pod('Failed'), pod('Failed')],
    reason: 'BackoffLimitExceeded',
  },
  {
    name: 'a deleted pod is a failure',
    job: job({ completions: 1, backoffLimit: 0 }),
    pods: [pod('Running', { deleted: true })],
    reason: 'BackoffLimitExceeded',
  },
  {
    name: 'past its deadline',
    job: job({ activeDeadlineSeconds: 60 }, { startTime: '2030-01-01T00:00:00Z' }),
    pods: [pod('Running')],
    reason: 'DeadlineExceeded',
  },
  {
    name: 'every index done',
    job: job({ completions: 2, completionMode: 'Indexed' }, { completedIndexes: '0' }),
    pods: [pod('Succeeded', { index: 1 })],
    reason: 'CompletionsReached',
  },
  {
    name: 'one index twice',
    job: job({ completions: 2, completionMode: 'Indexed' }),
    pods: [pod('Succeeded', { index: 1 }), pod('Succeeded', { index: 1 })],
    reason: undefined,
  },
  {
    name: 'an index without tries left',
    job: job({ completions: 1, completionMode: 'Indexed', backoffLimitPerIndex: 0, backoffLimit: 99 }, { failedIndexes: '0' }),
    pods: [],
    reason: 'FailedIndexes',
  },
  {
    name: 'the success policy is met',
    job: job({ completions: 3, completionMode: 'Indexed', successPolicy: { rules: [{ succeededIndexes: '1' }] } }),
    pods: [pod('Succeeded', { index: 1 })],
    reason: 'SuccessPolicy',
  },
])('$name', ({ job: each, pods, reason }) => {
  expect(outcome(each, pods)?.reason).toBe(reason);
});

const policy = (operator: 'In' | 'NotIn', action: 'FailJob' | 'Ignore' | 'Count') =>
  job({ podFailurePolicy: { rules: [{ action, onExitCodes: { operator, values: [42] } }] } });

test.each([
  { name: 'a listed exit code', job: policy('In', 'FailJob'), pod: pod('Failed', { exitCode: 42 }), action: 'FailJob' },
  { name: 'another exit code', job: policy('In', 'FailJob'), pod: pod('Failed', { exitCode: 1 }), action: undefined },
  { name: 'any but the listed', job: policy('NotIn', 'Ignore'), pod: pod('Failed', { exitCode: 1 }), action: 'Ignore' },
])('failure policy: $name', ({ job: each, pod: failed, action }) => {
  expect(judgeFailure(each, failed).action).toBe(action);
});

test('a Job that fails by policy says which container, code and rule', () => {
  expect(outcome(policy('In', 'FailJob'), [pod('Failed', { exitCode: 42 })])).toEqual({
    type: 'Failed',
    reason: 'PodFailurePolicy',
    message: 'Container c for pod ns/p failed with exit code 42 matching FailJob rule at index 0',
  });
});

test.each([
  { text: '', indexes: [] },
  { text: '0-2,5', indexes: [0, 1, 2, 5] },
  { text: '1,2', indexes: [1, 2] },
  { text: '7', indexes: [7] },
])('indexes "$text"', ({ text, indexes }) => {
  expect([...parseIndexes(text)]).toEqual(indexes);
  expect(formatIndexes(new Set(indexes))).toBe(text);
});

test('free indexes are the lowest', () => {
  expect(firstFreeIndexes(2, 5, new Set([0, 2]))).toEqual([1, 3]);
});

test('failures delay the next pod, a success ends the delay', () => {
  const backoff = new FailureBackoff();
  const failedAt = Date.parse('2030-01-01T00:09:00Z');
  backoff.count('j', [], [pod('Failed')]);
  expect(backoff.remaining('j', failedAt)).toBe(10_000);
  backoff.count('j', [], [pod('Failed')]);
  expect(backoff.remaining('j', failedAt)).toBe(20_000);
  backoff.count('j', [pod('Succeeded')], []);
  expect(backoff.remaining('j', failedAt)).toBe(0);
});
