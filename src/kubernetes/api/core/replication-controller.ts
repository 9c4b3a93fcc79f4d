import { ageColumn, containerImages, containerNames, formatLabels, integer, nameColumn, wide } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { ReplicationController } from '../generated/core-v1.ts';
import { replicationControllers as type } from '../resources.ts';
import { replicaSetStatusRules } from '../validation/replica-set.ts';
import { replicationControllerRules } from '../validation/replication-controller.ts';
import { ALL_VERBS } from '../verbs.ts';
import { defaultPodTemplate } from './pod-defaults.ts';

export const replicationControllers = defineResource<ReplicationController>({
  ...type,
  singular: 'replicationcontroller',
  shortNames: ['rc'],
  categories: ['all'],
  verbs: ALL_VERBS,
  subresources: ['status', 'scale'],
  dependents: 'orphaned',
  schema: 'io.k8s.api.core.v1.ReplicationController',
  metadataOnUpdate: ['update'],
  nameRule: 'longName',
  anyGenerateName: true,
  defaults: ({ metadata, spec }) => {
    if (!spec) return;
    const labels = spec.template?.metadata?.labels;
    if (labels && Object.keys(labels).length > 0) {
      if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels };
      if (Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
    }
    spec.replicas ??= 1;
    defaultPodTemplate(spec.template);
  },
  rules: replicationControllerRules,
  statusRules: (next) => replicaSetStatusRules(next),
  prepareCreate: (controller) => {
    controller.status = { replicas: 0 };
  },
  columns: [
    nameColumn,
    integer('Desired', ({ spec }) => spec?.replicas ?? 0),
    integer('Current', ({ status }) => status?.replicas ?? 0),
    integer('Ready', ({ status }) => status?.readyReplicas ?? 0),
    ageColumn,
    wide('Containers', ({ spec }) => containerNames(spec?.template?.spec?.containers)),
    wide('Images', ({ spec }) => containerImages(spec?.template?.spec?.containers)),
    wide('Selector', ({ spec }) => formatLabels(spec?.selector)),
  ],
  selectableFields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
});
