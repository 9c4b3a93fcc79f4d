import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConfigMap, Pod, ResourceQuota } from '../../../src/kubernetes/api/generated/core-v1.ts';
import { configMaps, pods, replicaSets, resourceQuotas } from '../../../src/kubernetes/api/resources.ts';
import { isForbidden } from '../../../src/kubernetes/machinery/status.ts';
import { startControlPlane, type TestControlPlane } from '../../support/control-plane.ts';

let plane: TestControlPlane;
beforeAll(async () => {
  plane = await startControlPlane({ nodes: ['node-1'] });
});
afterAll(() => plane[Symbol.asyncDispose]());

const namespace = 'default';
const quota = (name: string, hard: Record<string, string>): ResourceQuota => ({ metadata: { name, namespace }, spec: { hard } });
const configMap = (name: string): ConfigMap => ({ metadata: { name, namespace } });
const uses = (name: string, used: Record<string, string>) =>
  plane.untilOne(resourceQuotas, `${namespace}/${name}`, (found) => {
    const counted = found?.status?.used ?? {};
    return Object.entries(used).every(([resource, amount]) => counted[resource] === amount);
  });

test('a quota counts what there is, what comes and what goes', async () => {
  await plane.until(configMaps, (all) => all.some(({ metadata }) => metadata.namespace === namespace));
  await plane.api.create(resourceQuotas, quota('maps', { configmaps: '3', 'count/deployments.apps': '1' }));
  // The root certificates are there already.
  await uses('maps', { configmaps: '1', 'count/deployments.apps': '0' });
  await plane.api.create(configMaps, configMap('a'));
  await plane.api.create(configMaps, configMap('b'));
  await uses('maps', { configmaps: '3' });
  await expect(plane.api.create(configMaps, configMap('c'))).rejects.toSatisfy(isForbidden);
  await plane.api.delete(configMaps, { namespace, name: 'a' });
  await uses('maps', { configmaps: '2' });
  await plane.api.create(configMaps, configMap('c'));
});

test('a pod that is over frees what it used', async () => {
  await plane.api.create(resourceQuotas, quota('pods', { pods: '1', 'count/pods': '9' }));
  await uses('pods', { pods: '0', 'count/pods': '0' });
  const spec = { containers: [{ name: 'c', image: 'img' }] } as Pod['spec'];
  const created = await plane.api.create(pods, { metadata: { name: 'p', namespace }, spec });
  await uses('pods', { pods: '1', 'count/pods': '1' });
  const running = await plane.untilOne(pods, `${namespace}/p`, (pod) => pod?.status?.phase === 'Running');
  await plane.api.updateStatus(pods, { ...(running ?? created), status: { ...running?.status, phase: 'Succeeded' } });
  await uses('pods', { pods: '0', 'count/pods': '1' });
});

test('controllers go on when there is room again', async () => {
  await plane.api.create(resourceQuotas, quota('sets', { 'requests.cpu': '250m' }));
  await uses('sets', { 'requests.cpu': '0' });
  const labels = { app: 'set' };
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: 'c', image: 'img', resources: { requests: { cpu: '100m' } } }] },
  };
  await plane.api.delete(resourceQuotas, { namespace, name: 'pods' });
  await plane.api.create(replicaSets, {
    metadata: { name: 'set', namespace },
    spec: { replicas: 3, selector: { matchLabels: labels }, template },
  });
  const set = await plane.untilOne(replicaSets, `${namespace}/set`, (found) =>
    Boolean(found?.status?.conditions?.some(({ type }) => type === 'ReplicaFailure')),
  );
  expect(set?.status?.conditions?.[0]?.message).toContain(
    'exceeded quota: sets, requested: requests.cpu=100m, used: requests.cpu=200m, limited: requests.cpu=250m',
  );
  await plane.api.patch(resourceQuotas, { namespace, name: 'sets' }, { spec: { hard: { 'requests.cpu': '1' } } }, { type: 'merge' });
  await plane.untilOne(replicaSets, `${namespace}/set`, (found) => found?.status?.replicas === 3);
});
