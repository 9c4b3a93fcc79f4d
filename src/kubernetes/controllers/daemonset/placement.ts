import type { DaemonSet } from '../../api/generated/apps-v1.ts';
import type { Node, NodeSelectorTerm, Pod, PodSpec, Toleration } from '../../api/generated/core-v1.ts';
import { matchesNodeAffinity } from '../../api/helpers/node-affinity.ts';
import { keepsPodsOut, untoleratedTaint } from '../../api/helpers/tolerations.ts';

const NODE_NAME = 'metadata.name';

/** A daemon is for every state a node can be in. */
const TOLERATIONS: readonly Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
];
const HOST_NETWORK: Toleration = { key: 'node.kubernetes.io/network-unavailable', operator: 'Exists', effect: 'NoSchedule' };

/** Whether a daemon pod should be started on a node, and whether one that is there may stay. */
export function placement(daemonSet: DaemonSet, node: Node): { shouldRun: boolean; mayStay: boolean } {
  const spec = templateSpec(daemonSet);
  const pod: Pod = { metadata: {}, spec };
  const suits = (!spec.nodeName || spec.nodeName === node.metadata.name) && matchesNodeAffinity(pod, node);
  if (!suits) return { shouldRun: false, mayStay: false };
  const tolerations = daemonTolerations(spec);
  const taints = node.spec?.taints ?? [];
  return {
    shouldRun: !untoleratedTaint(taints.filter(keepsPodsOut), tolerations),
    mayStay: !untoleratedTaint(
      taints.filter(({ effect }) => effect === 'NoExecute'),
      tolerations,
    ),
  };
}

function templateSpec({ spec }: DaemonSet): PodSpec {
  return spec.template.spec ?? { containers: [] };
}

function daemonTolerations(spec: PodSpec): Toleration[] {
  const added = spec.hostNetwork ? [...TOLERATIONS, HOST_NETWORK] : TOLERATIONS;
  const own = (spec.tolerations ?? []).filter(
    (toleration) =>
      !added.some((each) => each.key === toleration.key && each.effect === toleration.effect && toleration.operator === 'Exists'),
  );
  return [...own, ...added];
}

/** The pod template's spec for one node: the scheduler binds it there and nowhere else. */
export function specForNode(daemonSet: DaemonSet, nodeName: string): PodSpec {
  const spec = structuredClone(templateSpec(daemonSet));
  const field = { key: NODE_NAME, operator: 'In' as const, values: [nodeName] };
  const nodeAffinity = spec.affinity?.nodeAffinity;
  const terms = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  // A fields term of the template's own would only repeat what was decided by it already.
  const pinned: NodeSelectorTerm[] = terms?.length ? terms.map((term) => ({ ...term, matchFields: [field] })) : [{ matchFields: [field] }];
  return {
    ...spec,
    affinity: {
      ...spec.affinity,
      nodeAffinity: { ...nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: pinned } },
    },
    tolerations: daemonTolerations(spec),
  };
}

/** The node a daemon pod is on, or made for. */
export function nodeOf({ spec }: Pod): string {
  if (spec.nodeName) return spec.nodeName;
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  for (const { matchFields = [] } of terms) {
    const field = matchFields.find(({ key, operator }) => key === NODE_NAME && operator === 'In');
    if (field?.values?.length === 1) return field.values[0] ?? '';
  }
  return '';
}
