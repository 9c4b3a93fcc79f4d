import { Button, Checkbox } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleAlert, KeyRound, RotateCcw, Save } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { KubeObject } from '../../../kubernetes/machinery/meta.ts';
import type { ResourceType } from '../../../kubernetes/machinery/resource.ts';
import { isConflict } from '../../../kubernetes/machinery/status.ts';
import { kube } from '../../ipc/session.ts';
import { called } from '../../kube/names.ts';
import { notifyDone } from '../../pages/actions/notify.ts';
import { StatePanel } from '../common/StatePanel.tsx';
import { FaultList } from './FaultList.tsx';
import { type FieldFault, faultsOf } from './field-lines.ts';
import { fromYaml, toYaml } from './object-yaml.ts';
import classes from './Yaml.module.css';
import { YamlEditor } from './YamlEditor.tsx';

interface Props {
  cluster: string;
  resource: ResourceType;
  object: KubeObject;
}

/** The object as the server has it, to read and to edit. */
export function YamlTab(props: Props) {
  const { t } = useTranslation();
  const { cluster, resource, object } = props;
  const [asked, setAsked] = useState(resource.plural !== 'secrets');
  const key = ['object', cluster, resource.group, resource.plural, object.metadata.namespace, object.metadata.name] as const;
  const { data, error, refetch } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) =>
      kube.get({ cluster, resource, namespace: object.metadata.namespace, name: object.metadata.name ?? '' }, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    enabled: asked,
  });
  if (!asked) {
    return (
      <StatePanel
        icon={KeyRound}
        title={t('yaml.readOnly')}
        actions={<Button onClick={() => setAsked(true)}>{t('yaml.showSecret')}</Button>}
      />
    );
  }
  if (error) {
    return (
      <StatePanel
        icon={CircleAlert}
        tone="bad"
        title={t('yaml.readFailed')}
        actions={<Button onClick={() => void refetch()}>{t('common.retry')}</Button>}
      >
        {error.message}
      </StatePanel>
    );
  }
  return data ? <Editing {...props} served={data} queryKey={key} latest={object.metadata.resourceVersion} /> : null;
}

interface EditingProps extends Props {
  served: KubeObject;
  queryKey: readonly unknown[];
  /** The version the list knows; newer than `served` when it changed meanwhile. */
  latest: string | undefined;
}

function Editing({ cluster, resource, object, served, queryKey, latest }: EditingProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [managed, setManaged] = useState(false);
  const original = toYaml(served, { managedFields: managed });
  const [draft, setDraft] = useState<string>();
  const [faults, setFaults] = useState<readonly FieldFault[]>(NONE);
  const [conflict, setConflict] = useState(false);
  const [busy, setBusy] = useState(false);
  const text = draft ?? original;
  const edited = draft !== undefined && draft !== original;
  const what = called(resource, object);
  const outdated = latest !== undefined && latest !== served.metadata.resourceVersion;
  const { namespace, name = '' } = object.metadata;

  const reload = async () => {
    setDraft(undefined);
    setFaults(NONE);
    setConflict(false);
    await queries.invalidateQueries({ queryKey: [...queryKey] });
  };

  const save = async (options: { over?: boolean } = {}) => {
    if (!edited && !options.over) return;
    setBusy(true);
    setFaults(NONE);
    try {
      const wanted = fromYaml(text);
      // On top of whatever is there now: without a version there is nothing to conflict with.
      if (options.over) wanted.metadata = { ...wanted.metadata, resourceVersion: undefined };
      const saved = await kube.update({ cluster, resource, namespace, name, object: wanted });
      queries.setQueryData([...queryKey], saved);
      setDraft(undefined);
      setConflict(false);
      notifyDone(t('yaml.saved', { what }));
    } catch (error) {
      if (isConflict(error)) setConflict(true);
      else setFaults(faultsOf(text, error as Error));
    } finally {
      setBusy(false);
    }
  };

  if (outdated && !edited && !busy) void queries.invalidateQueries({ queryKey: [...queryKey] });

  return (
    <div className={classes.tab}>
      <div className={classes.bar}>
        <Button size="xs" leftSection={<Save size={14} aria-hidden="true" />} disabled={!edited} loading={busy} onClick={() => void save()}>
          {t('yaml.save')}
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<RotateCcw size={14} aria-hidden="true" />}
          disabled={!edited}
          onClick={() => void reload()}
        >
          {t('yaml.reset')}
        </Button>
        <span className="dim">{edited ? t('yaml.unsaved') : ''}</span>
        <span className={classes.grow} />
        <Checkbox
          size="xs"
          label={t('yaml.managedFields')}
          checked={managed}
          disabled={edited}
          onChange={(event) => setManaged(event.currentTarget.checked)}
        />
      </div>
      {conflict || (outdated && edited) ? (
        <div className={classes.banner} role="alert">
          <span>{t(conflict ? 'yaml.conflictHint' : 'yaml.changedHint')}</span>
          <Button size="compact-xs" variant="default" onClick={() => void reload()}>
            {t('yaml.loadNew')}
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => void save({ over: true })}>
            {t('yaml.keepMine')}
          </Button>
        </div>
      ) : null}
      <FaultList faults={faults} />
      <YamlEditor label={t('yaml.editor', { what })} value={text} onChange={setDraft} onSave={() => void save()} faults={faults} />
    </div>
  );
}

const NONE: readonly FieldFault[] = [];
