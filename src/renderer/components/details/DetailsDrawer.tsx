import { ActionIcon, Button, Tabs, Tooltip } from '@mantine/core';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Ghost, Trash2, X } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type KubeObject, keyOf } from '../../../kubernetes/machinery/meta.ts';
import { namespaceFromPath } from '../../kube/names.ts';
import { useLive, useLiveObject } from '../../live/use-live.ts';
import { viewByPath } from '../../pages/find-view.ts';
import type { KindView } from '../../pages/view.ts';
import { Age } from '../common/Age.tsx';
import { StatePanel } from '../common/StatePanel.tsx';
import { StatusMark } from '../common/StatusMark.tsx';
import { confirmDelete } from '../delete/confirm-delete.tsx';
import { isTyping } from '../resource-table/use-grid-keys.ts';
import { YamlTab } from '../yaml/YamlTab.tsx';
import classes from './Details.module.css';
import { EventList } from './EventList.tsx';
import { Summary } from './Summary.tsx';
import { isDetailsTab } from './tabs.ts';

/** Details of the object in the address. */
export function DetailsDrawer() {
  const { t } = useTranslation();
  const { cluster, kind, namespace, name } = useParams({ from: '/c/$cluster/$kind/$namespace/$name' });
  const navigate = useNavigate();
  const close = useCallback(() => void navigate({ to: '/c/$cluster/$kind', params: { cluster, kind } }), [navigate, cluster, kind]);
  useEscape(close);
  const view = viewByPath(kind);
  if (!view) return null;
  return (
    <div className={classes.panel} role="complementary" aria-label={t('details.label', { name })}>
      <Content
        key={`${kind}/${namespace}/${name}`}
        cluster={cluster}
        view={view}
        objectKey={keyOf({ metadata: { namespace: namespaceFromPath(namespace), name } })}
        onClose={close}
      />
    </div>
  );
}

interface ContentProps {
  cluster: string;
  view: KindView;
  objectKey: string;
  onClose(): void;
}

function Content({ cluster, view, objectKey, onClose }: ContentProps) {
  const { t } = useTranslation();
  const live = useLive(cluster, view.resource);
  const current = useLiveObject(cluster, view.resource, objectKey);
  // What was shown stays readable after the object is gone, marked as such.
  const [last, setLast] = useState<KubeObject>();
  if (current && current !== last) setLast(current);
  const object = current ?? last;
  const { tab = 'summary' } = useSearch({ from: '/c/$cluster/$kind/$namespace/$name' });
  const navigate = useNavigate({ from: '/c/$cluster/$kind/$namespace/$name' });
  const setTab = (next: string | null) => void navigate({ search: isDetailsTab(next) ? { tab: next } : {}, replace: true });
  if (!object) {
    return live.phase === 'loading' ? (
      <Head title={objectKey.split('/').at(-1) ?? ''} onClose={onClose} />
    ) : (
      <>
        <Head title={objectKey} onClose={onClose} />
        <StatePanel icon={Ghost} title={t('details.gone', { name: objectKey })}>
          {t('details.goneHint')}
        </StatePanel>
      </>
    );
  }
  return (
    <>
      <Head title={object.metadata.name ?? ''} onClose={onClose}>
        <SubHead view={view} object={object} gone={!current} />
        {current ? <Actions cluster={cluster} view={view} object={object} /> : null}
      </Head>
      <Tabs value={tab} onChange={setTab} className={classes.tabs} keepMounted={false}>
        <Tabs.List px={8}>
          <Tabs.Tab value="summary">{t('details.tabs.summary')}</Tabs.Tab>
          <Tabs.Tab value="events">{t('details.tabs.events')}</Tabs.Tab>
          <Tabs.Tab value="yaml">{t('details.tabs.yaml')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="summary">
          <Summary cluster={cluster} view={view} object={object} />
        </Tabs.Panel>
        <Tabs.Panel value="events">
          <EventList cluster={cluster} object={object} />
        </Tabs.Panel>
        <Tabs.Panel value="yaml">
          <YamlTab cluster={cluster} resource={view.resource} object={object} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function Head({ title, onClose, children }: { title: string; onClose(): void; children?: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className={classes.head}>
      <div className={classes.headRow}>
        <h2 className={classes.name}>{title}</h2>
        <Tooltip label={`${t('details.close')} (Esc)`}>
          <ActionIcon variant="subtle" color="gray" aria-label={t('details.close')} onClick={onClose}>
            <X size={17} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
      </div>
      {children}
    </div>
  );
}

function SubHead({ view, object, gone }: { view: KindView; object: KubeObject; gone: boolean }) {
  const { t } = useTranslation();
  return (
    <div className={classes.sub}>
      {gone ? (
        <StatusMark standing={{ level: 'unknown', word: t('details.gone', { name: view.resource.kind }) }} />
      ) : view.standing ? (
        <StatusMark standing={view.standing(object)} />
      ) : null}
      <span>{view.resource.kind}</span>
      {object.metadata.namespace ? <span>{object.metadata.namespace}</span> : null}
      <span>
        <Age since={object.metadata.creationTimestamp} />
      </span>
    </div>
  );
}

function Actions({ cluster, view, object }: { cluster: string; view: KindView; object: KubeObject }) {
  const { t } = useTranslation();
  const actions = (view.actions ?? []).filter((action) => action.available?.(object) ?? true);
  return (
    <div className={classes.actions} role="group" aria-label={t('common.actions')}>
      {actions.map(({ id, label, icon: Icon, run }) => (
        <Button
          key={id}
          size="compact-sm"
          variant="default"
          leftSection={<Icon size={14} aria-hidden="true" />}
          onClick={() => run({ cluster, object })}
        >
          {label}
        </Button>
      ))}
      {view.deletable === false ? null : (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<Trash2 size={14} aria-hidden="true" />}
          onClick={() => confirmDelete({ cluster, resource: view.resource, objects: [object] })}
        >
          {t('actions.delete')}
        </Button>
      )}
    </div>
  );
}

/** Escape closes the drawer, unless something nearer takes it: a field, a menu, a dialog, a terminal. */
function useEscape(close: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || isTyping(event.target)) return;
      if (document.querySelector('[role="dialog"], [role="menu"]')) return;
      close();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [close]);
}
