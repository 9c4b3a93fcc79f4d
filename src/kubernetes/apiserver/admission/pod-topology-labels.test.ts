import { expect, test } from 'vitest';
import { MemoryObjectStore } from '../../../../test/support/memory-object-store.ts';
import type { Pod } from '../../api/generated/core-v1.ts';
import { nodes, pods } from '../../api/resources.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { AdmissionAttributes } from './admission.ts';
import { PodTopologyLabels } from './pod-topology-labels.ts';

const ZONE = 'topology.kubernetes.io/zone';

function labelled(subresource: string, object: KubeObject): Record<string, string> | undefined {
  const store = new MemoryObjectStore();
  store.put(nodes, { metadata: { name: 'n', labels: { [ZONE]: 'a', other: 'x' } }, spec: {} });
  const attributes = { operation: 'CREATE', resource: pods, subresource, object } as unknown as AdmissionAttributes;
  const plugin = new PodTopologyLabels(store);
  expect(plugin.handles(attributes)).toBe(true);
  plugin.mutate(attributes);
  return object.metadata.labels;
}

test.each([
  { name: 'a binding', subresource: 'binding', object: { metadata: {}, target: { name: 'n' } }, labels: { [ZONE]: 'a' } },
  {
    name: 'a pod with a node',
    subresource: '',
    object: { metadata: { labels: { b: 'c' } }, spec: { nodeName: 'n' } },
    labels: { [ZONE]: 'a', b: 'c' },
  },
  {
    name: 'a label that is there',
    subresource: '',
    object: { metadata: { labels: { [ZONE]: 'z' } }, spec: { nodeName: 'n' } },
    labels: { [ZONE]: 'z' },
  },
  { name: 'a node that is not', subresource: 'binding', object: { metadata: {}, target: { name: 'm' } }, labels: undefined },
  { name: 'a pod without a node', subresource: '', object: { metadata: {}, spec: {} }, labels: undefined },
])('$name', ({ subresource, object, labels }) => {
  expect(labelled(subresource, object as Pod)).toEqual(labels);
});
