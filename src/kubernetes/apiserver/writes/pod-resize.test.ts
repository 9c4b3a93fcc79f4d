import { expect, test } from 'vitest';
import type { PodSpec } from '../../api/generated/core-v1.ts';
import { resizedContainers } from './pod-resize.ts';

const before: PodSpec = {
  containers: [
    { name: 'a', image: 'i', resources: { requests: { cpu: '1' } } },
    { name: 'b', image: 'i' },
  ],
  nodeName: 'n',
};

test('only resources of the same containers change', () => {
  const next: PodSpec = {
    containers: [
      { name: 'a', image: 'other', resources: { requests: { cpu: '2' } } },
      { name: 'b', image: 'other' },
    ],
    nodeName: 'm',
  };
  expect(resizedContainers(next, before)).toEqual({
    containers: [
      { name: 'a', image: 'i', resources: { requests: { cpu: '2' } } },
      { name: 'b', image: 'i', resources: {} },
    ],
    nodeName: 'n',
  });
});

test('other containers are left for validation to refuse', () => {
  const containers = [{ name: 'b', image: 'i' }];
  expect(resizedContainers({ containers }, before).containers).toEqual(containers);
});
