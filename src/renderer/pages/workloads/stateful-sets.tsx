import { Database } from 'lucide-react';
import type { StatefulSet } from '../../../kubernetes/api/generated/apps-v1.ts';
import { statefulSets } from '../../../kubernetes/api/resources.ts';
import { t } from '../../i18n/index.ts';
import { replicaStanding } from '../../kube/workloads.ts';
import { restartAction, scaleAction } from '../actions/workload-actions.ts';
import { imagesColumn, ratioColumn, statusColumn } from '../common-columns.tsx';
import { defineView } from '../view.ts';
import { WorkloadSummary } from './WorkloadSummary.tsx';

export const statefulSetsView = defineView<StatefulSet>({
  resource: statefulSets,
  title: t('kinds.statefulSets'),
  icon: Database,
  group: 'workloads',
  columns: [
    'name',
    statusColumn(replicaStanding),
    ratioColumn(t('columns.ready'), ({ spec, status }) => ({ ready: status?.readyReplicas ?? 0, total: spec?.replicas ?? 1 })),
    'namespace',
    imagesColumn(({ spec }) => spec?.template),
    'age',
  ],
  standing: replicaStanding,
  actions: [scaleAction, restartAction],
  Summary: WorkloadSummary,
});
