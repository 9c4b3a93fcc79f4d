import type { PersistentVolume } from '../../../api/generated/core-v1.ts';

interface SecretReference {
  name?: string;
  namespace?: string;
}

/** `namespace/name` of the secrets a node needs to mount a volume. Without a namespace, the claim's. */
export function persistentVolumeSecrets(volume: PersistentVolume): string[] {
  const { spec } = volume;
  if (!spec) return [];
  const claimNamespace = spec.claimRef?.namespace ?? '';
  const azure = spec.azureFile ? { name: spec.azureFile.secretName, namespace: spec.azureFile.secretNamespace } : undefined;
  const references: (SecretReference | undefined)[] = [
    azure,
    spec.cephfs?.secretRef,
    spec.cinder?.secretRef,
    spec.flexVolume?.secretRef,
    spec.iscsi?.secretRef,
    spec.rbd?.secretRef,
    spec.scaleIO?.secretRef,
    spec.storageos?.secretRef,
    spec.csi?.controllerPublishSecretRef,
    spec.csi?.nodePublishSecretRef,
    spec.csi?.nodeStageSecretRef,
    spec.csi?.nodeExpandSecretRef,
  ];
  return references.flatMap((reference) => (reference?.name ? [`${reference.namespace || claimNamespace}/${reference.name}`] : []));
}
