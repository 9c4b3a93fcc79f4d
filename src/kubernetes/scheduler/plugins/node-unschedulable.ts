import type { Taint } from '../../api/generated/core-v1.ts';
import { tolerates } from '../../api/helpers/tolerations.ts';
import type { FilterPlugin } from '../framework/plugin.ts';
import { fits, rejects } from '../framework/plugin.ts';

const CORDON: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** Rejects cordoned nodes unless the pod tolerates the cordon taint. */
export const nodeUnschedulable = {
  name: 'NodeUnschedulable',
  wakesOn: ['Node/Add', 'Node/UpdateTaint'],
  filter({ pod }, { node }) {
    if (!node.spec.unschedulable || pod.spec.tolerations?.some((toleration) => tolerates(toleration, CORDON))) return fits;
    return rejects('node(s) were unschedulable', { preemptionHelps: false });
  },
} satisfies FilterPlugin;
