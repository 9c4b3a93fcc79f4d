import type { Clock } from '../../../base/clock.ts';
import { describeError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { PodStatus } from '../../api/generated/core-v1.ts';
import { pods } from '../../api/resources.ts';
import type { ApiClient } from '../../client/api-client.ts';
import { ApiError, isConflict, isNotFound } from '../../machinery/status.ts';
import type { BoundPod } from '../pods/pod.ts';
import { onTheWire, statusPatch } from './status-patch.ts';

/** A pod that is still starting changes quickly: its first steps are reported together. */
const PENDING_DELAY = 120;
const RETRY_BASE = 200;
const RETRY_MAX = 10_000;

interface Entry {
  pod: BoundPod;
  /** The uid under which the API had the pod when it was last told. */
  uid: string | undefined;
  /** What the API server is known to have. */
  acknowledged: PodStatus;
  wanted: PodStatus;
  writing: Promise<void> | undefined;
  timer: Disposable | undefined;
  failures: number;
}

export interface StatusManagerOptions {
  api: Pick<ApiClient, 'patch'>;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  /** The uid under which the API knows the pod; undefined while it does not. */
  uidOf(pod: BoundPod): string | undefined;
}

/** Brings pod statuses to the API server: the newest wins, one write at a time for each pod, retried until it is in. */
export class StatusManager {
  readonly #options: StatusManagerOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: StatusManagerOptions) {
    this.#options = options;
  }

  /** What was reported last for this pod, whether or not it has arrived. */
  get(uid: string): PodStatus | undefined {
    return this.#entries.get(uid)?.wanted;
  }

  /** Reports `status`; returns at once. */
  set(pod: BoundPod, status: PodStatus): void {
    const entry = this.#entries.get(pod.metadata.uid) ?? this.#begin(pod);
    entry.pod = pod;
    this.#checkIdentity(entry);
    entry.wanted = onTheWire(status);
    if (entry.writing) return; // The running write looks again when it is done.
    this.#schedule(entry, status.phase === 'Pending' ? PENDING_DELAY : 0);
  }

  /** Resolves when everything reported for the pod has arrived or is moot. */
  async flush(uid: string): Promise<void> {
    const entry = this.#entries.get(uid);
    if (!entry) return;
    this.#start(entry);
    await entry.writing;
  }

  forget(uid: string): void {
    this.#entries.get(uid)?.timer?.[Symbol.dispose]();
    this.#entries.delete(uid);
  }

  #begin(pod: BoundPod): Entry {
    const acknowledged = onTheWire(pod.status ?? {});
    const entry: Entry = { pod, uid: undefined, acknowledged, wanted: acknowledged, writing: undefined, timer: undefined, failures: 0 };
    this.#entries.set(pod.metadata.uid, entry);
    return entry;
  }

  /** A mirror pod that was made anew knows nothing yet. */
  #checkIdentity(entry: Entry): void {
    const uid = this.#options.uidOf(entry.pod);
    if (entry.uid !== undefined && entry.uid !== uid) entry.acknowledged = {};
    entry.uid = uid;
  }

  #schedule(entry: Entry, delay: number): void {
    if (delay === 0) this.#start(entry);
    else entry.timer ??= this.#options.clock.after(delay, () => this.#start(entry));
  }

  #start(entry: Entry): void {
    entry.timer?.[Symbol.dispose]();
    entry.timer = undefined;
    entry.writing ??= this.#writeAll(entry).finally(() => {
      entry.writing = undefined;
    });
  }

  async #writeAll(entry: Entry): Promise<void> {
    const { signal, clock, log } = this.#options;
    while (!signal.aborted && this.#entries.get(entry.pod.metadata.uid) === entry) {
      const { wanted } = entry;
      const patch = statusPatch(entry.acknowledged, wanted);
      if (!patch) return;
      try {
        await this.#write(entry.pod, patch);
        entry.acknowledged = wanted;
        entry.failures = 0;
      } catch (error) {
        if (signal.aborted || isGone(error)) return;
        log.warn({ pod: entry.pod.metadata.name, error: describeError(error) }, 'pod status not written, will retry');
        // A refusal that a retry cannot mend is not repeated until there is something new to say.
        if (error instanceof ApiError && error.code < 500 && error.code !== 429) return;
        await clock.sleep(Math.min(RETRY_BASE * 2 ** entry.failures++, RETRY_MAX), signal).catch(() => {});
      }
    }
  }

  async #write(pod: BoundPod, status: object): Promise<void> {
    const { namespace, name } = pod.metadata;
    const uid = this.#options.uidOf(pod);
    if (!uid) throw new Error('the API does not know the pod yet');
    await this.#options.api.patch(
      pods,
      { namespace, name },
      { metadata: { uid }, status },
      { type: 'strategic', subresource: 'status' },
      this.#options.signal,
    );
  }
}

/** The pod is gone, or another took its name. */
function isGone(error: unknown): boolean {
  return isNotFound(error) || isConflict(error);
}
