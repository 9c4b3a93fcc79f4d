import type { Pod, PreferredSchedulingTerm } from '../../api/generated/core-v1.ts';
import { matchesNodeAffinity, matchesNodeSelectorTerm } from '../../api/helpers/node-affinity.ts';
import type { FilterPlugin, ScorePlugin } from '../framework/plugin.ts';
import { fits, proportionOfHighest, rejects, skip } from '../framework/plugin.ts';

const preferredTerms = ({ spec }: Pod): PreferredSchedulingTerm[] =>
  spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];

/** Holds a pod to the nodes that its nodeSelector and node affinity ask for, and prefers those it prefers. */
export const nodeAffinity = {
  name: 'NodeAffinity',
  wakesOn: ['Node/Add', 'Node/UpdateLabel'],

  preFilter({ pod }) {
    const asks = pod.spec.nodeSelector || pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    return asks ? undefined : skip;
  },

  filter({ pod }, { node }) {
    if (matchesNodeAffinity(pod, node)) return fits;
    return rejects("node(s) didn't match Pod's node affinity/selector", { preemptionHelps: false });
  },

  preScore: ({ pod }) => (preferredTerms(pod).length > 0 ? undefined : skip),

  score({ pod }, { node }) {
    let score = 0;
    for (const { weight, preference } of preferredTerms(pod)) if (matchesNodeSelectorTerm(preference, node)) score += weight;
    return score;
  },

  normalize: (scores) => proportionOfHighest(scores, false),
} satisfies FilterPlugin & ScorePlugin;
