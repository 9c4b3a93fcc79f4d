import { Button, Code, Skeleton } from '@mantine/core';
import { Container, Plus, Ship } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { EngineStatus } from '../../../ipc/cluster.ts';
import { StatePanel } from '../../components/common/StatePanel.tsx';
import { useClusters, useEngine } from '../../hooks/use-clusters.ts';
import { openCreateCluster } from '../../state/dialogs.ts';
import { ClusterCard } from './ClusterCard.tsx';
import classes from './Clusters.module.css';
import { createCluster } from './cluster-actions.tsx';

/** All clusters on this machine, and the way to the next one. */
export function ClustersPage() {
  const { t } = useTranslation();
  const { data: clusters, error } = useClusters();
  const { data: engine } = useEngine();
  const missing = engine && !engine.available;
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <h1>{t('clusters.title')}</h1>
        <span className="dim">{engine?.available ? t('clusters.engineVersion', { version: engine.version ?? '' }) : ''}</span>
        {clusters?.length ? (
          <Button
            className={classes.create}
            leftSection={<Plus size={16} aria-hidden="true" />}
            onClick={openCreateCluster}
            disabled={missing}
          >
            {t('clusters.create')}
          </Button>
        ) : null}
      </header>
      {missing ? <EngineMissing engine={engine} /> : null}
      {clusters === undefined && !missing ? error ? <p role="alert">{error.message}</p> : <Skeleton height={132} radius={10} /> : null}
      {clusters?.length === 0 && !missing ? <FirstCluster /> : null}
      <ul className={classes.cards} aria-label={t('clusters.title')}>
        {clusters?.map((cluster) => (
          <li key={cluster.name}>
            <ClusterCard cluster={cluster} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function FirstCluster() {
  const { t } = useTranslation();
  return (
    <StatePanel
      icon={Ship}
      title={t('clusters.none')}
      actions={
        <>
          <Button size="lg" onClick={() => createCluster({ name: 'dev', controlPlanes: 1, workers: 2 })}>
            {t('clusters.noneAction')}
          </Button>
          <Button size="lg" variant="default" onClick={openCreateCluster}>
            {t('clusters.customise')}
          </Button>
        </>
      }
    >
      {t('clusters.noneHint')}
    </StatePanel>
  );
}

function EngineMissing({ engine }: { engine: EngineStatus }) {
  const { t } = useTranslation();
  return (
    <StatePanel icon={Container} tone="bad" title={t('clusters.engineMissing')}>
      <p>
        {t('clusters.engineHint')} {engine.problem}
      </p>
      {engine.remedy ? (
        <p>
          <strong>{t('clusters.remedy')}:</strong> <Code>{engine.remedy}</Code>
        </p>
      ) : null}
      <p>{t('clusters.engineChecking')}</p>
    </StatePanel>
  );
}
