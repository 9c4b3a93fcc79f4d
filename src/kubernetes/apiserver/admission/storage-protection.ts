import type { KubeObject } from '../../machinery/meta.ts';
import type { AdmissionPlugin } from './admission.ts';

const FINALIZERS: Readonly<Record<string, string>> = {
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
  persistentvolumes: 'kubernetes.io/pv-protection',
  'volumeattributesclasses.storage.k8s.io': 'kubernetes.io/vac-protection',
};

/** Volumes and claims are kept until nobody uses them any more: the protection controllers take the finalizer off. */
export const storageObjectInUseProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  handles: ({ operation, subresource, resource }) => operation === 'CREATE' && subresource === '' && finalizerFor(resource) !== undefined,
  mutate({ object, resource }) {
    const finalizer = finalizerFor(resource);
    if (object && finalizer) addFinalizer(object, finalizer);
  },
};

function finalizerFor({ group, plural }: { group: string; plural: string }): string | undefined {
  return FINALIZERS[group ? `${plural}.${group}` : plural];
}

function addFinalizer({ metadata }: KubeObject, finalizer: string): void {
  if (!metadata.finalizers?.includes(finalizer)) metadata.finalizers = [...(metadata.finalizers ?? []), finalizer];
}
