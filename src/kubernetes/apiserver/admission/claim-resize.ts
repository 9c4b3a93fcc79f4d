import type { PersistentVolumeClaim } from '../../api/generated/core-v1.ts';
import { storageClasses } from '../../api/resources.ts';
import { compareQuantities, parseQuantity } from '../../machinery/quantity.ts';
import type { ObjectStore } from '../registry.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';
import { isCore, rejection } from './rejection.ts';

/** A claim grows only where its storage class says that volumes can. */
export class PersistentVolumeClaimResize implements AdmissionPlugin {
  readonly name = 'PersistentVolumeClaimResize';
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  handles(attributes: AdmissionAttributes): boolean {
    return isCore(attributes, 'persistentvolumeclaims') && attributes.operation === 'UPDATE';
  }

  validate(attributes: AdmissionAttributes): void {
    const next = attributes.object as PersistentVolumeClaim;
    const previous = attributes.oldObject as PersistentVolumeClaim;
    if (!grows(next, previous)) return;
    if (previous.status?.phase !== 'Bound') throw rejection(attributes, 'Only bound persistent volume claims can be expanded');
    const className = next.spec?.storageClassName ?? '';
    if (!className || !this.#store.get(storageClasses, '', className)?.allowVolumeExpansion) {
      throw rejection(
        attributes,
        'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
      );
    }
  }
}

function grows(next: PersistentVolumeClaim, previous: PersistentVolumeClaim): boolean {
  const [to, from] = [requested(next), requested(previous)];
  return to !== undefined && from !== undefined && compareQuantities(parseQuantity(to), parseQuantity(from)) > 0;
}

function requested(claim: PersistentVolumeClaim): string | undefined {
  return claim.spec?.resources?.requests?.storage;
}
