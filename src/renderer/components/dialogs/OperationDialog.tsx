import { Button, Group, Modal } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCluster, useSteps } from '../../hooks/use-clusters.ts';
import { clusters } from '../../ipc/session.ts';
import { StepList } from '../steps/StepList.tsx';

const TITLES = {
  create: 'steps.creating',
  delete: 'steps.deleting',
  start: 'steps.starting',
  stop: 'steps.stopping',
  'load-image': 'steps.loading',
} as const;

/** The live steps of what is being done to a cluster. Closing it changes nothing: the work goes on. */
export function OperationDialog({ cluster: name, onClose }: { cluster: string; onClose(): void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const cluster = useCluster(name);
  const { data: steps = [] } = useSteps(name);
  const operation = steps.at(-1)?.operation ?? (cluster?.state === 'deleting' ? 'delete' : 'create');
  const failed = steps.some((step) => step.state === 'failed') || cluster?.state === 'failed';
  const busy =
    !failed &&
    (steps.some((step) => step.state === 'running' || step.state === 'pending') ||
      cluster?.state === 'creating' ||
      cluster?.state === 'deleting');
  const ready = !busy && !failed && cluster?.state === 'running';
  return (
    <Modal opened onClose={onClose} title={t(ready && operation === 'create' ? 'steps.doneCreate' : TITLES[operation], { name })} size="lg">
      <StepList cluster={name} steps={steps} error={cluster?.error} />
      <Group justify="flex-end" mt="lg">
        {busy ? (
          <>
            <Button variant="default" onClick={() => void clusters.cancel({ name })}>
              {t('steps.cancel')}
            </Button>
            <Button variant="default" onClick={onClose}>
              {t('steps.hide')}
            </Button>
          </>
        ) : (
          <Button variant="default" onClick={onClose}>
            {t('common.close')}
          </Button>
        )}
        {ready ? (
          <Button
            onClick={() => {
              onClose();
              void navigate({ to: '/c/$cluster', params: { cluster: name } });
            }}
          >
            {t('steps.openCluster', { name })}
          </Button>
        ) : null}
      </Group>
    </Modal>
  );
}
