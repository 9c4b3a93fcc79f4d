import { ageColumn, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { PriorityLevelConfiguration, QueuingConfiguration } from '../generated/flowcontrol-v1.ts';
import { priorityLevelConfigurations as type } from '../resources.ts';
import { priorityLevelRules } from '../validation/priority-level-configuration.ts';
import { ALL_VERBS } from '../verbs.ts';

export const priorityLevelConfigurations = defineResource<PriorityLevelConfiguration>({
  ...type,
  singular: 'prioritylevelconfiguration',
  verbs: ALL_VERBS,
  subresources: ['status'],
  metadataOnUpdate: ['whole'],
  schema: 'io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration',
  defaults,
  rules: priorityLevelRules,
  columns: [
    nameColumn,
    text('Type', ({ spec }) => spec?.type ?? ''),
    text('NominalConcurrencyShares', ({ spec }) => shown((spec?.limited ?? spec?.exempt)?.nominalConcurrencyShares)),
    text('Queues', (level) => shown(queuingOf(level)?.queues)),
    text('HandSize', (level) => shown(queuingOf(level)?.handSize)),
    text('QueueLengthLimit', (level) => shown(queuingOf(level)?.queueLengthLimit)),
    ageColumn,
  ],
});

function defaults(level: PriorityLevelConfiguration): void {
  const { limited, exempt } = level.spec ?? {};
  if (limited) {
    limited.nominalConcurrencyShares ??= 30;
    limited.lendablePercent ??= 0;
  }
  if (exempt) {
    exempt.nominalConcurrencyShares ??= 0;
    exempt.lendablePercent ??= 0;
  }
  const queuing = queuingOf(level);
  if (!queuing) return;
  queuing.queues ||= 64;
  queuing.handSize ||= 8;
  queuing.queueLengthLimit ||= 50;
}

function queuingOf({ spec }: PriorityLevelConfiguration): QueuingConfiguration | undefined {
  return spec?.limited?.limitResponse?.queuing;
}

function shown(value: number | undefined): number | string {
  return value ?? '<none>';
}
