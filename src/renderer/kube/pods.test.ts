import { expect, test } from 'vitest';
import type { ContainerStatus, Pod } from '../../kubernetes/api/generated/core-v1.ts';
import { podStanding, readiness, restarts } from './pods.ts';

const container = (name: string, more: Partial<ContainerStatus> = {}): ContainerStatus => ({
  name,
  ready: false,
  restartCount: 0,
  image: 'i',
  imageID: '',
  ...more,
});
const running = { ready: true, state: { running: {} } };

function pod(status: Partial<Pod['status']>, more: { deleted?: boolean; init?: string[] } = {}): Pod {
  return {
    metadata: { name: 'p', ...(more.deleted ? { deletionTimestamp: '2030-01-01T00:00:00Z' } : {}) },
    spec: { containers: [{ name: 'main' }], ...(more.init ? { initContainers: more.init.map((name) => ({ name })) } : {}) },
    status,
  } as Pod;
}

test.each([
  { name: 'running', pod: pod({ phase: 'Running', containerStatuses: [container('main', running)] }), level: 'good', word: 'Running' },
  {
    name: 'not ready',
    pod: pod({ phase: 'Running', containerStatuses: [container('main', { state: { running: {} } })] }),
    level: 'busy',
    word: 'Running',
  },
  {
    name: 'crash loop',
    pod: pod({ phase: 'Running', containerStatuses: [container('main', { state: { waiting: { reason: 'CrashLoopBackOff' } } })] }),
    level: 'bad',
    word: 'CrashLoopBackOff',
  },
  {
    name: 'being created',
    pod: pod({ phase: 'Pending', containerStatuses: [container('main', { state: { waiting: { reason: 'ContainerCreating' } } })] }),
    level: 'busy',
    word: 'ContainerCreating',
  },
  {
    name: 'no node fits',
    pod: pod({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', message: 'no cpu' }] }),
    level: 'busy',
    word: 'Pending',
    detail: 'no cpu',
  },
  {
    name: 'done',
    pod: pod({
      phase: 'Succeeded',
      containerStatuses: [container('main', { state: { terminated: { exitCode: 0, reason: 'Completed' } } })],
    }),
    level: 'done',
    word: 'Completed',
  },
  {
    name: 'failed without a reason',
    pod: pod({ phase: 'Failed', containerStatuses: [container('main', { state: { terminated: { exitCode: 3 } } })] }),
    level: 'bad',
    word: 'ExitCode:3',
  },
  { name: 'evicted', pod: pod({ phase: 'Failed', reason: 'Evicted' }), level: 'bad', word: 'Evicted' },
  {
    name: 'second of two init containers',
    pod: pod(
      {
        phase: 'Pending',
        initContainerStatuses: [container('a', { state: { terminated: { exitCode: 0 } } }), container('b', { state: { running: {} } })],
      },
      { init: ['a', 'b'] },
    ),
    level: 'busy',
    word: 'Init:1/2',
  },
  {
    name: 'going',
    pod: pod({ phase: 'Running', containerStatuses: [container('main', running)] }, { deleted: true }),
    level: 'busy',
    word: 'Terminating',
  },
])('$name is $word', ({ pod: subject, level, word, detail }) => {
  expect(podStanding(subject)).toMatchObject({ level, word, ...(detail ? { detail } : {}) });
});

test('a sidecar counts as a container', () => {
  const subject = pod({ initContainerStatuses: [container('proxy', running)], containerStatuses: [container('main', running)] });
  subject.spec.initContainers = [{ name: 'proxy', restartPolicy: 'Always' }];
  expect(readiness(subject)).toEqual({ ready: 2, total: 2 });
});

test('restarts are summed, with the last one', () => {
  const last = (finishedAt: string) => ({ lastState: { terminated: { exitCode: 1, finishedAt } } });
  const subject = pod({
    containerStatuses: [
      container('a', { restartCount: 2, ...last('2030-01-01T00:00:00Z') }),
      container('b', { restartCount: 1, ...last('2030-01-02T00:00:00Z') }),
    ],
  });
  expect(restarts(subject)).toEqual({ count: 3, last: '2030-01-02T00:00:00Z' });
});
