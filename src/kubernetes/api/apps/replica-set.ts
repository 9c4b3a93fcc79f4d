import { formatLabelSelector } from '../../machinery/selectors.ts';
import { ageColumn, containerImages, containerNames, integer, nameColumn, wide } from '../columns.ts';
import { defaultPodTemplate } from '../core/pod-defaults.ts';
import { defineResource } from '../define.ts';
import type { ReplicaSet } from '../generated/apps-v1.ts';
import { replicaSets as type } from '../resources.ts';
import { replicaSetRules, replicaSetStatusRules } from '../validation/replica-set.ts';
import { ALL_VERBS } from '../verbs.ts';

export const replicaSets = defineResource<ReplicaSet>({
  ...type,
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  verbs: ALL_VERBS,
  subresources: ['status', 'scale'],
  schema: 'io.k8s.api.apps.v1.ReplicaSet',
  metadataOnUpdate: ['update'],
  defaults: ({ spec }) => {
    if (!spec) return;
    spec.replicas ??= 1;
    defaultPodTemplate(spec.template);
  },
  rules: replicaSetRules,
  statusRules: replicaSetStatusRules,
  prepareCreate: (replicaSet) => {
    replicaSet.status = { replicas: 0 };
  },
  columns: [
    nameColumn,
    integer('Desired', ({ spec }) => spec?.replicas ?? 0),
    integer('Current', ({ status }) => status?.replicas ?? 0),
    integer('Ready', ({ status }) => status?.readyReplicas ?? 0),
    ageColumn,
    wide('Containers', ({ spec }) => containerNames(spec?.template?.spec?.containers)),
    wide('Images', ({ spec }) => containerImages(spec?.template?.spec?.containers)),
    wide('Selector', ({ spec }) => formatLabelSelector(spec?.selector)),
  ],
  selectableFields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
});
