import { expect, test } from 'vitest';
import { foreignResources } from './foreign-resources.ts';

const own = { cpu: '2', memory: '1Gi' };

test.each([
  { name: 'nothing is known of the node yet', status: undefined, expected: { present: {}, gone: [] } },
  {
    name: 'somebody gave the node a resource',
    status: { capacity: { ...own, 'example.com/dongle': '4' }, allocatable: own },
    expected: { present: { 'example.com/dongle': '4' }, gone: [] },
  },
  {
    name: 'somebody took a resource away',
    status: { capacity: own, allocatable: { ...own, 'example.com/dongle': '4' } },
    expected: { present: {}, gone: ['example.com/dongle'] },
  },
  {
    name: 'resources without a vendor stay',
    status: { capacity: own, allocatable: { ...own, 'hugepages-2Mi': '0' } },
    expected: { present: {}, gone: [] },
  },
  {
    name: 'the kubelet knows better what it finds out itself',
    status: { capacity: { ...own, cpu: '99' }, allocatable: own },
    expected: { present: {}, gone: [] },
  },
])('$name', ({ status, expected }) => {
  expect(foreignResources(status, own)).toEqual(expected);
});
