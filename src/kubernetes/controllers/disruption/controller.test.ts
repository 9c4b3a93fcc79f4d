import { expect, test } from 'vitest';
import { controllersOnFakes } from '../../../../test/support/controllers.ts';
import type { PodDisruptionBudgetSpec } from '../../api/generated/policy-v1.ts';
import { podDisruptionBudgets, pods, replicaSets } from '../../api/resources.ts';
import { disruptionController } from './controller.ts';

const labels = { app: 'web' };
const selector = { matchLabels: labels };

async function budgetOf(spec: Partial<PodDisruptionBudgetSpec>, ready: number, total: number) {
  await using world = controllersOnFakes(disruptionController);
  const { api } = world;
  const set = await api.create(replicaSets, { metadata: { name: 'web', namespace: 'ns' }, spec: { replicas: 4, selector } });
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: set.metadata.uid ?? '', controller: true };
  for (let index = 0; index < total; index++) {
    await api.create(pods, {
      metadata: { name: `web-${index}`, namespace: 'ns', labels, ownerReferences: [owner] },
      spec: { containers: [] },
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: index < ready ? 'True' : 'False' }] },
    });
  }
  await api.create(podDisruptionBudgets, { metadata: { name: 'web', namespace: 'ns' }, spec: { selector, ...spec } });
  await world.settle();
  return (await api.get(podDisruptionBudgets, { namespace: 'ns', name: 'web' })).status;
}

test.each([
  { name: 'minAvailable as a number', spec: { minAvailable: 2 }, ready: 3, total: 3, expected: [3, 2, 3, 1] },
  { name: 'minAvailable in percent of what the owner wants', spec: { minAvailable: '50%' }, ready: 3, total: 3, expected: [3, 2, 4, 1] },
  { name: 'maxUnavailable', spec: { maxUnavailable: 1 }, ready: 4, total: 4, expected: [4, 3, 4, 1] },
  { name: 'one is missing already', spec: { maxUnavailable: 1 }, ready: 3, total: 4, expected: [3, 3, 4, 0] },
  { name: 'no pods', spec: { minAvailable: 1 }, ready: 0, total: 0, expected: [0, 1, 0, 0] },
])('$name', async ({ spec, ready, total, expected }) => {
  const status = await budgetOf(spec, ready, total);
  expect([status?.currentHealthy, status?.desiredHealthy, status?.expectedPods, status?.disruptionsAllowed]).toEqual(expected);
  expect(status?.conditions).toMatchObject([{ type: 'DisruptionAllowed', status: expected[3] ? 'True' : 'False' }]);
});
