import { Button } from '@mantine/core';
import { Outlet, useParams } from '@tanstack/react-router';
import { CirclePause, CircleX, Compass, LoaderCircle } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ClusterSummary } from '../../ipc/cluster.ts';
import { StatePanel } from '../components/common/StatePanel.tsx';
import { useClusters } from '../hooks/use-clusters.ts';
import { startCluster } from '../pages/clusters/cluster-actions.tsx';
import { openOperation } from '../state/dialogs.ts';
import { NotFound } from './PageError.tsx';

const ICONS = { creating: LoaderCircle, stopped: CirclePause, failed: CircleX, deleting: LoaderCircle, running: Compass } as const;

/** Pages of one cluster; where it does not run, what to do about it instead. */
export function ClusterLayout() {
  const { cluster: name } = useParams({ from: '/c/$cluster' });
  const { data } = useClusters();
  if (!data) return null;
  const cluster = data.find((each) => each.name === name);
  if (!cluster) return <NotFound />;
  return cluster.state === 'running' ? <Outlet /> : <NotRunning cluster={cluster} />;
}

function NotRunning({ cluster }: { cluster: ClusterSummary }) {
  const { t } = useTranslation();
  const { name, state } = cluster;
  const actions =
    state === 'stopped' ? (
      <Button onClick={() => startCluster(name)}>{t('clusters.start')}</Button>
    ) : (
      <Button variant="default" onClick={() => openOperation(name)}>
        {t('clusters.showSteps')}
      </Button>
    );
  return (
    <StatePanel
      page
      icon={ICONS[state]}
      tone={state === 'failed' ? 'bad' : undefined}
      title={t('overview.notRunning', { name, state: t(`clusters.states.${state}`).toLowerCase() })}
      actions={actions}
    >
      {state === 'stopped' ? t('overview.startHint') : cluster.error}
    </StatePanel>
  );
}
