import { SquareCheck } from 'lucide-react';
import type { Job } from '../../../kubernetes/api/generated/batch-v1.ts';
import { jobs } from '../../../kubernetes/api/resources.ts';
import { t } from '../../i18n/index.ts';
import { formatAge } from '../../kube/format.ts';
import { jobStanding } from '../../kube/workloads.ts';
import { suspendAction, unsuspendAction } from '../actions/workload-actions.ts';
import { imagesColumn, ratioColumn, statusColumn } from '../common-columns.tsx';
import { type ColumnSpec, defineView } from '../view.ts';
import { WorkloadSummary } from './WorkloadSummary.tsx';

const durationMs = ({ status }: Job): number | undefined =>
  status?.startTime && status.completionTime ? Date.parse(status.completionTime) - Date.parse(status.startTime) : undefined;

const durationColumn: ColumnSpec<Job> = {
  label: t('columns.duration'),
  value: durationMs,
  render: (job) => {
    const ms = durationMs(job);
    return ms === undefined ? null : <span className="num">{formatAge(ms)}</span>;
  },
  align: 'right',
  width: '86px',
  drop: 3,
};

export const jobsView = defineView<Job>({
  resource: jobs,
  title: t('kinds.jobs'),
  icon: SquareCheck,
  group: 'workloads',
  columns: [
    'name',
    statusColumn(jobStanding),
    {
      ...ratioColumn<Job>(t('columns.completions'), ({ spec, status }) => ({
        ready: status?.succeeded ?? 0,
        total: spec?.completions ?? 1,
      })),
      width: '110px',
    },
    durationColumn,
    'namespace',
    imagesColumn(({ spec }) => spec?.template),
    'age',
  ],
  sort: { column: 'age' },
  standing: jobStanding,
  actions: [suspendAction, unsuspendAction],
  Summary: WorkloadSummary,
});
