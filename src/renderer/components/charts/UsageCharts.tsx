import { SegmentedControl } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { MetricHistory, MetricSubject } from '../../../ipc/metrics.ts';
import { metrics } from '../../ipc/session.ts';
import { formatBytes, formatCores } from '../../kube/format.ts';
import { createSavedStore, useStore } from '../../state/store.ts';
import { Section } from '../common/Facts.tsx';
import { TimeChart } from './TimeChart.tsx';

const RANGES = [15, 60, 360, 1440] as const;
type Range = (typeof RANGES)[number];
const isRange = (value: unknown): value is Range => RANGES.includes(value as Range);
const range = createSavedStore<Range>('chart-range', 15, isRange);

interface Props {
  cluster: string;
  subject: MetricSubject;
  /** What there is to use, drawn as a line. */
  limits?: { cpu: number; memory: number };
}

/** CPU and memory of a pod or node over time; the history is kept in the cluster. */
export function UsageCharts({ cluster, subject, limits }: Props) {
  const { t } = useTranslation();
  const minutes = useStore(range);
  const { data, error } = useQuery({
    queryKey: ['history', cluster, subject, minutes],
    queryFn: ({ signal }) => metrics.history({ cluster, subject, minutes }, signal),
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const chart = (field: 'cpu' | 'memory', format: (value: number) => string) => (
    <TimeChart
      title={t(`metrics.${field}`)}
      inWords={(now, max) =>
        t('metrics.chart', { what: t(`metrics.${field}`), name: subject.name, range: t(`metrics.ranges.m${minutes}`), now, max })
      }
      times={data?.times ?? []}
      values={data?.[field] ?? []}
      format={format}
      limit={limits?.[field]}
      minutes={minutes}
      binary={field === 'memory'}
      empty={error ? t('metrics.failed') : isEmpty(data, field) ? t('metrics.noData') : undefined}
    />
  );
  return (
    <Section
      title={`${t('metrics.cpu')}, ${t('metrics.memory')}`}
      aside={
        <SegmentedControl
          size="xs"
          aria-label={t('metrics.range')}
          value={String(minutes)}
          onChange={(value) => range.set(Number(value) as Range)}
          data={RANGES.map((each) => ({ value: String(each), label: t(`metrics.ranges.m${each}`) }))}
        />
      }
    >
      {chart('cpu', formatCores)}
      {chart('memory', formatBytes)}
    </Section>
  );
}

function isEmpty(data: MetricHistory | undefined, field: 'cpu' | 'memory'): boolean {
  return data?.[field].every((value) => value === null) ?? false;
}
