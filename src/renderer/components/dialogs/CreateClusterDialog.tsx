import { zodResolver } from '@hookform/resolvers/zod';
import { Button, Collapse, Group, Modal, NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { ClusterSpec } from '../../../ipc/cluster.ts';
import { useClusters } from '../../hooks/use-clusters.ts';
import { createCluster } from '../../pages/clusters/cluster-actions.tsx';

/** Name and size of a new cluster; then the step list takes over. */
export function CreateClusterDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const { data: clusters = [] } = useClusters();
  const [advanced, setAdvanced] = useState(false);
  const names = clusters.map((cluster) => cluster.name);
  const form = useForm({
    resolver: zodResolver(ClusterSpec.refine((spec) => !names.includes(spec.name), { path: ['name'], error: t('createCluster.taken') })),
    defaultValues: { name: freeName(names), controlPlanes: 1 as const, workers: 2, apiPort: undefined },
    mode: 'onChange',
  });
  const { errors } = form.formState;
  const submit = form.handleSubmit((spec) => {
    onClose();
    createCluster(spec);
  });
  return (
    <Modal opened onClose={onClose} title={t('createCluster.title')}>
      <form onSubmit={submit} noValidate>
        <TextInput
          label={t('createCluster.name')}
          description={t('createCluster.nameHint', { name: form.watch('name') })}
          error={errors.name?.message}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          {...form.register('name')}
        />
        <Controller
          control={form.control}
          name="workers"
          render={({ field }) => (
            <NumberInput
              mt="md"
              label={t('createCluster.workers')}
              description={t('createCluster.workersHint')}
              error={errors.workers?.message}
              allowDecimal={false}
              {...field}
            />
          )}
        />
        <Button variant="subtle" size="compact-sm" mt="md" aria-expanded={advanced} onClick={() => setAdvanced((now) => !now)}>
          {t('createCluster.advanced')}
        </Button>
        <Collapse expanded={advanced}>
          <Controller
            control={form.control}
            name="apiPort"
            render={({ field: { value, onChange, ...field } }) => (
              <NumberInput
                mt="xs"
                label={t('createCluster.port')}
                description={t('createCluster.portHint')}
                error={errors.apiPort?.message}
                allowDecimal={false}
                value={value ?? ''}
                onChange={(next) => onChange(next === '' ? undefined : next)}
                {...field}
              />
            )}
          />
        </Collapse>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit">{t('createCluster.submit')}</Button>
        </Group>
      </form>
    </Modal>
  );
}

/** `dev`, then `dev-2` and so on. */
function freeName(taken: readonly string[]): string {
  if (!taken.includes('dev')) return 'dev';
  let number = 2;
  while (taken.includes(`dev-${number}`)) number += 1;
  return `dev-${number}`;
}
