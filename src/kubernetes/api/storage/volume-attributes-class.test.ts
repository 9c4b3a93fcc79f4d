import { expect, test } from 'vitest';
import { createFaults, updateFaults } from '../../../../test/support/kind.ts';
import { volumeAttributesClasses } from './volume-attributes-class.ts';

const fast = { metadata: { name: 'fast' }, driverName: 'disks.example.com', parameters: { iops: '9000' } };

test.each([
  { name: 'a class', change: {}, faults: [] },
  { name: 'of no driver', change: { driverName: '' }, faults: ['driverName: Required value'] },
  {
    name: 'that says nothing',
    change: { parameters: {} },
    faults: ['parameters: Required value: must contain at least one key/value pair'],
  },
])('$name', ({ change, faults }) => {
  expect(createFaults(volumeAttributesClasses, { ...fast, ...change })).toEqual(faults);
});

test('it stays as it is', () => {
  const faults = updateFaults(volumeAttributesClasses, fast, (next) => {
    next.driverName = 'others.example.com';
    next.parameters = { iops: '1' };
  });
  expect(faults).toEqual([
    'driverName: Forbidden: updates to driverName are forbidden.',
    'parameters: Forbidden: updates to parameters are forbidden.',
  ]);
});
