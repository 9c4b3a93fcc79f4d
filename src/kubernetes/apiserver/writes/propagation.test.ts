import { expect, test } from 'vitest';
import { jobs } from '../../api/batch/job.ts';
import { configMaps } from '../../api/core/config-map.ts';
import { events } from '../../api/core/event.ts';
import { replicationControllers } from '../../api/core/replication-controller.ts';
import type { DeleteOptions } from './delete.ts';
import { deletionFinalizers } from './propagation.ts';

test.each<{ name: string; had: string[]; options: DeleteOptions; has: string[] }>([
  { name: 'nothing said', had: ['x/y'], options: {}, has: ['x/y'] },
  { name: 'nothing said, orphaning before', had: ['orphan'], options: {}, has: ['orphan'] },
  { name: 'nothing said, foreground before', had: ['foregroundDeletion', 'x/y'], options: {}, has: ['foregroundDeletion', 'x/y'] },
  { name: 'foreground', had: ['x/y'], options: { propagationPolicy: 'Foreground' }, has: ['x/y', 'foregroundDeletion'] },
  { name: 'orphan', had: [], options: { propagationPolicy: 'Orphan' }, has: ['orphan'] },
  { name: 'orphan instead of foreground', had: ['foregroundDeletion'], options: { propagationPolicy: 'Orphan' }, has: ['orphan'] },
  { name: 'background takes both back', had: ['orphan', 'foregroundDeletion'], options: { propagationPolicy: 'Background' }, has: [] },
  { name: 'the old way to orphan', had: [], options: { orphanDependents: true }, has: ['orphan'] },
  { name: 'the old way not to', had: ['orphan'], options: { orphanDependents: false }, has: [] },
])('$name', ({ had, options, has }) => {
  expect(deletionFinalizers(configMaps, had, options)).toEqual(has);
});

test('a kind decides where nothing is said, and before anything is', () => {
  expect(deletionFinalizers(jobs, ['x/y'], {})).toEqual(['x/y', 'orphan']);
  expect(deletionFinalizers(replicationControllers, [], {})).toEqual(['orphan']);
  expect(deletionFinalizers(replicationControllers, [], { propagationPolicy: 'Background' })).toEqual([]);
  expect(deletionFinalizers(events, ['foregroundDeletion'], { propagationPolicy: 'Orphan' })).toEqual([]);
});
