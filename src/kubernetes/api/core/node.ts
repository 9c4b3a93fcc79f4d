import { ageColumn, nameColumn, text, wide } from '../columns.ts';
import { type Column, defineResource } from '../define.ts';
import type { Node } from '../generated/core-v1.ts';
import { nodes as type } from '../resources.ts';
import { nodeRules, nodeStatusRules } from '../validation/node.ts';
import { ALL_VERBS } from '../verbs.ts';
import { roundResourceList } from './resource-list.ts';

const ROLE_PREFIX = 'node-role.kubernetes.io/';
const ROLE_LABEL = 'kubernetes.io/role';

const columns: readonly Column<Node>[] = [
  nameColumn,
  text('Status', statusOf),
  text('Roles', (node) => rolesOf(node).join(',') || '<none>'),
  ageColumn,
  text('Version', ({ status }) => status?.nodeInfo?.kubeletVersion ?? ''),
  wide('Internal-IP', (node) => addressOf(node, 'InternalIP')),
  wide('External-IP', (node) => addressOf(node, 'ExternalIP')),
  wide('OS-Image', ({ status }) => status?.nodeInfo?.osImage || '<unknown>'),
  wide('Kernel-Version', kernelOf),
  wide('Container-Runtime', ({ status }) => status?.nodeInfo?.containerRuntimeVersion || '<unknown>'),
];

export const nodes = defineResource<Node>({
  ...type,
  singular: 'node',
  shortNames: ['no'],
  verbs: ALL_VERBS,
  subresources: ['status', 'proxy'],
  schema: 'io.k8s.api.core.v1.Node',
  generation: false,
  defaults: defaultNode,
  rules: nodeRules,
  statusRules: nodeStatusRules,
  // Unlike other kinds, a node may come with its status: kubelets register that way.
  prepareCreate: ({ spec }) => {
    delete spec?.configSource;
  },
  prepareUpdate: ({ spec }, previous) => {
    if (!previous.spec?.configSource) delete spec?.configSource;
  },
  columns,
  selectableFields: { 'spec.unschedulable': ({ spec }) => String(spec?.unschedulable ?? false) },
});

/** The older single-CIDR field mirrors the first of the list; what can be allocated is the capacity unless said otherwise. */
function defaultNode(node: Node): void {
  const { podCIDR, podCIDRs } = node.spec ?? {};
  if (podCIDR && podCIDR !== podCIDRs?.[0]) node.spec = { ...node.spec, podCIDRs: [podCIDR] };
  else if (node.spec?.podCIDRs?.length) node.spec.podCIDR = node.spec.podCIDRs[0];
  const { status } = node;
  if (!status) return;
  if (status.capacity && !status.allocatable) status.allocatable = { ...status.capacity };
  roundResourceList(status.capacity);
  roundResourceList(status.allocatable);
}

function statusOf({ spec, status }: Node): string {
  const ready = status?.conditions?.find(({ type: name }) => name === 'Ready');
  const health = !ready ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec?.unschedulable ? `${health},SchedulingDisabled` : health;
}

/** Roles are labels: their last part, or the value of the old role label. */
export function rolesOf({ metadata }: Node): string[] {
  const roles = new Set<string>();
  for (const [label, value] of Object.entries(metadata.labels ?? {})) {
    if (label.startsWith(ROLE_PREFIX) && label.length > ROLE_PREFIX.length) roles.add(label.slice(ROLE_PREFIX.length));
    else if (label === ROLE_LABEL && value) roles.add(value);
  }
  return [...roles].sort();
}

const addressOf = ({ status }: Node, kind: string): string =>
  status?.addresses?.find(({ type: name }) => name === kind)?.address ?? '<none>';

function kernelOf({ status }: Node): string {
  const { kernelVersion, architecture } = status?.nodeInfo ?? {};
  if (!kernelVersion) return '<unknown>';
  return architecture ? `${kernelVersion} (${architecture})` : kernelVersion;
}
