import { ActionIcon, Button, Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ClipboardCopy, Ellipsis, ListChecks, PackagePlus, Play, Square, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ClusterSummary } from '../../../ipc/cluster.ts';
import { Age } from '../../components/common/Age.tsx';
import { StatusMark } from '../../components/common/StatusMark.tsx';
import { openOperation } from '../../state/dialogs.ts';
import classes from './Clusters.module.css';
import { confirmDeleteCluster, confirmStop, copyKubeconfig, openLoadImage, startCluster } from './cluster-actions.tsx';
import { clusterStanding } from './cluster-standing.ts';
import { NodeStrip } from './NodeStrip.tsx';

/** One cluster: how it is, its nodes, and what can be done to it. */
export function ClusterCard({ cluster }: { cluster: ClusterSummary }) {
  const { t } = useTranslation();
  const { name, state } = cluster;
  const busy = state === 'creating' || state === 'deleting';
  return (
    <div className={classes.card} aria-label={name}>
      <div className={classes.cardHead}>
        <h2 className={classes.cardName}>
          <Link to="/c/$cluster" params={{ cluster: name }}>
            {name}
          </Link>
        </h2>
        <StatusMark standing={clusterStanding(cluster)} />
        <div className={classes.cardActions}>
          {busy || state === 'failed' ? (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<ListChecks size={14} aria-hidden="true" />}
              onClick={() => openOperation(name)}
            >
              {t('clusters.showSteps')}
            </Button>
          ) : null}
          {state === 'running' ? (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<Square size={13} aria-hidden="true" />}
              onClick={() => confirmStop(cluster)}
            >
              {t('clusters.stop')}
            </Button>
          ) : null}
          {state === 'stopped' ? (
            <Button size="compact-sm" leftSection={<Play size={13} aria-hidden="true" />} onClick={() => startCluster(name)}>
              {t('clusters.start')}
            </Button>
          ) : null}
          {state === 'running' ? (
            <Button component="a" href={`#/c/${name}`} size="compact-sm" aria-label={t('clusters.open', { name })}>
              {t('common.open')}
            </Button>
          ) : null}
          <More cluster={cluster} />
        </div>
      </div>
      <NodeStrip nodes={cluster.nodes} />
      {cluster.error ? <p className={classes.error}>{cluster.error}</p> : null}
      <footer className={classes.cardFoot}>
        <span>{t('clusters.nodes', { count: cluster.nodes.length })}</span>
        {cluster.apiServer ? <span className="mono">{cluster.apiServer}</span> : null}
        {Date.parse(cluster.createdAt) > 0 ? (
          <span>
            {t('clusters.created')} <Age since={cluster.createdAt} />
          </span>
        ) : null}
        <code className="mono">{t('clusters.kubectl', { name })}</code>
      </footer>
    </div>
  );
}

function More({ cluster }: { cluster: ClusterSummary }) {
  const { t } = useTranslation();
  const { name, state } = cluster;
  return (
    <Menu position="bottom-end" shadow="md" withinPortal={false}>
      <Menu.Target>
        <ActionIcon variant="default" size="md" aria-label={t('clusters.menu', { name })}>
          <Ellipsis size={16} aria-hidden="true" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<PackagePlus size={15} aria-hidden="true" />}
          disabled={state !== 'running'}
          onClick={() => openLoadImage(name)}
        >
          {t('clusters.loadImage')}
        </Menu.Item>
        <Menu.Item
          leftSection={<ClipboardCopy size={15} aria-hidden="true" />}
          disabled={state !== 'running' && state !== 'stopped'}
          onClick={() => void copyKubeconfig(name)}
        >
          {t('clusters.kubeconfig')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          c="var(--sw-bad)"
          leftSection={<Trash2 size={15} aria-hidden="true" />}
          disabled={state === 'deleting'}
          onClick={() => confirmDeleteCluster(cluster)}
        >
          {t('clusters.delete')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
