import { containerImages, containerNames, formatLabels, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { PodTemplate } from '../generated/core-v1.ts';
import { podTemplates as type } from '../resources.ts';
import { sameValue } from '../validation/equal.ts';
import { podTemplateRules } from '../validation/workload.ts';
import { ALL_VERBS } from '../verbs.ts';
import { defaultPodTemplate } from './pod-defaults.ts';

export const podTemplates = defineResource<PodTemplate>({
  ...type,
  singular: 'podtemplate',
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.core.v1.PodTemplate',
  generation: true,
  metadataOnUpdate: ['update'],
  defaults: ({ template }) => defaultPodTemplate(template),
  rules: ({ template }) => podTemplateRules(template, 'template'),
  prepareUpdate: (next, previous) => {
    if (!sameValue(next.template, previous.template)) next.metadata.generation = (previous.metadata.generation ?? 0) + 1;
  },
  columns: [
    nameColumn,
    text('Containers', ({ template }) => containerNames(template?.spec?.containers)),
    text('Images', ({ template }) => containerImages(template?.spec?.containers)),
    text('Pod Labels', ({ template }) => formatLabels(template?.metadata?.labels)),
  ],
});
