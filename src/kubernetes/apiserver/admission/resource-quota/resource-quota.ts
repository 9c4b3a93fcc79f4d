import type { Clock } from '../../../../base/clock.ts';
import { evaluatorOf } from '../../../api/quota/evaluator.ts';
import { resourceQuotas } from '../../../api/resources.ts';
import { groupResource } from '../../../machinery/resource.ts';
import type { ObjectStore } from '../../registry.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission.ts';
import { QuotaLedger } from './ledger.ts';

/** Asked, not stored; and events, which say what happened and must not be refused. */
const UNCOUNTED = new Set(['events', 'bindings', 'localsubjectaccessreviews.authorization.k8s.io']);

/** Refuses what a namespace's quotas do not allow. */
export class ResourceQuotaAdmission implements AdmissionPlugin {
  readonly name = 'ResourceQuota';
  readonly #store: ObjectStore;
  readonly #ledger: QuotaLedger;

  constructor(store: ObjectStore, clock: Clock) {
    this.#store = store;
    this.#ledger = new QuotaLedger(store, () => clock.now());
  }

  handles({ operation, resource, namespace, subresource, object, oldObject }: AdmissionAttributes): boolean {
    if ((operation !== 'CREATE' && operation !== 'UPDATE') || !resource.namespaced || !namespace) return false;
    if (!object || UNCOUNTED.has(groupResource(resource))) return false;
    if (this.#store.list(resourceQuotas, namespace).length === 0) return false;
    return evaluatorOf(resource).concerns({ operation, subresource, object, ...(oldObject ? { oldObject } : {}) });
  }

  validate(attributes: AdmissionAttributes): Promise<void> {
    return this.#ledger.charge(attributes);
  }
}
