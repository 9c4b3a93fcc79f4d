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

test('only resources of known containers change', () => {
  const next: PodSpec = {
    containers: [
      { name: 'a', image: 'other', resources: { requests: { cpu: '2' } } },
      { name: 'new', image: 'i' },
    ],
    nodeName: 'm',
  };
  expect(resizedContainers(next, before)).toEqual({
    containers: [
      { name: 'a', image: 'i', resources: { requests: { cpu: '2' } } },
      { name: 'b', image: 'i' },
    ],
    nodeName: 'n',
  });
});

test('a body without a spec changes nothing', () => {
  expect(resizedContainers(undefined, before)).toEqual(before);
});
