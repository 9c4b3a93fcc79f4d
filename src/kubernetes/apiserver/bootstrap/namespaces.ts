import type { Namespace } from '../../api/generated/core-v1.ts';
import { namespaces } from '../../api/resources.ts';
import type { StartHook } from '../extensions.ts';
import { createMissing } from './create-missing.ts';

export const SYSTEM_NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease', 'default'] as const;

/** The namespaces that every cluster has. */
export const namespacesHook: StartHook = {
  name: 'start-system-namespaces-controller',
  async run({ store }) {
    await createMissing(store, namespaces, SYSTEM_NAMESPACES.map(namespaceNamed));
  },
};

function namespaceNamed(name: string): Namespace {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'kubernetes.io/metadata.name': name } }, spec: {} };
}
