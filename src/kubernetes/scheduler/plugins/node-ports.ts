import type { FilterPlugin } from '../framework/plugin.ts';
import { fits, rejects, skip } from '../framework/plugin.ts';

/** Rejects nodes where a host port of the pod is taken. */
export const nodePorts = {
  name: 'NodePorts',
  wakesOn: ['Node/Add', 'AssignedPod/Delete'],
  preFilter: ({ hostPorts }) => (hostPorts.length > 0 ? undefined : skip),
  filter({ hostPorts }, node) {
    return node.hasConflict(hostPorts) ? rejects("node(s) didn't have free ports for the requested pod ports") : fits;
  },
} satisfies FilterPlugin;
