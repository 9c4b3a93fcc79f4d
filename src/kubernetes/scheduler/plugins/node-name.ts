import type { FilterPlugin } from '../framework/plugin.ts';
import { fits, rejects } from '../framework/plugin.ts';

/** Holds a pod that names its node to it. */
export const nodeName = {
  name: 'NodeName',
  wakesOn: ['Node/Add'],
  filter({ pod }, { name }) {
    if (!pod.spec.nodeName || pod.spec.nodeName === name) return fits;
    return rejects("node(s) didn't match the requested node name", { preemptionHelps: false });
  },
} satisfies FilterPlugin;
