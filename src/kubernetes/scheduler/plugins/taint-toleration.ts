import type { Toleration } from '../../api/generated/core-v1.ts';
import { keepsPodsOut, tolerates, untoleratedTaint } from '../../api/helpers/tolerations.ts';
import type { FilterPlugin, ScorePlugin } from '../framework/plugin.ts';
import { fits, proportionOfHighest, rejects } from '../framework/plugin.ts';

/** Rejects nodes with a taint the pod does not tolerate, and prefers those with few that ask pods to stay away. */
export const taintToleration = {
  name: 'TaintToleration',
  wakesOn: ['Node/Add', 'Node/UpdateTaint'],

  filter({ pod }, { node }) {
    const taint = untoleratedTaint(node.spec.taints?.filter(keepsPodsOut), pod.spec.tolerations);
    if (!taint) return fits;
    return rejects(`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`, { preemptionHelps: false });
  },

  preScore({ pod }) {
    return (pod.spec.tolerations ?? []).filter(({ effect }) => !effect || effect === 'PreferNoSchedule');
  },

  score(_, { node }, tolerations) {
    const unwelcoming = (node.spec.taints ?? []).filter(({ effect }) => effect === 'PreferNoSchedule');
    return unwelcoming.filter((taint) => !tolerations.some((toleration) => tolerates(toleration, taint))).length;
  },

  normalize: (scores) => proportionOfHighest(scores, true),
} satisfies FilterPlugin & ScorePlugin<Toleration[]>;
