import type { Clock } from '../../../base/clock.ts';
import type { ResourceDefinition } from '../../api/define.ts';
import type { Storage } from '../../storage/storage.ts';

/** Events written within this time share a lease, so that a burst of them costs one. */
const SHARED_FOR_MS = 60_000;

/** Gives Events the lease that ends them; other kinds live until they are deleted. */
export class EventLeases {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #ttlSeconds: number;
  #lease: Promise<number> | undefined;
  #grantedAt = 0;

  constructor(storage: Storage, clock: Clock, ttlSeconds: number) {
    this.#storage = storage;
    this.#clock = clock;
    this.#ttlSeconds = ttlSeconds;
  }

  /** Undefined for kinds that do not expire. */
  leaseFor(definition: ResourceDefinition): Promise<number> | undefined {
    if (definition.kind !== 'Event' || definition.custom || this.#ttlSeconds === 0) return undefined;
    const now = this.#clock.now();
    if (!this.#lease || now - this.#grantedAt > SHARED_FOR_MS) {
      this.#grantedAt = now;
      this.#lease = this.#storage.grantLease(this.#ttlSeconds + SHARED_FOR_MS / 1000);
      this.#lease.catch(() => (this.#lease = undefined));
    }
    return this.#lease;
  }
}
