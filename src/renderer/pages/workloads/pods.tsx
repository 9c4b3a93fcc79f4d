import { Box } from 'lucide-react';
import type { Pod } from '../../../kubernetes/api/generated/core-v1.ts';
import { pods } from '../../../kubernetes/api/resources.ts';
import { Age } from '../../components/common/Age.tsx';
import { ObjectLink } from '../../components/common/ObjectLink.tsx';
import { t } from '../../i18n/index.ts';
import { podStanding, readiness, restarts } from '../../kube/pods.ts';
import { logsAction, terminalAction } from '../actions/pod-actions.ts';
import { ratioColumn, statusColumn, textColumn, usageColumns } from '../common-columns.tsx';
import { type ColumnSpec, defineView } from '../view.ts';
import { PodSummary } from './PodSummary.tsx';

const restartsColumn: ColumnSpec<Pod> = {
  label: t('columns.restarts'),
  value: (pod) => restarts(pod).count,
  render: (pod) => {
    const { count, last } = restarts(pod);
    return (
      <span className="num">
        {count}
        {last ? (
          <span className="dim">
            {' '}
            (<Age since={last} />)
          </span>
        ) : null}
      </span>
    );
  },
  align: 'right',
  width: '104px',
  descending: true,
  drop: 1,
};

const nodeColumn: ColumnSpec<Pod> = {
  label: t('columns.node'),
  value: (pod) => pod.spec.nodeName,
  render: (pod, { cluster }) => (pod.spec.nodeName ? <ObjectLink cluster={cluster} kind="Node" name={pod.spec.nodeName} /> : null),
  width: 'minmax(110px, 1.1fr)',
  drop: 5,
};

export const podsView = defineView<Pod>({
  resource: pods,
  title: t('kinds.pods'),
  icon: Box,
  group: 'workloads',
  columns: [
    'name',
    statusColumn(podStanding, 'minmax(154px, 1fr)'),
    ratioColumn(t('columns.ready'), readiness),
    restartsColumn,
    'namespace',
    nodeColumn,
    textColumn(t('columns.ip'), (pod) => pod.status?.podIP, { width: '104px', drop: 6 }),
    ...usageColumns<Pod>(),
    'age',
  ],
  standing: podStanding,
  actions: [logsAction, terminalAction],
  Summary: PodSummary,
});
