import { Server } from 'lucide-react';
import type { Node } from '../../../kubernetes/api/generated/core-v1.ts';
import { nodes } from '../../../kubernetes/api/resources.ts';
import { t } from '../../i18n/index.ts';
import { nodeRoles, nodeStanding } from '../../kube/workloads.ts';
import { cordonAction, uncordonAction } from '../actions/node-actions.ts';
import { statusColumn, textColumn, usageColumns } from '../common-columns.tsx';
import { defineView } from '../view.ts';
import { NodeSummary } from './NodeSummary.tsx';

export const nodesView = defineView<Node>({
  resource: nodes,
  title: t('kinds.nodes'),
  icon: Server,
  group: 'cluster',
  columns: [
    'name',
    statusColumn(nodeStanding, 'minmax(140px, 1fr)'),
    textColumn(t('columns.roles'), (node) => nodeRoles(node).join(', ') || undefined, { width: 'minmax(112px, 1fr)', drop: 1 }),
    textColumn(t('columns.internalIp'), (node) => node.status?.addresses?.find((address) => address.type === 'InternalIP')?.address, {
      width: '116px',
      drop: 5,
    }),
    textColumn(t('columns.version'), (node) => node.status?.nodeInfo?.kubeletVersion, { drop: 4 }),
    ...usageColumns<Node>(),
    'age',
  ],
  standing: nodeStanding,
  actions: [cordonAction, uncordonAction],
  Summary: NodeSummary,
  creatable: false,
});
