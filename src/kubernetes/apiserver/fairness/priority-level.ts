import type { Clock } from '../../../base/clock.ts';
import { deal } from './shuffle-sharding.ts';

export interface LevelLimits {
  /** Requests served at once. */
  readonly seats: number;
  /** Absent: what finds no seat is refused. */
  readonly queuing?: { readonly queues: number; readonly handSize: number; readonly queueLengthLimit: number } | undefined;
}

export type Refusal = 'concurrency-limit' | 'queue-full' | 'time-out' | 'cancelled';

interface Waiting {
  readonly queue: Queue;
  start(refusal?: Refusal): void;
}

interface Queue {
  readonly waiting: Waiting[];
  /** How much service its requests have had, as if all queues were served evenly. */
  served: number;
}

/** The seats of one priority level, and the queues of those who wait for one. */
export class PriorityLevel {
  limits: LevelLimits;
  readonly #clock: Clock;
  readonly #maxWaitMs: number;
  readonly #queues = new Map<number, Queue>();
  executing = 0;
  waiting = 0;
  #served = 0;

  constructor(limits: LevelLimits, clock: Clock, maxWaitMs: number) {
    this.limits = limits;
    this.#clock = clock;
    this.#maxWaitMs = maxWaitMs;
  }

  /** Takes a seat: at once (undefined), later, or never, with the reason. */
  enter(flow: string, signal: AbortSignal): undefined | Refusal | Promise<Refusal | undefined> {
    if (this.waiting === 0 && this.executing < this.limits.seats) {
      this.executing++;
      return undefined;
    }
    const { queuing } = this.limits;
    if (!queuing) return 'concurrency-limit';
    const [index, queue] = this.#shortest(deal(flow, queuing.queues, queuing.handSize));
    if (queue.waiting.length >= queuing.queueLengthLimit) return 'queue-full';
    return this.#wait(index, queue, signal);
  }

  /** Gives a seat back; whoever has had least service so far is next. */
  leave(): void {
    this.executing--;
    this.dispatch();
  }

  /** Fills seats that are free, also after the limits have changed. */
  dispatch(): void {
    while (this.waiting > 0 && this.executing < this.limits.seats) {
      let next: Queue | undefined;
      for (const queue of this.#queues.values()) if (!next || queue.served < next.served) next = queue;
      if (!next) return;
      this.#served = next.served;
      next.served++;
      this.executing++;
      next.waiting[0]?.start();
    }
  }

  #shortest(hand: readonly number[]): [number, Queue] {
    let best: [number, Queue] | undefined;
    for (const index of hand) {
      const queue = this.#queues.get(index) ?? { waiting: [], served: this.#served };
      if (!best || queue.waiting.length < best[1].waiting.length) best = [index, queue];
    }
    return best as [number, Queue];
  }

  #wait(index: number, queue: Queue, signal: AbortSignal): Promise<Refusal | undefined> {
    const { promise, resolve } = Promise.withResolvers<Refusal | undefined>();
    const entry: Waiting = {
      queue,
      start: (refusal) => {
        timer[Symbol.dispose]();
        signal.removeEventListener('abort', cancel);
        queue.waiting.splice(queue.waiting.indexOf(entry), 1);
        if (queue.waiting.length === 0) this.#queues.delete(index);
        this.waiting--;
        resolve(refusal);
      },
    };
    const cancel = () => entry.start('cancelled');
    const timer = this.#clock.after(this.#maxWaitMs, () => entry.start('time-out'));
    signal.addEventListener('abort', cancel, { once: true });
    queue.waiting.push(entry);
    this.#queues.set(index, queue);
    this.waiting++;
    return promise;
  }
}
