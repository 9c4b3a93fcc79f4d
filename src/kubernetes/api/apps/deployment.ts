import { formatLabelSelector } from '../../machinery/selectors.ts';
import { ageColumn, containerImages, containerNames, nameColumn, text, wide } from '../columns.ts';
import { defaultPodTemplate } from '../core/pod-defaults.ts';
import { defineResource } from '../define.ts';
import type { Deployment } from '../generated/apps-v1.ts';
import { deployments as type } from '../resources.ts';
import { deploymentRules, deploymentStatusRules } from '../validation/deployment.ts';
import { sameValue } from '../validation/equal.ts';
import { ALL_VERBS } from '../verbs.ts';

export const deployments = defineResource<Deployment>({
  ...type,
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  verbs: ALL_VERBS,
  subresources: ['status', 'scale'],
  schema: 'io.k8s.api.apps.v1.Deployment',
  metadataOnUpdate: ['update'],
  resetFields: { main: ['status'], status: ['spec', 'metadata.labels'] },
  defaults: defaultDeployment,
  rules: deploymentRules,
  statusRules: deploymentStatusRules,
  prepareCreate: (deployment) => {
    deployment.status = {};
  },
  prepareUpdate: (next, previous) => {
    // Annotations count: the controller copies them to replica sets.
    const same = sameValue([next.spec, next.metadata.annotations ?? {}], [previous.spec, previous.metadata.annotations ?? {}]);
    if (!same) next.metadata.generation = (previous.metadata.generation ?? 0) + 1;
  },
  columns: [
    nameColumn,
    text('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`),
    text('Up-to-date', ({ status }) => status?.updatedReplicas ?? 0),
    text('Available', ({ status }) => status?.availableReplicas ?? 0),
    ageColumn,
    wide('Containers', ({ spec }) => containerNames(spec?.template.spec?.containers)),
    wide('Images', ({ spec }) => containerImages(spec?.template.spec?.containers)),
    wide('Selector', ({ spec }) => formatLabelSelector(spec?.selector)),
  ],
});

function defaultDeployment({ spec }: Deployment): void {
  if (!spec) return;
  spec.replicas ??= 1;
  spec.strategy ??= {};
  spec.strategy.type ||= 'RollingUpdate';
  if (spec.strategy.type === 'RollingUpdate') {
    spec.strategy.rollingUpdate ??= {};
    spec.strategy.rollingUpdate.maxUnavailable ??= '25%';
    spec.strategy.rollingUpdate.maxSurge ??= '25%';
  }
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
  defaultPodTemplate(spec.template);
}
