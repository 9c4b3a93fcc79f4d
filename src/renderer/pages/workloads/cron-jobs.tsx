import { CalendarClock } from 'lucide-react';
import type { CronJob } from '../../../kubernetes/api/generated/batch-v1.ts';
import { cronJobs } from '../../../kubernetes/api/resources.ts';
import { Age } from '../../components/common/Age.tsx';
import { t } from '../../i18n/index.ts';
import { cronJobStanding } from '../../kube/workloads.ts';
import { suspendAction, unsuspendAction } from '../actions/workload-actions.ts';
import { countColumn, imagesColumn, statusColumn, textColumn } from '../common-columns.tsx';
import { defineView } from '../view.ts';

export const cronJobsView = defineView<CronJob>({
  resource: cronJobs,
  title: t('kinds.cronJobs'),
  icon: CalendarClock,
  group: 'workloads',
  columns: [
    'name',
    statusColumn(cronJobStanding),
    textColumn(t('columns.schedule'), ({ spec }) => spec?.schedule, { width: '120px' }),
    countColumn(t('kinds.jobs'), ({ status }) => status?.active?.length ?? 0),
    {
      label: t('columns.lastRun'),
      value: ({ status }) => status?.lastScheduleTime,
      render: ({ status }) => <Age since={status?.lastScheduleTime} />,
      align: 'right',
      width: '86px',
    },
    'namespace',
    imagesColumn(({ spec }) => spec?.jobTemplate.spec?.template),
    'age',
  ],
  standing: cronJobStanding,
  actions: [suspendAction, unsuspendAction],
});
