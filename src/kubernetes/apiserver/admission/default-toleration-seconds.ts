import type { Pod, Toleration } from '../../api/generated/core-v1.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';
import { isCore } from './rejection.ts';

const TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
const SECONDS = 300;

/** Pods stay five minutes on a node that stopped answering, unless they say otherwise. */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  handles: (attributes) => isCore(attributes, 'pods') && (attributes.operation === 'CREATE' || attributes.operation === 'UPDATE'),
  mutate({ object }: AdmissionAttributes) {
    const { spec } = object as Pod;
    if (!spec) return;
    const missing = TAINTS.filter((taint) => !spec.tolerations?.some((toleration) => covers(toleration, taint)));
    if (missing.length > 0) spec.tolerations = [...(spec.tolerations ?? []), ...missing.map(tolerationOf)];
  },
};

function covers({ key, effect }: Toleration, taint: string): boolean {
  return (!key || key === taint) && (!effect || effect === 'NoExecute');
}

function tolerationOf(key: string): Toleration {
  return { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS };
}
