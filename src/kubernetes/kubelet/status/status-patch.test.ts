import { expect, test } from 'vitest';
import type { PodStatus } from '../../api/generated/core-v1.ts';
import { statusPatch } from './status-patch.ts';

const ready = (status: string) => ({ type: 'Ready', status });
const gate = { type: 'example.com/gate', status: 'True' };

test.each<{ name: string; before: PodStatus; after: PodStatus; patch: object | undefined }>([
  { name: 'nothing new', before: { phase: 'Running' }, after: { phase: 'Running' }, patch: undefined },
  { name: 'a new phase', before: { phase: 'Pending' }, after: { phase: 'Running' }, patch: { phase: 'Running' } },
  {
    name: 'only conditions that changed',
    before: { conditions: [gate, ready('False')] },
    after: { conditions: [gate, ready('True')] },
    patch: { conditions: [{ ...ready('True'), reason: null, message: null }] },
  },
  {
    name: 'another address takes the place of the old',
    before: { podIPs: [{ ip: '10.0.0.1' }] },
    after: { podIPs: [{ ip: '10.0.0.2' }] },
    patch: { podIPs: [{ ip: '10.0.0.2' }, { $patch: 'delete', ip: '10.0.0.1' }] },
  },
  { name: 'a reason that no longer holds', before: { reason: 'Evicted' }, after: {}, patch: { reason: null } },
])('$name', ({ before, after, patch }) => {
  expect(statusPatch(before, after)).toEqual(patch);
});
