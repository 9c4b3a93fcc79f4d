import type { ResourceQuota } from '../../../api/generated/core-v1.ts';
import { resourceQuotas } from '../../../api/resources.ts';
import { conflict, isNotFound } from '../../../machinery/status.ts';
import type { ObjectStore } from '../../registry.ts';
import type { AdmissionAttributes } from '../admission.ts';
import { charge, usesMore } from './charge.ts';

const ATTEMPTS = 4;
const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

interface Waiter {
  readonly attributes: AdmissionAttributes;
  readonly settled: PromiseWithResolvers<void>;
}

/**
 * Charges writes to the quotas of their namespace, one after the other, so that two writes never both take the last
 * of something. Writes that come while others are being charged are charged together, with one update of each quota.
 */
export class QuotaLedger {
  readonly #store: ObjectStore;
  readonly #now: () => number;
  readonly #waiting = new Map<string, Waiter[]>();

  constructor(store: ObjectStore, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** Resolves when the write is charged; throws 403 when a quota does not suffice. */
  charge(attributes: AdmissionAttributes): Promise<void> {
    const waiter = { attributes, settled: Promise.withResolvers<void>() };
    const { namespace } = attributes;
    const queue = this.#waiting.get(namespace);
    if (queue) queue.push(waiter);
    else {
      this.#waiting.set(namespace, [waiter]);
      void this.#work(namespace);
    }
    return waiter.settled.promise;
  }

  async #work(namespace: string): Promise<void> {
    for (let queue = this.#waiting.get(namespace); queue?.length; queue = this.#waiting.get(namespace)) {
      this.#waiting.set(namespace, []);
      await this.#settle(namespace, queue);
    }
    this.#waiting.delete(namespace);
  }

  async #settle(namespace: string, waiters: readonly Waiter[]): Promise<void> {
    let quotas = this.#store.list(resourceQuotas, namespace);
    let open = waiters;
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const { charged, accepted } = this.#chargeAll(quotas, open);
        const stale = await this.#write(quotas, charged);
        open = accepted;
        if (stale.size === 0) {
          for (const { settled } of open) settled.resolve();
          return;
        }
        // What the other quotas were charged stays; only those that somebody else wrote are looked at again.
        quotas = this.#store.list(resourceQuotas, namespace).filter(({ metadata }) => stale.has(metadata.name ?? ''));
      }
      throw conflict(resourceQuotas, quotas[0]?.metadata.name ?? '', MODIFIED);
    } catch (error) {
      for (const { settled } of open) settled.reject(error);
    }
  }

  /** One write after the other; what does not fit is refused and leaves the quotas to the next. */
  #chargeAll(quotas: readonly ResourceQuota[], waiters: readonly Waiter[]): { charged: readonly ResourceQuota[]; accepted: Waiter[] } {
    let charged = quotas;
    const accepted: Waiter[] = [];
    for (const waiter of waiters) {
      try {
        const next = charge(charged, waiter.attributes, this.#now());
        if (!waiter.attributes.dryRun) charged = next;
        accepted.push(waiter);
      } catch (error) {
        waiter.settled.reject(error);
      }
    }
    return { charged, accepted };
  }

  /** Writes what changed; returns the names of quotas that somebody else changed first. */
  async #write(before: readonly ResourceQuota[], after: readonly ResourceQuota[]): Promise<Set<string>> {
    const stale = new Set<string>();
    for (const [index, quota] of after.entries()) {
      const { name = '', namespace = '', resourceVersion } = quota.metadata;
      if (!usesMore(quota, before[index] as ResourceQuota)) continue;
      const change = (current: ResourceQuota): ResourceQuota | undefined => {
        if (current.metadata.resourceVersion === resourceVersion) return { ...current, status: quota.status };
        stale.add(name);
        return undefined;
      };
      try {
        await this.#store.changeStatus(resourceQuotas, namespace, name, change);
      } catch (error) {
        // A quota that was deleted meanwhile limits nothing.
        if (!isNotFound(error)) throw error;
      }
    }
    return stale;
  }
}
