import type { PersistentVolume, PersistentVolumeClaim } from '../../api/generated/core-v1.ts';
import { persistentVolumeClaims, persistentVolumes, volumeAttributesClasses } from '../../api/resources.ts';
import type { ResourceType } from '../../machinery/resource.ts';
import { defineController, done, watchOf } from '../framework/controller.ts';
import { waitsFor, withoutFinalizer } from './finalizer.ts';

const FINALIZER = 'kubernetes.io/vac-protection';
const BY_CLASS = 'volume-attributes-class';

/** Lets go of a deleted class of volume attributes once no volume has it and no claim asks for it. */
export const attributesClassProtectionController = defineController({
  name: 'volumeattributesclass-protection',
  primary: volumeAttributesClasses,
  watches: [
    watchOf(persistentVolumeClaims, ({ previous }) => classesOfClaim(previous)),
    watchOf(persistentVolumes, ({ previous }) => classesOfVolume(previous)),
  ],

  prepare(cache) {
    cache.informer(persistentVolumeClaims).addIndex(BY_CLASS, classesOfClaim);
    cache.informer(persistentVolumes).addIndex(BY_CLASS, classesOfVolume);
  },

  async reconcile(name, { cache, api }, signal) {
    const attributesClass = cache.get(volumeAttributesClasses, name);
    if (!attributesClass || !waitsFor(attributesClass, FINALIZER)) return done;
    const used = [persistentVolumes, persistentVolumeClaims].some((type: ResourceType) => cache.byIndex(type, BY_CLASS, name).length > 0);
    if (!used) await api.update(volumeAttributesClasses, withoutFinalizer(attributesClass, FINALIZER), {}, signal);
    return done;
  },
});

/** The class a claim asks for, the one its volume has, and the one its volume is being given. */
function classesOfClaim(claim: PersistentVolumeClaim | undefined): string[] {
  const { spec, status } = claim ?? {};
  const { currentVolumeAttributesClassName: current, modifyVolumeStatus } = status ?? {};
  const names = [spec?.volumeAttributesClassName, current, modifyVolumeStatus?.targetVolumeAttributesClassName];
  return [...new Set(names.flatMap((name) => name || []))];
}

function classesOfVolume(volume: PersistentVolume | undefined): string[] {
  const name = volume?.spec.volumeAttributesClassName;
  return name ? [name] : [];
}
