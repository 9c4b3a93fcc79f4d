import { ageColumn, containerImages, containerNames, nameColumn, text, wide } from '../columns.ts';
import { defaultClaimSpec } from '../core/claim-defaults.ts';
import { defaultPodTemplate } from '../core/pod-defaults.ts';
import { defineResource } from '../define.ts';
import type { StatefulSet, StatefulSetSpec } from '../generated/apps-v1.ts';
import type { PersistentVolumeClaim } from '../generated/core-v1.ts';
import { statefulSets as type } from '../resources.ts';
import { statefulSetRules, statefulSetStatusRules } from '../validation/stateful-set.ts';
import { ALL_VERBS } from '../verbs.ts';

export const statefulSets = defineResource<StatefulSet>({
  ...type,
  singular: 'statefulset',
  shortNames: ['sts'],
  categories: ['all'],
  verbs: ALL_VERBS,
  subresources: ['status', 'scale'],
  schema: 'io.k8s.api.apps.v1.StatefulSet',
  nameRule: 'dnsLabel',
  metadataOnUpdate: ['update'],
  defaults: ({ spec, status }) => {
    if (spec) defaultSpec(spec);
    if (status) status.availableReplicas ??= 0;
  },
  rules: statefulSetRules,
  statusRules: statefulSetStatusRules,
  prepareCreate: (statefulSet) => {
    statefulSet.status = { replicas: 0 };
    withoutMaxUnavailable(statefulSet.spec);
  },
  prepareUpdate: (next, previous) => {
    if (previous.spec?.updateStrategy?.rollingUpdate?.maxUnavailable === undefined) withoutMaxUnavailable(next.spec);
  },
  columns: [
    nameColumn,
    text('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`),
    ageColumn,
    wide('Containers', ({ spec }) => containerNames(spec?.template?.spec?.containers)),
    wide('Images', ({ spec }) => containerImages(spec?.template?.spec?.containers)),
  ],
});

function defaultSpec(spec: StatefulSetSpec): void {
  spec.podManagementPolicy ||= 'OrderedReady';
  spec.updateStrategy ??= {};
  if (!spec.updateStrategy.type) {
    spec.updateStrategy.type = 'RollingUpdate';
    spec.updateStrategy.rollingUpdate ??= {};
  }
  const { type: strategy, rollingUpdate } = spec.updateStrategy;
  if (strategy === 'RollingUpdate' && rollingUpdate) rollingUpdate.partition ??= 0;
  spec.persistentVolumeClaimRetentionPolicy ??= {};
  spec.persistentVolumeClaimRetentionPolicy.whenDeleted ||= 'Retain';
  spec.persistentVolumeClaimRetentionPolicy.whenScaled ||= 'Retain';
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  defaultPodTemplate(spec.template);
  spec.volumeClaimTemplates?.forEach(defaultClaimTemplate);
}

/** Updating several pods at once is behind a feature gate that is off. */
function withoutMaxUnavailable(spec: StatefulSetSpec | undefined): void {
  delete spec?.updateStrategy?.rollingUpdate?.maxUnavailable;
}

/** Claim templates are whole claims, whatever they call themselves, and are defaulted like them. */
function defaultClaimTemplate(claim: PersistentVolumeClaim): void {
  claim.apiVersion = 'v1';
  claim.kind = 'PersistentVolumeClaim';
  claim.spec ??= {};
  defaultClaimSpec(claim.spec);
  claim.status ??= {};
  claim.status.phase ||= 'Pending';
}
