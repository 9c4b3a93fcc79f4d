import { Button, Group, NumberInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { t } from '../../i18n/index.ts';
import { kube } from '../../ipc/session.ts';
import { called } from '../../kube/names.ts';
import type { ActionTarget } from '../view.ts';
import { notifyDone } from './notify.ts';
import { resourceOf } from './patch-object.ts';

const MAX = 10_000;

/** Asks for the number of replicas and sets it. */
export function openScale(target: ActionTarget): void {
  const what = called(resourceOf(target.object), target.object);
  modals.open({
    title: t('scale.title', { what }),
    size: 'sm',
    children: <ScaleForm target={target} what={what} />,
  });
}

function ScaleForm({ target, what }: { target: ActionTarget; what: string }) {
  const { t } = useTranslation();
  const { cluster, object } = target;
  const now = (object as { spec?: { replicas?: number } }).spec?.replicas ?? 1;
  const [replicas, setReplicas] = useState<number | string>(now);
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);

  async function submit(event: React.FormEvent) {
    event.preventDefault();
    if (typeof replicas !== 'number') return;
    setBusy(true);
    try {
      const { namespace, name = '' } = object.metadata;
      await kube.patch({
        cluster,
        resource: resourceOf(object),
        namespace,
        name,
        subresource: 'scale',
        patch: { spec: { replicas } },
        type: 'merge',
      });
      modals.closeAll();
      notifyDone(t('scale.done', { what, count: replicas }));
    } catch (cause) {
      setError((cause as Error).message);
      setBusy(false);
    }
  }

  return (
    <form onSubmit={submit}>
      <NumberInput
        label={t('scale.replicas')}
        description={t('scale.now', { count: now })}
        value={replicas}
        onChange={setReplicas}
        min={0}
        max={MAX}
        clampBehavior="strict"
        allowDecimal={false}
        error={error}
        data-autofocus
      />
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={() => modals.closeAll()}>
          {t('common.cancel')}
        </Button>
        <Button type="submit" loading={busy} disabled={typeof replicas !== 'number'}>
          {t('scale.confirm')}
        </Button>
      </Group>
    </form>
  );
}
