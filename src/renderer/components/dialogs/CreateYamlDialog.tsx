import { Button, FileButton, Group, Modal, NativeSelect, SegmentedControl, Select } from '@mantine/core';
import { FileUp } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DocumentResult } from '../../../ipc/kube.ts';
import { namespaces as namespaceType } from '../../../kubernetes/api/resources.ts';
import { kube } from '../../ipc/session.ts';
import { useLive } from '../../live/use-live.ts';
import { notifyDone } from '../../pages/actions/notify.ts';
import { namespaceFilter } from '../../state/namespace-filter.ts';
import { FaultList } from '../yaml/FaultList.tsx';
import { type FieldFault, faultsOf } from '../yaml/field-lines.ts';
import { SAMPLES } from '../yaml/samples.ts';
import classes from '../yaml/Yaml.module.css';
import { YamlEditor } from '../yaml/YamlEditor.tsx';
import { DocumentResults } from './DocumentResults.tsx';

type Mode = 'apply' | 'create';

/** Creates or applies a text of one or more documents, and says what became of each. */
export function CreateYamlDialog({ cluster, kind, onClose }: { cluster: string; kind?: string | undefined; onClose(): void }) {
  const { t } = useTranslation();
  const { items } = useLive(cluster, namespaceType);
  const [sample, setSample] = useState(kind && SAMPLES[kind] ? kind : 'Deployment');
  const [text, setText] = useState(SAMPLES[sample] ?? '');
  const [mode, setMode] = useState<Mode>('apply');
  const filter = namespaceFilter(cluster).get();
  const [namespace, setNamespace] = useState<string>(filter.length === 1 && filter[0] ? filter[0] : 'default');
  const [faults, setFaults] = useState<readonly FieldFault[]>([]);
  const [results, setResults] = useState<{ list: readonly DocumentResult[]; dryRun: boolean }>();
  const [busy, setBusy] = useState<'run' | 'check'>();
  const names = useMemo(
    () => [...new Set(['default', namespace, ...items.map((item) => item.metadata.name ?? '')])].sort(),
    [items, namespace],
  );

  const run = async (dryRun: boolean) => {
    setBusy(dryRun ? 'check' : 'run');
    setFaults([]);
    setResults(undefined);
    try {
      const list = await kube.applyYaml({ cluster, yaml: text, namespace, mode, dryRun });
      const failed = list.filter((result) => result.outcome === 'failed');
      if (failed.length === 0 && !dryRun) {
        notifyDone(t('createYaml.done', { count: list.length }));
        onClose();
        return;
      }
      setResults({ list, dryRun });
      setFaults(failed.flatMap((result) => faultsOfResult(text, result)));
    } catch (error) {
      setFaults(faultsOf(text, error as Error));
    } finally {
      setBusy(undefined);
    }
  };

  const chooseSample = (next: string) => {
    setSample(next);
    setText(SAMPLES[next] ?? '');
    setFaults([]);
    setResults(undefined);
  };

  return (
    <Modal opened onClose={onClose} title={t('createYaml.title')} size={860} closeOnClickOutside={false}>
      <Group mb="sm" gap="sm" align="flex-end">
        <NativeSelect
          size="xs"
          label={t('createYaml.samples')}
          data={Object.keys(SAMPLES)}
          value={sample}
          onChange={(event) => chooseSample(event.currentTarget.value)}
        />
        <Select
          size="xs"
          label={t('createYaml.namespace')}
          data={names}
          value={namespace}
          onChange={(value) => setNamespace(value ?? 'default')}
          searchable
          allowDeselect={false}
          w={260}
        />
        <FileButton accept=".yaml,.yml,.json" onChange={(file) => void file?.text().then(setText)}>
          {(props) => (
            <Button {...props} size="xs" variant="default" leftSection={<FileUp size={14} aria-hidden="true" />}>
              {t('createYaml.openFile')}
            </Button>
          )}
        </FileButton>
      </Group>
      <div className={classes.createEditor}>
        <YamlEditor label={t('createYaml.editor')} value={text} onChange={setText} onSave={() => void run(false)} faults={faults} />
      </div>
      {results ? <DocumentResults results={results.list} dryRun={results.dryRun} /> : <FaultList faults={faults} />}
      <Group justify="space-between" mt="md">
        <SegmentedControl
          size="xs"
          aria-label={t('createYaml.mode')}
          value={mode}
          onChange={(value) => setMode(value as Mode)}
          data={[
            { value: 'apply', label: t('createYaml.apply') },
            { value: 'create', label: t('createYaml.create') },
          ]}
        />
        <Group gap="sm">
          <Button variant="default" loading={busy === 'check'} onClick={() => void run(true)}>
            {t('createYaml.dryRun')}
          </Button>
          <Button loading={busy === 'run'} onClick={() => void run(false)}>
            {t(`createYaml.submit.${mode}`)}
          </Button>
        </Group>
      </Group>
    </Modal>
  );
}

/** The faults of one refused document, at their lines; a fault of no field is at the document's first line. */
function faultsOfResult(text: string, result: DocumentResult): FieldFault[] {
  const error = result.error as Parameters<typeof faultsOf>[1] | undefined;
  return error ? faultsOf(text, error, result.index).map((fault) => ({ ...fault, line: fault.line ?? result.line })) : [];
}
