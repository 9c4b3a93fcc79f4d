import type { Clock } from '../../base/clock.ts';
import { systemClock } from '../../base/clock.ts';
import { describeError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { silentLog } from '../../base/log.ts';
import type { Lease } from '../api/generated/coordination-v1.ts';
import { leases } from '../api/resources.ts';
import { formatMicroTime } from '../machinery/meta.ts';
import { isNotFound } from '../machinery/status.ts';
import type { ApiClient } from './api-client.ts';
import { jittered } from './reconnect-delay.ts';

export interface LeaderElectionOptions {
  api: Pick<ApiClient, 'get' | 'create' | 'update'>;
  namespace: string;
  name: string;
  /** Unique to this process. */
  identity: string;
  leaseDuration?: number;
  renewDeadline?: number;
  retryPeriod?: number;
  clock?: Clock;
  log?: Log;
}

/**
 * Runs `lead` while this process holds the lease, and returns when it ends or `signal` aborts. The signal given
 * to `lead` aborts when the lease is lost; the caller then ends or tries again.
 */
export async function lead(
  options: LeaderElectionOptions,
  run: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const elector = new Elector(options);
  if (!(await elector.acquire(signal))) return;
  const leading = new AbortController();
  const term = AbortSignal.any([signal, leading.signal]);
  const renewing = elector.keep(term).then(() => leading.abort());
  try {
    await run(term);
  } finally {
    leading.abort();
    await renewing;
    await elector.release();
  }
}

class Elector {
  readonly #options: Required<LeaderElectionOptions>;
  /** The holder's last sign of life as we saw it, by our own clock: clocks of processes differ. */
  #observed: { record: string; at: number } | undefined;
  #lease: Lease | undefined;

  constructor(options: LeaderElectionOptions) {
    const defaults = { leaseDuration: 15_000, renewDeadline: 10_000, retryPeriod: 2_000, clock: systemClock, log: silentLog };
    this.#options = { ...defaults, ...options };
  }

  /** Resolves true once the lease is ours, false when `signal` aborted before. */
  async acquire(signal: AbortSignal): Promise<boolean> {
    const { clock, log, name, identity, retryPeriod } = this.#options;
    while (!signal.aborted) {
      if (await this.#try(signal)) {
        log.info({ lease: name, identity }, 'became leader');
        return true;
      }
      await clock.sleep(jittered(retryPeriod), signal).catch(() => {});
    }
    return false;
  }

  /** Renews until `signal` aborts or renewing failed for too long. */
  async keep(signal: AbortSignal): Promise<void> {
    const { clock, log, name, retryPeriod, renewDeadline } = this.#options;
    let renewedAt = clock.now();
    while (!signal.aborted) {
      await clock.sleep(retryPeriod, signal).catch(() => {});
      if (signal.aborted) return;
      if (await this.#try(signal)) renewedAt = clock.now();
      else if (clock.now() - renewedAt >= renewDeadline) {
        log.error({ lease: name }, 'lost the lease');
        return;
      }
    }
  }

  /** Lets the next one in without waiting for the lease to run out. */
  async release(): Promise<void> {
    const { api, identity } = this.#options;
    if (this.#lease?.spec.holderIdentity !== identity) return;
    const lease = this.#leaseOf({ ...this.#lease.spec, holderIdentity: '', leaseDurationSeconds: 1 });
    await api.update(leases, lease).catch(() => {});
  }

  async #try(signal: AbortSignal): Promise<boolean> {
    const { clock, log, leaseDuration, identity, api, name, namespace } = this.#options;
    try {
      const lease = await api.get(leases, { namespace, name }, signal);
      this.#observe(lease);
      const holder = lease.spec.holderIdentity;
      if (holder && holder !== identity && clock.now() < (this.#observed?.at ?? 0) + leaseDuration) return false;
      this.#lease = await api.update(leases, this.#claim(lease), {}, signal);
      return true;
    } catch (error) {
      if (isNotFound(error)) return this.#create(signal);
      log.debug({ lease: name, error: describeError(error) }, 'lease not renewed');
      return false;
    }
  }

  async #create(signal: AbortSignal): Promise<boolean> {
    const { api, log, name } = this.#options;
    try {
      this.#lease = await api.create(leases, this.#claim(undefined), {}, signal);
      return true;
    } catch (error) {
      log.debug({ lease: name, error: describeError(error) }, 'lease not created');
      return false;
    }
  }

  #observe(lease: Lease): void {
    const record = JSON.stringify(lease.spec);
    if (record !== this.#observed?.record) this.#observed = { record, at: this.#options.clock.now() };
  }

  #claim(current: Lease | undefined): Lease {
    const { clock, leaseDuration, identity } = this.#options;
    const now = formatMicroTime(clock.now());
    const ours = current?.spec.holderIdentity === identity;
    this.#lease = current;
    return this.#leaseOf({
      holderIdentity: identity,
      leaseDurationSeconds: leaseDuration / 1000,
      acquireTime: ours ? current?.spec.acquireTime : now,
      renewTime: now,
      leaseTransitions: (current?.spec.leaseTransitions ?? 0) + (current && !ours ? 1 : 0),
    });
  }

  #leaseOf(spec: Lease['spec']): Lease {
    const { name, namespace } = this.#options;
    return { metadata: { ...this.#lease?.metadata, name, namespace }, spec };
  }
}
