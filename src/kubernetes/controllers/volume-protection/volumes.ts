import { persistentVolumes } from '../../api/resources.ts';
import { defineController, done } from '../framework/controller.ts';
import { waitsFor, withoutFinalizer } from './finalizer.ts';

const FINALIZER = 'kubernetes.io/pv-protection';

/** Lets go of a deleted volume once no claim is bound to it. */
export const volumeProtectionController = defineController({
  name: 'persistentvolume-protection',
  primary: persistentVolumes,

  async reconcile(key, { cache, api }, signal) {
    const volume = cache.get(persistentVolumes, key);
    if (!volume || !waitsFor(volume, FINALIZER) || volume.status?.phase === 'Bound') return done;
    await api.update(persistentVolumes, withoutFinalizer(volume, FINALIZER), {}, signal);
    return done;
  },
});
