import { Button, Group, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { KubeObject } from '../../../kubernetes/machinery/meta.ts';
import type { ResourceType } from '../../../kubernetes/machinery/resource.ts';
import { isNotFound } from '../../../kubernetes/machinery/status.ts';
import { t } from '../../i18n/index.ts';
import { kube } from '../../ipc/session.ts';
import { notifyError } from '../../pages/actions/notify.ts';

interface Deletion {
  cluster: string;
  resource: ResourceType;
  objects: readonly KubeObject[];
  onDone?(): void;
}

const SHOWN = 8;

/** Names what will be destroyed and what goes with it, then deletes. */
export function confirmDelete(deletion: Deletion): void {
  const { resource, objects } = deletion;
  if (objects.length === 0) return;
  const [only] = objects;
  const what = objects.length === 1 ? `${resource.kind} ${only?.metadata.name}` : resource.plural;
  modals.open({
    title: t('deleteObjects.title', { count: objects.length, what }),
    children: <Confirmation deletion={deletion} what={what} />,
  });
}

function Confirmation({ deletion, what }: { deletion: Deletion; what: string }) {
  const { t } = useTranslation();
  const { resource, objects, onDone } = deletion;
  const [busy, setBusy] = useState(false);
  const consequences = t('deleteObjects.consequence', { returnObjects: true }) as Record<string, string>;

  async function submit() {
    setBusy(true);
    await Promise.all(objects.map((object) => deleteOne(deletion, object)));
    modals.closeAll();
    onDone?.();
  }

  return (
    <>
      <Text size="sm">
        {consequences[resource.kind]} {t('deleteObjects.text')}
      </Text>
      {objects.length > 1 ? <Names objects={objects} /> : null}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={() => modals.closeAll()} data-autofocus>
          {t('common.cancel')}
        </Button>
        <Button color="red" loading={busy} onClick={submit}>
          {t('deleteObjects.confirm', { count: objects.length, what })}
        </Button>
      </Group>
    </>
  );
}

function Names({ objects }: { objects: readonly KubeObject[] }) {
  const { t } = useTranslation();
  return (
    <ul className="mono">
      {objects.slice(0, SHOWN).map(({ metadata }) => (
        <li key={metadata.uid}>{metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name}</li>
      ))}
      {objects.length > SHOWN ? <li>{t('deleteObjects.andMore', { count: objects.length - SHOWN })}</li> : null}
    </ul>
  );
}

async function deleteOne({ cluster, resource }: Deletion, { metadata: { namespace, name = '', uid } }: KubeObject): Promise<void> {
  try {
    await kube.delete({ cluster, resource, namespace, name, uid, propagationPolicy: 'Background' });
  } catch (error) {
    // Somebody was quicker: it is gone, as wished.
    if (!isNotFound(error)) notifyError(t('deleteObjects.failed', { name, message: (error as Error).message }), '');
  }
}
