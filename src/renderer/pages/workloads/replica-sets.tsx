import { Copy } from 'lucide-react';
import type { ReplicaSet } from '../../../kubernetes/api/generated/apps-v1.ts';
import { replicaSets } from '../../../kubernetes/api/resources.ts';
import { t } from '../../i18n/index.ts';
import { replicaStanding } from '../../kube/workloads.ts';
import { scaleAction } from '../actions/workload-actions.ts';
import { countColumn, imagesColumn, statusColumn } from '../common-columns.tsx';
import { defineView } from '../view.ts';
import { ownerColumn } from './owner-column.tsx';
import { WorkloadSummary } from './WorkloadSummary.tsx';

export const replicaSetsView = defineView<ReplicaSet>({
  resource: replicaSets,
  title: t('kinds.replicaSets'),
  icon: Copy,
  group: 'workloads',
  columns: [
    'name',
    statusColumn(replicaStanding),
    countColumn(t('columns.desired'), ({ spec }) => spec?.replicas ?? 1),
    countColumn(t('columns.current'), ({ status }) => status?.replicas ?? 0),
    countColumn(t('columns.ready'), ({ status }) => status?.readyReplicas ?? 0),
    'namespace',
    ownerColumn(),
    imagesColumn(({ spec }) => spec?.template),
    'age',
  ],
  standing: replicaStanding,
  actions: [scaleAction],
  Summary: WorkloadSummary,
});
