import type { Clock } from '../../../base/clock.ts';
import { describeError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { Lease } from '../../api/generated/coordination-v1.ts';
import { leases } from '../../api/resources.ts';
import type { ApiClient } from '../../client/api-client.ts';
import { formatMicroTime } from '../../machinery/meta.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../machinery/status.ts';

const NAMESPACE = 'kube-node-lease';
const DURATION_SECONDS = 40;
const RENEW = 10_000;
const RETRY = 500;

/** The node's sign of life, much cheaper than its status. */
export class NodeLease {
  readonly #api: ApiClient;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #nodeName: string;
  #lease: Lease | undefined;

  constructor(api: ApiClient, nodeName: string, clock: Clock, log: Log) {
    this.#api = api;
    this.#nodeName = nodeName;
    this.#clock = clock;
    this.#log = log;
  }

  /** Renews until `signal` aborts. `nodeUid` is asked for each time, as the node may have been registered anew. */
  async run(nodeUid: () => string | undefined, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const renewed = await this.#renew(nodeUid(), signal).catch((error: unknown) => {
        if (!signal.aborted) this.#log.debug({ error: describeError(error) }, 'node lease not renewed');
        return false;
      });
      await this.#clock.sleep(renewed ? RENEW : RETRY, signal).catch(() => {});
    }
  }

  async #renew(nodeUid: string | undefined, signal: AbortSignal): Promise<boolean> {
    if (!nodeUid) return false;
    const known = this.#lease ?? (await this.#find(signal));
    const wanted = this.#wanted(known, nodeUid);
    try {
      this.#lease = known ? await this.#api.update(leases, wanted, {}, signal) : await this.#api.create(leases, wanted, {}, signal);
      return true;
    } catch (error) {
      this.#lease = undefined;
      if (isConflict(error) || isAlreadyExists(error) || isNotFound(error)) return false;
      throw error;
    }
  }

  async #find(signal: AbortSignal): Promise<Lease | undefined> {
    try {
      return await this.#api.get(leases, { namespace: NAMESPACE, name: this.#nodeName }, signal);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  #wanted(known: Lease | undefined, uid: string): Lease {
    const owner = { apiVersion: 'v1', kind: 'Node', name: this.#nodeName, uid };
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { ...known?.metadata, name: this.#nodeName, namespace: NAMESPACE, ownerReferences: [owner] },
      spec: { holderIdentity: this.#nodeName, leaseDurationSeconds: DURATION_SECONDS, renewTime: formatMicroTime(this.#clock.now()) },
    };
  }
}
