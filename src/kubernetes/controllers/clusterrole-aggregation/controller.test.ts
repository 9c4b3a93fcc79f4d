import { expect, test } from 'vitest';
import { controllersOnFakes } from '../../../../test/support/controllers.ts';
import { clusterRoles } from '../../api/resources.ts';
import { clusterRoleAggregationController } from './controller.ts';

const LABEL = 'rbac.authorization.k8s.io/aggregate-to-view';
const rule = (resource: string) => ({ apiGroups: [''], resources: [resource], verbs: ['get'] });
const part = (name: string, ...resources: string[]) => ({
  metadata: { name, labels: { [LABEL]: 'true' } },
  rules: resources.map(rule),
});

test('an aggregating role holds the rules of its parts, each once, and no longer than they are there', async () => {
  await using world = controllersOnFakes(clusterRoleAggregationController);
  const { api, settle } = world;
  const rules = async () => (await api.get(clusterRoles, { name: 'view' })).rules?.map(({ resources }) => resources?.[0]);
  await api.create(clusterRoles, {
    metadata: { name: 'view' },
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [LABEL]: 'true' } }] },
    rules: [rule('written-by-hand')],
  });
  await api.create(clusterRoles, part('b', 'pods', 'services'));
  await api.create(clusterRoles, part('a', 'widgets', 'pods'));
  await api.create(clusterRoles, { ...part('c', 'secrets'), metadata: { name: 'c' } });
  await settle();
  expect(await rules()).toEqual(['widgets', 'pods', 'services']);
  await api.delete(clusterRoles, { name: 'a' });
  await settle();
  expect(await rules()).toEqual(['pods', 'services']);
});
