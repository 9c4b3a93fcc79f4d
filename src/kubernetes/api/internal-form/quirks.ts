/** Where the structs that upstream works with differ from those of its API. */
export interface Quirks {
  /** The fields, in the order of the struct; those left out it does not have. */
  readonly order?: readonly string[];
  /** A field whose fields stand in its place. */
  readonly inline?: string;
  /** Fields that the API keeps one level up, of the type named first. */
  readonly borrowed?: readonly [string, ...string[]];
}

const HOST_FIELDS = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers'] as const;

const PERSISTENT_SOURCES = `gcePersistentDisk awsElasticBlockStore hostPath glusterfs nfs rbd quobyte iscsi flexVolume
  cinder cephfs fc flocker azureFile vsphereVolume azureDisk photonPersistentDisk portworxVolume scaleIO local storageos csi`;

const words = (text: string): string[] => text.trim().split(/\s+/);

export const QUIRKS: Readonly<Record<string, Quirks>> = {
  PodTemplateSpec: { inline: 'metadata' },
  PersistentVolumeClaimTemplate: { inline: 'metadata' },
  JobTemplateSpec: { inline: 'metadata' },
  ResourceClaimTemplateSpec: { inline: 'metadata' },
  PodSecurityContext: {
    borrowed: ['PodSpec', ...HOST_FIELDS],
    order: words(`${HOST_FIELDS.join(' ')} seLinuxOptions windowsOptions runAsUser runAsGroup runAsNonRoot supplementalGroups
      supplementalGroupsPolicy fsGroup fsGroupChangePolicy sysctls seccompProfile appArmorProfile seLinuxChangePolicy`),
  },
  PodSpec: {
    order: words(`volumes initContainers containers ephemeralContainers restartPolicy terminationGracePeriodSeconds
      activeDeadlineSeconds dnsPolicy nodeSelector serviceAccountName automountServiceAccountToken nodeName securityContext
      imagePullSecrets hostname subdomain setHostnameAsFQDN affinity schedulerName tolerations hostAliases priorityClassName
      priority preemptionPolicy dnsConfig readinessGates runtimeClassName overhead enableServiceLinks topologySpreadConstraints
      os schedulingGates resourceClaims resources hostnameOverride schedulingGroup`),
  },
  Volume: {
    order: words(`name hostPath emptyDir gcePersistentDisk awsElasticBlockStore gitRepo secret nfs iscsi glusterfs
      persistentVolumeClaim rbd quobyte flexVolume cinder cephfs flocker downwardAPI fc azureFile configMap vsphereVolume
      azureDisk photonPersistentDisk projected portworxVolume scaleIO storageos csi ephemeral image`),
  },
  PersistentVolumeSource: { order: words(PERSISTENT_SOURCES) },
  PersistentVolumeSpec: {
    order: words(`capacity ${PERSISTENT_SOURCES} accessModes claimRef persistentVolumeReclaimPolicy storageClassName
      mountOptions volumeMode nodeAffinity volumeAttributesClassName`),
  },
};
