import { Grid3x3 } from 'lucide-react';
import type { DaemonSet } from '../../../kubernetes/api/generated/apps-v1.ts';
import { daemonSets } from '../../../kubernetes/api/resources.ts';
import { t } from '../../i18n/index.ts';
import { daemonSetStanding } from '../../kube/workloads.ts';
import { restartAction } from '../actions/workload-actions.ts';
import { countColumn, imagesColumn, statusColumn } from '../common-columns.tsx';
import { defineView } from '../view.ts';
import { WorkloadSummary } from './WorkloadSummary.tsx';

export const daemonSetsView = defineView<DaemonSet>({
  resource: daemonSets,
  title: t('kinds.daemonSets'),
  icon: Grid3x3,
  group: 'workloads',
  columns: [
    'name',
    statusColumn(daemonSetStanding),
    countColumn(t('columns.desired'), ({ status }) => status?.desiredNumberScheduled),
    countColumn(t('columns.current'), ({ status }) => status?.currentNumberScheduled, { drop: 3 }),
    countColumn(t('columns.ready'), ({ status }) => status?.numberReady),
    countColumn(t('columns.upToDate'), ({ status }) => status?.updatedNumberScheduled ?? 0, { drop: 4 }),
    'namespace',
    imagesColumn(({ spec }) => spec?.template),
    'age',
  ],
  standing: daemonSetStanding,
  actions: [restartAction],
  Summary: WorkloadSummary,
});
