import type { Clock } from '../../../base/clock.ts';
import type { Pod } from '../../api/generated/core-v1.ts';
import { keyOf } from '../../machinery/meta.ts';
import type { WakeEvent } from '../framework/plugin.ts';
import { Heap } from './heap.ts';

const INITIAL_BACKOFF = 1_000;
const MAX_BACKOFF = 10_000;
/** Pods that no event woke are looked at again after this long, in case an event that would help was missed. */
const STRANDED = 300_000;

/** A pod that waits for a node. */
export interface QueuedPod {
  readonly key: string;
  pod: Pod;
  readonly addedAt: number;
  attempts: number;
  /** Where it is; `taken` while it is being scheduled. */
  place: 'active' | 'backoff' | 'unschedulable' | 'gated' | 'taken' | 'gone';
  /** Which events may make it fit; undefined means any. */
  wakesOn?: ReadonlySet<WakeEvent>;
  backoffUntil: number;
  /** It failed for a reason that has nothing to do with the cluster: only time helps. */
  failed: boolean;
  rejectedAt: number;
}

/**
 * Pods that wait for a node: ready to be tried (active, by priority and age), waiting after a failure (backoff) and
 * waiting for the cluster to change (unschedulable).
 */
export class SchedulingQueue implements Disposable {
  readonly #clock: Clock;
  readonly #pods = new Map<string, QueuedPod>();
  readonly #active = new Heap<QueuedPod>(goesBefore);
  readonly #backoff = new Heap<QueuedPod>((a, b) => a.backoffUntil < b.backoffUntil);
  readonly #unschedulable = new Set<QueuedPod>();
  /** Events since the pods that are being scheduled were taken: they may concern what these are about to be rejected for. */
  readonly #sinceTaken = new Map<QueuedPod, Set<WakeEvent>>();
  readonly #holdsBack: (pod: Pod) => boolean;
  #backoffTimer: Disposable | undefined;
  #strandedTimer: Disposable | undefined;
  #wake: (() => void) | undefined;

  /** `holdsBack` keeps a pod out until it changes. */
  constructor(clock: Clock, holdsBack: (pod: Pod) => boolean) {
    this.#clock = clock;
    this.#holdsBack = holdsBack;
  }

  /** Calls `wake` whenever there may be something to take. */
  onReady(wake: () => void): void {
    this.#wake = wake;
  }

  get size(): number {
    return this.#pods.size;
  }

  /** Takes in a new pod, or the new state of one that waits. */
  set(pod: Pod): void {
    const key = keyOf(pod);
    const present = this.#pods.get(key);
    if (present && present.pod.metadata.uid === pod.metadata.uid) {
      this.#update(present, pod);
      return;
    }
    if (present) this.delete(key);
    const queued: QueuedPod = {
      key,
      pod,
      addedAt: this.#clock.now(),
      attempts: 0,
      place: 'gated',
      backoffUntil: 0,
      failed: false,
      rejectedAt: 0,
    };
    this.#pods.set(key, queued);
    if (!this.#holdsBack(pod)) this.#activate(queued);
  }

  delete(key: string): void {
    const queued = this.#pods.get(key);
    if (!queued) return;
    // Heaps drop it when they come across it.
    queued.place = 'gone';
    this.#pods.delete(key);
    this.#unschedulable.delete(queued);
    this.#sinceTaken.delete(queued);
  }

  /** The next pod to try; undefined when none is ready. */
  take(): QueuedPod | undefined {
    const queued = this.#popActive() ?? this.#popWoken();
    if (!queued) return undefined;
    queued.place = 'taken';
    queued.attempts += 1;
    this.#sinceTaken.set(queued, new Set());
    return queued;
  }

  /** The pod fits nowhere until one of `wakesOn` happens. */
  rejected(queued: QueuedPod, wakesOn: ReadonlySet<WakeEvent>): void {
    if (queued.place !== 'taken') return;
    const missed = this.#sinceTaken.get(queued);
    this.#sinceTaken.delete(queued);
    this.#defer(queued, false);
    queued.wakesOn = wakesOn;
    queued.rejectedAt = this.#clock.now();
    if (missed && [...missed].some((event) => wakesOn.has(event))) {
      this.#enterBackoff(queued);
      return;
    }
    queued.place = 'unschedulable';
    this.#unschedulable.add(queued);
    this.#armStranded();
  }

  /** Something else went wrong (the binding, say): it is tried again after its back-off. */
  failed(queued: QueuedPod): void {
    if (queued.place !== 'taken') return;
    this.#sinceTaken.delete(queued);
    this.#defer(queued, true);
    this.#enterBackoff(queued);
  }

  /** The pod has its node. */
  placed(queued: QueuedPod): void {
    this.delete(queued.key);
  }

  /** The cluster changed: pods that waited for this come back. */
  happened(event: WakeEvent): void {
    for (const events of this.#sinceTaken.values()) events.add(event);
    for (const queued of this.#unschedulable) if (!queued.wakesOn || queued.wakesOn.has(event)) this.#revive(queued);
  }

  /** Brings back a pod that waits, whatever it waits for. */
  activate(key: string): void {
    const queued = this.#pods.get(key);
    if (queued?.place === 'unschedulable') this.#revive(queued);
  }

  [Symbol.dispose](): void {
    this.#backoffTimer?.[Symbol.dispose]();
    this.#strandedTimer?.[Symbol.dispose]();
  }

  #update(queued: QueuedPod, pod: Pod): void {
    const before = queued.pod;
    queued.pod = pod;
    if (queued.place === 'gated' && !this.#holdsBack(pod)) this.#activate(queued);
    // Its status is what we write ourselves; a change of anything else may make it fit.
    else if (queued.place === 'unschedulable' && mayMatter(before, pod)) this.#revive(queued);
  }

  #defer(queued: QueuedPod, failed: boolean): void {
    queued.failed = failed;
    queued.backoffUntil = this.#clock.now() + Math.min(INITIAL_BACKOFF * 2 ** (queued.attempts - 1), MAX_BACKOFF);
  }

  #revive(queued: QueuedPod): void {
    this.#unschedulable.delete(queued);
    if (queued.backoffUntil <= this.#clock.now()) this.#activate(queued);
    else this.#enterBackoff(queued);
  }

  #activate(queued: QueuedPod): void {
    queued.place = 'active';
    this.#active.push(queued);
    this.#wake?.();
  }

  #enterBackoff(queued: QueuedPod): void {
    queued.place = 'backoff';
    this.#backoff.push(queued);
    this.#armBackoff();
    this.#wake?.();
  }

  #popActive(): QueuedPod | undefined {
    for (let queued = this.#active.pop(); queued; queued = this.#active.pop()) if (queued.place === 'active') return queued;
    return undefined;
  }

  /** With nothing else to do, a pod that an event woke need not wait out its back-off. */
  #popWoken(): QueuedPod | undefined {
    for (let queued = this.#backoff.peek(); queued; queued = this.#backoff.peek()) {
      if (queued.place === 'backoff' && queued.failed) return undefined;
      this.#backoff.pop();
      if (queued.place === 'backoff') return queued;
    }
    return undefined;
  }

  #armBackoff(): void {
    this.#backoffTimer?.[Symbol.dispose]();
    const next = this.#backoff.peek();
    if (!next) return;
    this.#backoffTimer = this.#clock.after(Math.max(next.backoffUntil - this.#clock.now(), 0), () => this.#flushBackoff());
  }

  #flushBackoff(): void {
    const now = this.#clock.now();
    for (let next = this.#backoff.peek(); next && (next.backoffUntil <= now || next.place !== 'backoff'); next = this.#backoff.peek()) {
      this.#backoff.pop();
      if (next.place === 'backoff') this.#activate(next);
    }
    this.#armBackoff();
  }

  #armStranded(): void {
    this.#strandedTimer ??= this.#clock.after(STRANDED, () => {
      this.#strandedTimer = undefined;
      const limit = this.#clock.now() - STRANDED;
      for (const queued of this.#unschedulable) if (queued.rejectedAt <= limit) this.#revive(queued);
      if (this.#unschedulable.size > 0) this.#armStranded();
    });
  }
}

function mayMatter(before: Pod, after: Pod): boolean {
  if (before.metadata.generation !== after.metadata.generation) return true;
  return JSON.stringify(before.metadata.labels) !== JSON.stringify(after.metadata.labels);
}

function goesBefore(a: QueuedPod, b: QueuedPod): boolean {
  const difference = (b.pod.spec.priority ?? 0) - (a.pod.spec.priority ?? 0);
  return difference === 0 ? a.addedAt < b.addedAt : difference < 0;
}
