import { expect, test } from 'vitest';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import type { ClusterService, ClusterSummary, OperationOptions, ProvisionStep } from '../../ipc/cluster.ts';
import { ClusterOperations } from './operations.ts';

const SPEC = { name: 'dev', controlPlanes: 1 as const, workers: 2 };
const dev: ClusterSummary = { name: 'dev', state: 'running', nodes: [], createdAt: '2030-01-01T00:00:00Z' };
const step = (state: ProvisionStep['state']): ProvisionStep => ({
  cluster: 'dev',
  operation: 'create',
  step: 'network',
  title: 'Creating the network',
  state,
  startedAt: 0,
});

/** A service whose create ends when the test says so. */
function setUp(listed: ClusterSummary[] = []) {
  const events: string[] = [];
  let finish: (error?: Error) => void = () => {};
  let options: OperationOptions = {};
  const service = {
    list: async () => listed,
    create: (_spec: unknown, given: OperationOptions) => {
      options = given;
      return new Promise((resolve, reject) => {
        finish = (error) => (error ? reject(error) : resolve(dev));
        given.signal?.addEventListener('abort', () => reject(given.signal?.reason));
      });
    },
    delete: async () => {},
  } as unknown as ClusterService;
  const operations = new ClusterOperations(
    service,
    { onStep: (told) => events.push(`${told.step} ${told.state}`), onChange: (name) => events.push(`changed ${name}`) },
    new FakeClock(),
  );
  return { operations, events, finish: (error?: Error) => finish(error), tell: (told: ProvisionStep) => options.onStep?.(told) };
}

test('a cluster is listed while it is made, and its steps are kept for windows that come late', async () => {
  const { operations, events, finish, tell } = setUp();
  const made = operations.create(SPEC);
  tell(step('running'));
  tell(step('done'));
  await expect(operations.list()).resolves.toMatchObject([{ name: 'dev', state: 'creating' }]);
  expect(operations.steps('dev')).toEqual([step('done')]);
  finish();
  await expect(made).resolves.toEqual(dev);
  expect(events).toEqual(['changed dev', 'network running', 'network done', 'changed dev']);
});

test('one operation at a time for a cluster', async () => {
  const { operations, finish } = setUp();
  const made = operations.create(SPEC);
  await expect(operations.delete('dev')).rejects.toThrow('Cluster dev is busy: delete has to wait until create is done');
  finish();
  await made;
});

test('a failed creation stays in sight with its reason until it is deleted', async () => {
  const { operations, finish } = setUp();
  const made = operations.create(SPEC);
  finish(new Error('Creating the network', { cause: new Error('no free range') }));
  await expect(made).rejects.toThrow('Creating the network');
  await expect(operations.list()).resolves.toMatchObject([{ name: 'dev', state: 'failed', error: 'Creating the network: no free range' }]);
  await operations.delete('dev');
  await expect(operations.list()).resolves.toEqual([]);
});

test('cancelling ends the operation and leaves no failed cluster in the list', async () => {
  const { operations } = setUp();
  const made = operations.create(SPEC);
  operations.cancel('dev');
  await expect(made).rejects.toMatchObject({ code: 'Cancelled' });
  await expect(operations.list()).resolves.toEqual([]);
});
