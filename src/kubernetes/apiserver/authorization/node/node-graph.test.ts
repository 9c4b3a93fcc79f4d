import { expect, test } from 'vitest';
import { MemoryObjectStore } from '../../../../../test/support/memory-object-store.ts';
import type { PodSpec } from '../../../api/generated/core-v1.ts';
import { persistentVolumes, pods } from '../../../api/resources.ts';
import { NodeGraph } from './node-graph.ts';

const SPEC: PodSpec = {
  nodeName: 'a',
  serviceAccountName: 'builder',
  imagePullSecrets: [{ name: 'pull' }],
  initContainers: [{ name: 'i', envFrom: [{ configMapRef: { name: 'env-from' } }] }],
  containers: [{ name: 'c', env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 'env', key: 'k' } } }] }],
  volumes: [
    { name: 'v', projected: { sources: [{ configMap: { name: 'projected' } }, { secret: { name: 'projected' } }] } },
    { name: 'd', persistentVolumeClaim: { claimName: 'data' } },
    { name: 'e', ephemeral: {} },
  ],
};

function given(spec: PodSpec = SPEC, annotations: Record<string, string> = {}) {
  const store = new MemoryObjectStore();
  const graph = new NodeGraph(store);
  store.put(pods, { metadata: { namespace: 'ns', name: 'web', annotations }, spec });
  return {
    store,
    graph,
    reaches: (plural: string, name: string, node = 'a', namespace = 'ns') => graph.reaches(node, plural, namespace, name),
  };
}

test.each([
  ['pods', 'web'],
  ['serviceaccounts', 'builder'],
  ['secrets', 'pull'],
  ['secrets', 'env'],
  ['secrets', 'projected'],
  ['configmaps', 'env-from'],
  ['configmaps', 'projected'],
  ['persistentvolumeclaims', 'data'],
  ['persistentvolumeclaims', 'web-e'],
])('a node reaches %s/%s of its pod, other nodes and namespaces do not', (plural, name) => {
  const { reaches } = given();
  expect([reaches(plural, name), reaches(plural, name, 'b'), reaches(plural, name, 'a', 'other'), reaches(plural, `${name}-x`)]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test("through its claim a node reaches the volume and the volume's secret", () => {
  const { store, reaches } = given();
  const csi = { driver: 'd', volumeHandle: 'h', nodeStageSecretRef: { name: 'stage', namespace: 'storage' } };
  store.put(persistentVolumes, { metadata: { name: 'pv' }, spec: { claimRef: { namespace: 'ns', name: 'data' }, csi } });
  expect([
    reaches('persistentvolumes', 'pv', 'a', ''),
    reaches('secrets', 'stage', 'a', 'storage'),
    reaches('secrets', 'stage', 'b', 'storage'),
  ]).toEqual([true, true, false]);
  store.put(persistentVolumes, { metadata: { name: 'pv' }, spec: { csi } });
  expect([reaches('persistentvolumes', 'pv', 'a', ''), reaches('secrets', 'stage', 'a', 'storage')]).toEqual([false, false]);
});

test('what a pod needed is out of reach when it is gone, unless another still needs it', async () => {
  const { store, reaches } = given();
  store.put(pods, {
    metadata: { namespace: 'ns', name: 'web-2' },
    spec: { nodeName: 'a', containers: [], imagePullSecrets: [{ name: 'pull' }] },
  });
  await store.delete(pods, 'ns', 'web');
  expect([reaches('secrets', 'pull'), reaches('secrets', 'env'), reaches('pods', 'web')]).toEqual([true, false, false]);
});

test('a pod that is bound later counts from then on', () => {
  const { nodeName: _node, ...pending } = SPEC;
  const { store, reaches } = given(pending);
  expect(reaches('secrets', 'env')).toBe(false);
  store.put(pods, { metadata: { namespace: 'ns', name: 'web' }, spec: SPEC });
  expect(reaches('secrets', 'env')).toBe(true);
});

test('a mirror pod gives its node no rights', () => {
  const { reaches } = given(SPEC, { 'kubernetes.io/config.mirror': 'x' });
  expect([reaches('pods', 'web'), reaches('secrets', 'env')]).toEqual([true, false]);
});
