import { Button, Group, Text, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClusterSpec, ClusterSummary } from '../../../ipc/cluster.ts';
import { isCancelled } from '../../../ipc/errors.ts';
import { t } from '../../i18n/index.ts';
import { clusters } from '../../ipc/session.ts';
import { openDialog, openOperation } from '../../state/dialogs.ts';
import { notifyDone, notifyError } from '../actions/notify.ts';

/** Runs an operation with its step list in sight; where the list was closed, a notice says how it went. */
function operate(name: string, run: Promise<unknown>, done: string): void {
  openOperation(name);
  run.then(
    () => {
      if (!isWatched(name)) notifyDone(done);
    },
    (error: unknown) => {
      if (!isCancelled(error) && !isWatched(name)) notifyError(name, error);
    },
  );
}

function isWatched(name: string): boolean {
  const dialog = openDialog.get();
  return dialog?.name === 'operation' && dialog.cluster === name;
}

export function createCluster(spec: ClusterSpec): void {
  operate(spec.name, clusters.create(spec), t('steps.doneCreate', { name: spec.name }));
}

export function startCluster(name: string): void {
  operate(name, clusters.start({ name }), t('steps.doneCreate', { name }));
}

const nodeCount = (cluster: ClusterSummary) => t('clusters.nodes', { count: cluster.nodes.length });

export function confirmStop(cluster: ClusterSummary): void {
  const { name } = cluster;
  modals.openConfirmModal({
    title: t('stopCluster.title', { name }),
    children: <Text size="sm">{t('stopCluster.text', { nodes: nodeCount(cluster) })}</Text>,
    labels: { confirm: t('stopCluster.confirm', { name }), cancel: t('common.cancel') },
    onConfirm: () => operate(name, clusters.stop({ name }), t('clusters.states.stopped')),
  });
}

export function confirmDeleteCluster(cluster: ClusterSummary): void {
  const { name } = cluster;
  modals.openConfirmModal({
    title: t('deleteCluster.title', { name }),
    children: (
      <>
        <Text size="sm">{t('deleteCluster.text', { nodes: nodeCount(cluster) })}</Text>
        <ul className="mono">
          {cluster.nodes.map((node) => (
            <li key={node.name}>{node.name}</li>
          ))}
        </ul>
        <Text size="sm">{t('deleteCluster.contexts', { name })}</Text>
      </>
    ),
    labels: { confirm: t('deleteCluster.confirm', { name }), cancel: t('common.cancel') },
    confirmProps: { color: 'red' },
    onConfirm: () => operate(name, clusters.delete({ name }), t('details.gone', { name })),
  });
}

export async function copyKubeconfig(name: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(await clusters.kubeconfig({ name }));
    notifyDone(t('common.copied'));
  } catch (error) {
    notifyError(t('clusters.kubeconfig'), error);
  }
}

export function openLoadImage(name: string): void {
  modals.open({
    title: t('clusters.loadImageTitle', { name }),
    children: <LoadImageForm name={name} />,
  });
}

function LoadImageForm({ name }: { name: string }) {
  const { t } = useTranslation();
  const [source, setSource] = useState('');
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    modals.closeAll();
    operate(name, clusters.loadImage({ name, source }), t('clusters.imageLoaded', { source, name }));
  };
  return (
    <form onSubmit={submit}>
      <TextInput
        label={t('clusters.imageSource')}
        description={t('clusters.loadImageHint')}
        value={source}
        onChange={(event) => setSource(event.currentTarget.value)}
        data-autofocus
      />
      <Group justify="flex-end" mt="md">
        <Button type="submit" disabled={source.trim() === ''}>
          {t('clusters.loadImage')}
        </Button>
      </Group>
    </form>
  );
}
