import type { Node } from '../../api/generated/core-v1.ts';
import type { AdmissionPlugin } from './admission.ts';
import { isCore } from './rejection.ts';

const NOT_READY = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' } as const;

/** New nodes take no pods until the node controller has seen them ready. */
export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  handles: (attributes) => isCore(attributes, 'nodes') && attributes.operation === 'CREATE',
  mutate({ object }) {
    const node = object as Node;
    const taints = node.spec?.taints ?? [];
    if (taints.some(({ key, effect }) => key === NOT_READY.key && effect === NOT_READY.effect)) return;
    node.spec = { ...node.spec, taints: [...taints, { ...NOT_READY }] };
  },
};
