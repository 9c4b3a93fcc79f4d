import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { nodes as nodeType, pods as podType } from '../../../kubernetes/api/resources.ts';
import { useLatestUse } from '../../hooks/use-usage.ts';
import { kube } from '../../ipc/session.ts';
import { bytesOf, coresOf, formatBytes, formatCores } from '../../kube/format.ts';
import { podStanding } from '../../kube/pods.ts';
import { nodeStanding } from '../../kube/workloads.ts';
import { useLive } from '../../live/use-live.ts';
import { openCreateYaml } from '../../state/dialogs.ts';
import { Attention } from './Attention.tsx';
import { Gauge } from './Gauge.tsx';
import { NodeCards } from './NodeCards.tsx';
import classes from './Overview.module.css';
import { Warnings } from './Warnings.tsx';
import { WorkloadCounts } from './WorkloadCounts.tsx';

/** A cluster at a glance: does it run, what does it use, what is wrong. */
export function OverviewPage() {
  const { t } = useTranslation();
  const { cluster } = useParams({ from: '/c/$cluster' });
  const { items: nodes } = useLive(cluster, nodeType);
  const { items: pods } = useLive(cluster, podType);
  const { data: use } = useLatestUse(cluster);
  const { data: version } = useQuery({
    queryKey: ['version', cluster],
    queryFn: ({ signal }) => kube.version({ cluster }, signal),
    staleTime: 60_000,
  });
  const ready = nodes.filter((node) => nodeStanding(node).level === 'good').length;
  const running = useMemo(() => pods.filter((pod) => ['good', 'done'].includes(podStanding(pod).level)).length, [pods]);
  const totals = useMemo(
    () => ({
      cpu: sum(nodes.map((node) => coresOf(node.status?.allocatable?.cpu))),
      memory: sum(nodes.map((node) => bytesOf(node.status?.allocatable?.memory))),
    }),
    [nodes],
  );
  const used = use && { cpu: sum(use.nodes.map((node) => node.cpu)), memory: sum(use.nodes.map((node) => node.memory)) };
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <h1>{t('overview.title')}</h1>
        <span className="dim">{version ? t('overview.version', { version: version.gitVersion }) : ''}</span>
        <Button
          size="xs"
          className={classes.push}
          leftSection={<Plus size={14} aria-hidden="true" />}
          onClick={() => openCreateYaml(cluster)}
        >
          {t('createYaml.title')}
        </Button>
      </header>
      <div className={classes.gauges}>
        <Gauge
          label={t('overview.nodes')}
          part={ready}
          whole={nodes.length}
          text={t('overview.nodesReady', { ready, total: nodes.length })}
          good="full"
        />
        <Gauge
          label={t('overview.pods')}
          part={running}
          whole={pods.length}
          text={t('overview.podsRunning', { running, total: pods.length })}
          good="full"
        />
        <Gauge
          label={t('overview.cpu')}
          part={used?.cpu}
          whole={totals.cpu}
          text={t('overview.ofCores', { used: used ? formatCores(used.cpu) : '–', total: formatCores(totals.cpu) })}
          good="low"
        />
        <Gauge
          label={t('overview.memory')}
          part={used?.memory}
          whole={totals.memory}
          text={t('overview.ofBytes', { used: used ? formatBytes(used.memory) : '–', total: formatBytes(totals.memory) })}
          good="low"
        />
      </div>
      <div className={classes.columns}>
        <div>
          <Attention cluster={cluster} nodes={nodes} pods={pods} />
          <Warnings cluster={cluster} />
        </div>
        <div>
          <NodeCards cluster={cluster} nodes={nodes} pods={pods} use={use?.nodes ?? []} />
          <WorkloadCounts cluster={cluster} />
        </div>
      </div>
    </div>
  );
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
