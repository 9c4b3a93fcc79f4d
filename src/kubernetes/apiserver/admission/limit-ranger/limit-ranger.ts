import type { LimitRange, PersistentVolumeClaim, Pod } from '../../../api/generated/core-v1.ts';
import { limitRanges } from '../../../api/resources.ts';
import type { ObjectStore } from '../../registry.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission.ts';
import { aggregate } from '../expressions/aggregate.ts';
import { isCore, rejection } from '../rejection.ts';
import { claimFaults, podFaults } from './constraints.ts';
import { applyDefaults } from './defaults.ts';

/** Holds pods and claims to the limit ranges of their namespace, after filling in their defaults. */
export class LimitRanger implements AdmissionPlugin {
  readonly name = 'LimitRanger';
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  handles(attributes: AdmissionAttributes): boolean {
    const { operation, oldObject } = attributes;
    if (oldObject?.metadata.deletionTimestamp) return false;
    const concerned =
      (isCore(attributes, 'pods') && operation === 'CREATE') ||
      (isCore(attributes, 'pods', 'resize') && operation === 'UPDATE') ||
      (isCore(attributes, 'persistentvolumeclaims') && (operation === 'CREATE' || operation === 'UPDATE'));
    return concerned && this.#store.list(limitRanges, attributes.namespace).length > 0;
  }

  mutate(attributes: AdmissionAttributes): void {
    if (attributes.resource.plural !== 'pods') return;
    for (const limitRange of this.#rangesFor(attributes)) applyDefaults(attributes.object as Pod, limitRange);
  }

  validate(attributes: AdmissionAttributes): void {
    for (const { spec } of this.#rangesFor(attributes)) {
      const faults = (spec?.limits ?? []).flatMap((limit) => [
        ...(attributes.resource.plural === 'pods'
          ? podFaults(limit, attributes.object as Pod)
          : claimFaults(limit, attributes.object as PersistentVolumeClaim)),
      ]);
      if (faults.length > 0) throw rejection(attributes, aggregate(faults));
    }
  }

  #rangesFor({ namespace }: AdmissionAttributes): readonly LimitRange[] {
    return this.#store.list(limitRanges, namespace);
  }
}
