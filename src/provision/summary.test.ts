import { expect, test } from 'vitest';
import type { Machine } from './provider.ts';
import type { ClusterRecord } from './state/cluster-store.ts';
import { summarize } from './summary.ts';

const record = (fields: Partial<ClusterRecord> = {}): ClusterRecord => ({
  spec: { name: 'dev', controlPlanes: 1, workers: 1, apiPort: 26443 },
  phase: 'ready',
  createdAt: '2026-11-22T10:00:00.000Z',
  nodes: ['dev-control-plane', 'dev-worker'],
  ...fields,
});
const machine = (nodeName: string, state: Machine['state'], cluster = 'dev'): Machine => ({
  cluster,
  nodeName,
  role: nodeName.endsWith('control-plane') ? 'control-plane' : 'worker',
  state,
});
const notBusy = () => false;

test.each([
  {
    name: 'running',
    machines: [machine('dev-control-plane', 'running'), machine('dev-worker', 'running')],
    record: record(),
    state: 'running',
  },
  {
    name: 'stopped',
    machines: [machine('dev-control-plane', 'stopped'), machine('dev-worker', 'stopped')],
    record: record(),
    state: 'stopped',
  },
  { name: 'its machines are gone', machines: [], record: record(), state: 'stopped' },
  {
    name: 'being created by a process that lives',
    machines: [],
    record: record({ phase: 'creating', pid: process.ppid }),
    state: 'creating',
  },
  { name: 'creation cut off', machines: [], record: record({ phase: 'creating', pid: 2 ** 22 + 1 }), state: 'failed' },
  {
    name: 'deletion cut off',
    machines: [machine('dev-worker', 'running')],
    record: record({ phase: 'deleting', pid: 2 ** 22 + 1 }),
    state: 'failed',
  },
])('$name', ({ machines, record: remembered, state }) => {
  expect(summarize([remembered], machines, notBusy)).toMatchObject([{ name: 'dev', state }]);
});

test('machines that nobody remembers are listed, so that they can be deleted', () => {
  expect(summarize([], [machine('lost-control-plane', 'running', 'lost')], notBusy)).toMatchObject([
    { name: 'lost', state: 'failed', nodes: [{ name: 'lost-control-plane', state: 'running' }] },
  ]);
});
