import { Layers } from 'lucide-react';
import type { Deployment } from '../../../kubernetes/api/generated/apps-v1.ts';
import { deployments } from '../../../kubernetes/api/resources.ts';
import { t } from '../../i18n/index.ts';
import { deploymentStanding } from '../../kube/workloads.ts';
import { pauseAction, restartAction, resumeAction, scaleAction } from '../actions/workload-actions.ts';
import { countColumn, imagesColumn, ratioColumn, statusColumn } from '../common-columns.tsx';
import { defineView } from '../view.ts';
import { WorkloadSummary } from './WorkloadSummary.tsx';

export const deploymentsView = defineView<Deployment>({
  resource: deployments,
  title: t('kinds.deployments'),
  icon: Layers,
  group: 'workloads',
  columns: [
    'name',
    statusColumn(deploymentStanding),
    ratioColumn(t('columns.ready'), ({ spec, status }) => ({ ready: status?.readyReplicas ?? 0, total: spec.replicas ?? 1 })),
    countColumn(t('columns.upToDate'), ({ status }) => status?.updatedReplicas ?? 0, { drop: 3 }),
    countColumn(t('columns.available'), ({ status }) => status?.availableReplicas ?? 0, { drop: 4 }),
    'namespace',
    imagesColumn(({ spec }) => spec.template),
    'age',
  ],
  standing: deploymentStanding,
  actions: [scaleAction, restartAction, pauseAction, resumeAction],
  Summary: WorkloadSummary,
});
