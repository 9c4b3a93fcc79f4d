import type { Container, EphemeralContainer, Pod, PodSpec, Volume } from '../../../api/generated/core-v1.ts';

/** Kinds a node may read because a pod of its needs them. */
export type ReferenceKind = 'secrets' | 'configmaps' | 'persistentvolumeclaims' | 'serviceaccounts' | 'resourceclaims';

export interface Reference {
  kind: ReferenceKind;
  name: string;
}

/** Everything in its namespace that a pod needs to run. The same object may come twice. */
export function* podReferences(pod: Pod): Iterable<Reference> {
  const { spec } = pod;
  if (!spec) return;
  if (spec.serviceAccountName) yield { kind: 'serviceaccounts', name: spec.serviceAccountName };
  for (const name of secretNames(spec)) yield { kind: 'secrets', name };
  for (const name of configMapNames(spec)) yield { kind: 'configmaps', name };
  yield* claims(pod);
}

function* claims(pod: Pod): Iterable<Reference> {
  for (const volume of pod.spec?.volumes ?? []) {
    if (volume.persistentVolumeClaim) yield { kind: 'persistentvolumeclaims', name: volume.persistentVolumeClaim.claimName };
    // The claim made for an ephemeral volume is named after the pod and the volume.
    else if (volume.ephemeral) yield { kind: 'persistentvolumeclaims', name: `${pod.metadata.name}-${volume.name}` };
  }
  for (const claim of pod.spec?.resourceClaims ?? []) {
    const made = pod.status?.resourceClaimStatuses?.find((status) => status.name === claim.name)?.resourceClaimName;
    const name = claim.resourceClaimName ?? made;
    if (name) yield { kind: 'resourceclaims', name };
  }
}

/** Names of the secrets a pod mentions, in any container, volume or as pull secret. */
export function* secretNames(spec: PodSpec): Iterable<string> {
  for (const secret of spec.imagePullSecrets ?? []) if (secret.name) yield secret.name;
  for (const container of allContainers(spec)) {
    for (const source of container.envFrom ?? []) if (source.secretRef?.name) yield source.secretRef.name;
    for (const variable of container.env ?? []) if (variable.valueFrom?.secretKeyRef?.name) yield variable.valueFrom.secretKeyRef.name;
  }
  for (const volume of spec.volumes ?? []) yield* volumeSecrets(volume);
}

function* volumeSecrets(volume: Volume): Iterable<string> {
  const named = [
    volume.secret?.secretName,
    volume.azureFile?.secretName,
    volume.cephfs?.secretRef?.name,
    volume.cinder?.secretRef?.name,
    volume.csi?.nodePublishSecretRef?.name,
    volume.flexVolume?.secretRef?.name,
    volume.iscsi?.secretRef?.name,
    volume.rbd?.secretRef?.name,
    volume.scaleIO?.secretRef?.name,
    volume.storageos?.secretRef?.name,
    ...(volume.projected?.sources ?? []).map((source) => source.secret?.name),
  ];
  for (const name of named) if (name) yield name;
}

/** Names of the config maps a pod mentions. */
export function* configMapNames(spec: PodSpec): Iterable<string> {
  for (const container of allContainers(spec)) {
    for (const source of container.envFrom ?? []) if (source.configMapRef?.name) yield source.configMapRef.name;
    for (const variable of container.env ?? [])
      if (variable.valueFrom?.configMapKeyRef?.name) yield variable.valueFrom.configMapKeyRef.name;
  }
  for (const volume of spec.volumes ?? []) {
    if (volume.configMap?.name) yield volume.configMap.name;
    for (const source of volume.projected?.sources ?? []) if (source.configMap?.name) yield source.configMap.name;
  }
}

export function* allContainers(spec: PodSpec): Iterable<Container | EphemeralContainer> {
  yield* spec.initContainers ?? [];
  yield* spec.containers ?? [];
  yield* spec.ephemeralContainers ?? [];
}
