import { formatLabelSelector } from '../../machinery/selectors.ts';
import { ageColumn, containerImages, containerNames, formatLabels, integer, nameColumn, text, wide } from '../columns.ts';
import { defaultPodTemplate } from '../core/pod-defaults.ts';
import { defineResource } from '../define.ts';
import type { DaemonSet } from '../generated/apps-v1.ts';
import { daemonSets as type } from '../resources.ts';
import { daemonSetRules, daemonSetStatusRules } from '../validation/daemon-set.ts';
import { sameValue } from '../validation/equal.ts';
import { ALL_VERBS } from '../verbs.ts';

/** Counts the versions of the pod template, from a time before controller revisions. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

export const daemonSets = defineResource<DaemonSet>({
  ...type,
  singular: 'daemonset',
  shortNames: ['ds'],
  categories: ['all'],
  verbs: ALL_VERBS,
  subresources: ['status'],
  schema: 'io.k8s.api.apps.v1.DaemonSet',
  metadataOnUpdate: ['update'],
  defaults: defaultDaemonSet,
  rules: daemonSetRules,
  statusRules: daemonSetStatusRules,
  prepareCreate: (daemonSet) => {
    daemonSet.status = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 };
    setTemplateGeneration(daemonSet, 1);
  },
  prepareUpdate: (next, previous) => {
    const generation = Number(previous.metadata.annotations?.[TEMPLATE_GENERATION] ?? 0);
    setTemplateGeneration(next, sameValue(next.spec?.template, previous.spec?.template) ? generation : generation + 1);
  },
  columns: [
    nameColumn,
    integer('Desired', ({ status }) => status?.desiredNumberScheduled ?? 0),
    integer('Current', ({ status }) => status?.currentNumberScheduled ?? 0),
    integer('Ready', ({ status }) => status?.numberReady ?? 0),
    integer('Up-to-date', ({ status }) => status?.updatedNumberScheduled ?? 0),
    integer('Available', ({ status }) => status?.numberAvailable ?? 0),
    text('Node Selector', ({ spec }) => formatLabels(spec?.template.spec?.nodeSelector)),
    ageColumn,
    wide('Containers', ({ spec }) => containerNames(spec?.template.spec?.containers)),
    wide('Images', ({ spec }) => containerImages(spec?.template.spec?.containers)),
    wide('Selector', ({ spec }) => formatLabelSelector(spec?.selector)),
  ],
});

function setTemplateGeneration({ metadata }: DaemonSet, generation: number): void {
  metadata.annotations = { ...metadata.annotations, [TEMPLATE_GENERATION]: String(generation) };
}

function defaultDaemonSet({ metadata, spec }: DaemonSet): void {
  // Here already, so that the annotation belongs to the creator.
  metadata.annotations = { [TEMPLATE_GENERATION]: '0', ...metadata.annotations };
  if (!spec) return;
  spec.updateStrategy ??= {};
  spec.updateStrategy.type ||= 'RollingUpdate';
  if (spec.updateStrategy.type === 'RollingUpdate') {
    spec.updateStrategy.rollingUpdate ??= {};
    spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1;
    spec.updateStrategy.rollingUpdate.maxSurge ??= 0;
  }
  spec.revisionHistoryLimit ??= 10;
  defaultPodTemplate(spec.template);
}
