import { expect } from 'vitest';
import type { PodDisruptionBudget } from '../../../src/kubernetes/api/generated/policy-v1.ts';
import { behaviour } from '../../support/conformance-space.ts';
import { eventually, finish } from '../../support/process.ts';

behaviour('a disruption budget keeps a pod from being evicted until it allows it', async (space) => {
  const budget = (minAvailable: number) => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'budget', labels: { kind: 'test' } },
    spec: { minAvailable, selector: { matchLabels: { app: 'guarded' } } },
  });
  await space.apply(budget(1));
  const pod = await space.pod({ name: 'guarded', labels: { app: 'guarded' }, containers: [{ run: 'sleep 600' }] });
  await space.ready(pod);
  const status = async () => (await space.kubectl.json<PodDisruptionBudget>('get', 'pdb', 'budget')).status;
  await eventually(async () =>
    expect(await status()).toMatchObject({
      currentHealthy: 1,
      desiredHealthy: 1,
      disruptionsAllowed: 0,
      expectedPods: 1,
      observedGeneration: 1,
    }),
  );
  const eviction = JSON.stringify({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace: space.namespace } });
  const evict = () =>
    finish('kubectl', ['create', '--raw', `/api/v1/namespaces/${space.namespace}/pods/${pod}/eviction`, '-f', '-'], {
      input: eviction,
      env: { KUBECONFIG: space.kubeconfig },
    });
  const refused = await evict();
  expect(refused.stderr).toContain("Cannot evict pod as it would violate the pod's disruption budget.");
  await space.kubectl('patch', 'pdb', 'budget', '--type=merge', '-p', '{"spec":{"minAvailable":0}}');
  await eventually(async () => expect((await evict()).code).toBe(0));
  await space.kubectl('wait', `pod/${pod}`, '--for=delete', '--timeout=30s');
  const condition = { type: 'Patched', status: 'True', reason: 'E2E', message: 'm', lastTransitionTime: '2024-01-01T00:00:00Z' };
  await space.kubectl(
    'patch',
    'pdb',
    'budget',
    '--subresource=status',
    '--type=merge',
    '-p',
    JSON.stringify({ status: { disruptedPods: { gone: '2024-01-01T00:00:00Z' }, conditions: [condition] } }),
  );
  await space.kubectl('delete', 'pdb', '-l', 'kind=test');
  expect(await space.kubectl('get', 'pdb', '-o', 'name')).toBe('');
});
