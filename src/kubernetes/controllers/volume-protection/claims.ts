import type { Pod } from '../../api/generated/core-v1.ts';
import { persistentVolumeClaims, pods } from '../../api/resources.ts';
import { keyOf } from '../../machinery/meta.ts';
import { defineController, done, watchOf } from '../framework/controller.ts';
import { waitsFor, withoutFinalizer } from './finalizer.ts';

const FINALIZER = 'kubernetes.io/pvc-protection';
const BY_CLAIM = 'claim';

/** Lets go of a deleted claim once no pod uses it any more. */
export const claimProtectionController = defineController({
  name: 'persistentvolumeclaim-protection',
  primary: persistentVolumeClaims,
  watches: [watchOf(pods, ({ next, previous }) => [...claimsOf(next), ...claimsOf(previous)])],

  prepare(cache) {
    cache.informer(pods).addIndex(BY_CLAIM, claimsOf);
  },

  async reconcile(key, { cache, api }, signal) {
    const claim = cache.get(persistentVolumeClaims, key);
    if (!claim || !waitsFor(claim, FINALIZER)) return done;
    const used = cache.byIndex(pods, BY_CLAIM, key).some(isRunning);
    if (!used) await api.update(persistentVolumeClaims, withoutFinalizer(claim, FINALIZER), {}, signal);
    return done;
  },
});

/** Keys of the claims a pod mounts; those of ephemeral volumes are named after pod and volume. */
function claimsOf(pod: Pod | undefined): string[] {
  const { namespace, name } = pod?.metadata ?? {};
  return (pod?.spec?.volumes ?? []).flatMap((volume) => {
    const claim = volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral ? `${name}-${volume.name}` : undefined);
    return claim ? [keyOf({ metadata: { namespace, name: claim } })] : [];
  });
}

/** A pod that finished, or that never got to a node, mounts nothing. */
function isRunning({ spec, status }: Pod): boolean {
  return Boolean(spec?.nodeName) && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
}
