import { expect, test } from 'vitest';
import type { Container } from '../../api/generated/core-v1.ts';
import { changedResources, resizeNeedsRestart } from './resize.ts';

const container = (cpu: string, memory: string, policy?: string): Container =>
  ({
    name: 'main',
    resources: { requests: { cpu, memory }, limits: { memory } },
    resizePolicy: [
      { resourceName: 'cpu', restartPolicy: 'NotRequired' },
      { resourceName: 'memory', restartPolicy: policy ?? 'NotRequired' },
    ],
  }) as Container;

test.each([
  { name: 'the same in other words', now: container('1', '1Gi'), before: container('1000m', '1024Mi'), changed: [], restart: false },
  { name: 'more CPU', now: container('2', '1Gi', 'RestartContainer'), before: container('1', '1Gi'), changed: ['cpu'], restart: false },
  { name: 'more memory', now: container('1', '2Gi'), before: container('1', '1Gi'), changed: ['memory'], restart: false },
  {
    name: 'more memory, with a restart',
    now: container('1', '2Gi', 'RestartContainer'),
    before: container('1', '1Gi'),
    changed: ['memory'],
    restart: true,
  },
  {
    name: 'a first request',
    now: container('1', '1Gi'),
    before: { name: 'main', resources: {} } as Container,
    changed: ['cpu', 'memory'],
    restart: false,
  },
])('$name', ({ now, before, changed, restart }) => {
  expect(changedResources(now, before.resources)).toEqual(changed);
  expect(resizeNeedsRestart(now, before.resources)).toBe(restart);
});

test('a container whose resources nobody wrote down is left alone', () => {
  expect(changedResources(container('1', '1Gi'), undefined)).toEqual([]);
});
