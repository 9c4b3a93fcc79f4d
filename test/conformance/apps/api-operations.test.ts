// Conformance: "CronJob should support CronJob API operations", "DisruptionController should create a PodDisruptionBudget",
// "DisruptionController Listing PodDisruptionBudgets for all namespaces should list and delete a collection of
// PodDisruptionBudgets", "DisruptionController should update/patch PodDisruptionBudget status".
import { expect } from 'vitest';
import { type ApiSpace, apiBehaviour, byLabels } from '../../support/api-behaviour.ts';
import { supportsApiOperations } from '../../support/api-operations.ts';
import { eventually } from '../../support/process.ts';

supportsApiOperations('cron jobs', {
  group: 'batch',
  version: 'v1',
  resource: 'cronjobs',
  namespaced: true,
  object: () => ({
    spec: {
      // Not while the test runs.
      schedule: '0 0 30 2 *',
      concurrencyPolicy: 'Allow',
      jobTemplate: {
        spec: { template: { spec: { restartPolicy: 'OnFailure', containers: [{ name: 'c', image: 'busybox.invalid/none' }] } } },
      },
    },
  }),
  change: { spec: { suspend: true } },
  status: { lastScheduleTime: '2024-01-01T00:00:00Z' },
});

const budget = (name: string, labels: Record<string, string>, minAvailable: number | string = 1) => ({
  metadata: { name, labels },
  spec: { minAvailable, selector: { matchLabels: { foo: 'bar' } } },
});
const budgets = (space: ApiSpace, name?: string) => space.in('policy/v1', 'poddisruptionbudgets', name);
const processed = (space: ApiSpace, name: string) =>
  eventually(async () => {
    const { metadata, status } = await space.get(budgets(space, name));
    expect(status.observedGeneration).toBe(metadata.generation);
    return status;
  });

apiBehaviour('a disruption budget is made, updated, patched and deleted, and its controller keeps up', async (space) => {
  await space.create(budgets(space), budget('foo', { test: 'yes' }));
  expect(await processed(space, 'foo')).toMatchObject({ expectedPods: 0, currentHealthy: 0, desiredHealthy: 1, disruptionsAllowed: 0 });
  const updated = await space.update(budgets(space, 'foo'), ({ spec }) => {
    spec.minAvailable = 2;
  });
  expect(updated).toMatchObject({ metadata: { generation: 2 }, spec: { minAvailable: 2 } });
  await processed(space, 'foo');
  const patched = await space.patch('strategic', budgets(space, 'foo'), {
    spec: { minAvailable: '1%', selector: { matchLabels: { a: 'b' } } },
  });
  expect(patched.spec.minAvailable).toBe('1%');
  // The selector of a budget is replaced as a whole.
  expect(patched.spec.selector.matchLabels).toEqual({ a: 'b' });
  await processed(space, 'foo');
  await space.delete(budgets(space, 'foo'));
  expect((await space.ask('GET', budgets(space, 'foo'))).code).toBe(404);
});

apiBehaviour('disruption budgets are listed in all namespaces, and deleted as a collection', async (space) => {
  const labels = { test: space.namespace };
  const other = await space.anotherNamespace();
  await space.create(budgets(space), budget('foo', labels));
  await space.create(budgets(space), budget('foo2', labels));
  await space.create(`/apis/policy/v1/namespaces/${other}/poddisruptionbudgets`, budget('foo3', labels));
  expect((await space.get(`/apis/policy/v1/poddisruptionbudgets?${byLabels(labels)}`)).items).toHaveLength(3);
  await space.delete(`${budgets(space)}?${byLabels(labels)}`);
  expect((await space.get(budgets(space))).items).toEqual([]);
  expect((await space.get(`/apis/policy/v1/poddisruptionbudgets?${byLabels(labels)}`)).items).toHaveLength(1);
});

apiBehaviour('the status of a disruption budget names pods that are being evicted', async (space) => {
  await space.create(budgets(space), budget('foo', {}));
  await processed(space, 'foo');
  const disruptedPods = { pod: new Date().toISOString().replace(/\.\d+Z/, 'Z') };
  const updated = await space.update(
    budgets(space, 'foo'),
    ({ status }) => {
      status.disruptedPods = disruptedPods;
    },
    '/status',
  );
  expect(updated.status.disruptedPods).toEqual(disruptedPods);
  const patched = await space.patch('merge', `${budgets(space, 'foo')}/status`, { status: { disruptedPods: null } });
  expect(patched.status.disruptedPods).toBeUndefined();
});
