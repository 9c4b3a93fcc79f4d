import type { Clock } from '../../../base/clock.ts';
import type { LevelLimits, Queuing } from './level-limits.ts';
import { LevelQueue } from './level-queue.ts';
import { SeatDemand } from './seat-demand.ts';
import { Dealer } from './shuffle-sharding.ts';
import { type Arrival, EXPECTED_MS, type Refusal, Visit } from './visit.ts';

export interface LevelSettings {
  readonly limits: LevelLimits;
  /** Never refuses; what it uses is taken from the others. */
  readonly exempt?: boolean;
  /** Absent: what finds no seat is refused. */
  readonly queuing?: Queuing | undefined;
}

/**
 * The seats of one priority level, and the queues of those who wait for some. Queues are served as if bit by bit in turn:
 * `progress` says how much a queue that always had work would have been served by now.
 */
export class PriorityLevel {
  readonly name: string;
  readonly demand: SeatDemand;
  readonly #clock: Clock;
  readonly #maxWaitMs: number;
  readonly #queues: LevelQueue[] = [];
  #settings: LevelSettings;
  #dealer: Dealer | undefined;
  #limit: number;
  #progress = 0;
  #progressAt: number;
  #activeQueues = 0;
  #dealt = 0;
  #lastServed = 0;
  executing = 0;
  seatsInUse = 0;
  waiting = 0;
  seatsWaiting = 0;
  /** Those with seats. */
  readonly visits = new Set<Visit>();
  readonly totals = { dispatched: 0, rejected: 0, timedOut: 0, cancelled: 0 };
  /** Where progress was when a request was last let in. */
  dispatchedAtProgress = 0;
  /** Where its queue was then. */
  latestStart = 0;
  /** Hears how long the level was as it is. */
  sample: (elapsedMs: number) => void = () => {};

  constructor(name: string, settings: LevelSettings, clock: Clock, maxWaitMs: number) {
    this.name = name;
    this.#settings = settings;
    this.#clock = clock;
    this.#maxWaitMs = maxWaitMs;
    this.#progressAt = clock.now();
    this.demand = new SeatDemand(this.#progressAt);
    const { nominal, lower } = settings.limits;
    this.#limit = nominal - Math.floor((nominal - lower) / 2);
    this.#adoptQueues();
  }

  get limits(): LevelLimits {
    return this.#settings.limits;
  }

  get exempt(): boolean {
    return this.#settings.exempt === true;
  }

  get queuing(): Queuing | undefined {
    return this.#settings.queuing;
  }

  /** Seats it has now, with what it borrows and without what it lends. */
  get currentLimit(): number {
    return this.#limit;
  }

  get isIdle(): boolean {
    return this.waiting === 0 && this.executing === 0;
  }

  get queues(): readonly LevelQueue[] {
    return this.#queues;
  }

  get progress(): number {
    return this.#progress;
  }

  configure(settings: LevelSettings): void {
    this.#advance(this.#clock.now());
    this.#settings = settings;
    this.#adoptQueues();
    this.#dispatch(this.#clock.now());
  }

  setCurrentLimit(seats: number): void {
    const now = this.#clock.now();
    this.#advance(now);
    this.#limit = seats;
    this.#dispatch(now);
  }

  /** Takes seats: at once, later, or never, with the reason. */
  enter(arrival: Arrival): Visit | Refusal | Promise<Visit | Refusal> {
    const now = this.#clock.now();
    this.#advance(now);
    const queue = this.#dealer && this.#shortestOf(this.#dealer, arrival);
    const visit = new Visit(arrival, queue, now, this.#progress);
    if (!queue) return this.#fits(visit.seats) ? this.#start(visit, now) : this.#refuse('concurrency-limit');
    const limit = this.#settings.queuing?.queueLengthLimit ?? 0;
    if (this.seatsInUse >= this.#limit && queue.waiting.length >= limit) return this.#refuse('queue-full');
    if (this.waiting > 0 || !this.#fits(visit.seats)) return this.#wait(visit, queue, now);
    if (queue.isIdle) this.#activeQueues++;
    if (queue.nextDispatch < this.#progress) queue.nextDispatch = this.#progress;
    arrival.meter.queued(1);
    return this.#start(visit, now);
  }

  /** Gives seats back, some time later where watchers still have to be told. */
  leave(visit: Visit): void {
    const now = this.#clock.now();
    this.#advance(now);
    const { queue, arrival } = visit;
    const { work, meter } = arrival;
    this.executing--;
    this.visits.delete(visit);
    meter.finished(visit.seats, now - visit.startedAt, arrival.request.info.verb === 'watch');
    if (queue) {
      queue.executing--;
      // What was expected is put right by what it was.
      queue.nextDispatch += work.initialSeats * (now - visit.startedAt - EXPECTED_MS);
      queue.bound();
      if (queue.isIdle) this.#activeQueues--;
    }
    if (work.extraMs > 0) this.#clock.after(work.extraMs, () => this.#release(visit, this.#clock.now()));
    else this.#release(visit, now);
  }

  #release(visit: Visit, now: number): void {
    this.#advance(now);
    this.seatsInUse -= visit.seats;
    if (visit.queue) visit.queue.seatsInUse -= visit.seats;
    this.#noteDemand(now);
    this.#dispatch(now);
  }

  #advance(now: number): void {
    const elapsed = now - this.#progressAt;
    if (elapsed <= 0) return;
    this.#progressAt = now;
    this.sample(elapsed);
    if (this.#activeQueues === 0) return;
    this.#progress += (elapsed * Math.min(this.seatsInUse + this.seatsWaiting, this.#limit)) / this.#activeQueues;
  }

  /** A request for more seats than there are gets all of them. */
  #fits(seats: number): boolean {
    if (this.exempt) return true;
    return seats > this.#limit ? this.executing === 0 : this.seatsInUse + seats <= this.#limit;
  }

  #shortestOf(dealer: Dealer, { schema, distinguisher }: Arrival): LevelQueue {
    const hand = dealer.handOf(`${schema}\0${distinguisher}`);
    // Hands that overlap should not all begin with the same queue.
    const offset = this.#dealt++ % hand.length;
    let best: LevelQueue | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < hand.length; i++) {
      const queue = this.#queues[hand[(offset + i) % hand.length] as number] as LevelQueue;
      const { backlog } = queue;
      if (backlog >= least) continue;
      best = queue;
      least = backlog;
      if (least === 0) break;
    }
    return best as LevelQueue;
  }

  #start(visit: Visit, now: number): Visit {
    const { seats, queue, arrival } = visit;
    visit.startedAt = now;
    this.executing++;
    this.totals.dispatched++;
    this.visits.add(visit);
    this.seatsInUse += seats;
    if (queue) {
      queue.executing++;
      queue.seatsInUse += seats;
      this.latestStart = queue.nextDispatch;
      queue.nextDispatch += visit.totalWork;
    }
    this.#noteDemand(now);
    arrival.meter.started(seats, queue && now - visit.arrivedAt);
    this.dispatchedAtProgress = this.#progress;
    return visit;
  }

  #wait(visit: Visit, queue: LevelQueue, now: number): Promise<Visit | Refusal> {
    const { promise, resolve } = Promise.withResolvers<Visit | Refusal>();
    const { meter, request } = visit.arrival;
    if (queue.isIdle) this.#activeQueues++;
    queue.push(visit);
    this.waiting++;
    this.seatsWaiting += visit.seats;
    this.#noteDemand(now);
    meter.queued(queue.waiting.length);
    meter.waiting(1, visit.seats);
    const giveUp = (why: Refusal) => {
      const at = this.#clock.now();
      this.#advance(at);
      this.#unqueue(visit, queue);
      if (queue.isIdle) this.#activeQueues--;
      this.#noteDemand(at);
      meter.gaveUp(at - visit.arrivedAt);
      visit.begin = undefined;
      resolve(this.#refuse(why));
      // It may have stood in the way of others that need fewer seats.
      this.#dispatch(at);
    };
    const timer = this.#clock.after(this.#maxWaitMs, () => {
      request.signal.removeEventListener('abort', cancel);
      giveUp('time-out');
    });
    const cancel = () => {
      timer[Symbol.dispose]();
      giveUp('cancelled');
    };
    request.signal.addEventListener('abort', cancel, { once: true });
    visit.begin = () => {
      timer[Symbol.dispose]();
      request.signal.removeEventListener('abort', cancel);
      resolve(visit);
    };
    this.#dispatch(now);
    return promise;
  }

  #refuse(why: Refusal): Refusal {
    this.totals.rejected++;
    if (why === 'time-out') this.totals.timedOut++;
    else if (why === 'cancelled') this.totals.cancelled++;
    return why;
  }

  #unqueue(visit: Visit, queue: LevelQueue): void {
    queue.remove(visit);
    this.waiting--;
    this.seatsWaiting -= visit.seats;
    visit.arrival.meter.waiting(-1, -visit.seats);
  }

  /** Fills seats that are free. Whoever is next and does not fit holds up the others, lest it wait forever. */
  #dispatch(now: number): void {
    while (this.waiting > 0) {
      const queue = this.#nextQueue();
      const visit = queue?.waiting[0];
      if (!queue || !visit || !this.#fits(visit.seats)) return;
      this.#lastServed = queue.index;
      this.#unqueue(visit, queue);
      this.#start(visit, now);
      queue.bound();
      visit.begin?.();
    }
  }

  /** The queue whose first request would be done first; of equals the one after the last served. */
  #nextQueue(): LevelQueue | undefined {
    const count = this.#queues.length;
    let best: LevelQueue | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 1; i <= count; i++) {
      const queue = this.#queues[(this.#lastServed + i) % count] as LevelQueue;
      const first = queue.waiting[0];
      if (!first || queue.nextDispatch + first.totalWork >= least) continue;
      best = queue;
      least = queue.nextDispatch + first.totalWork;
    }
    return best;
  }

  #noteDemand(now: number): void {
    this.demand.set(this.seatsInUse + this.seatsWaiting, now);
  }

  /** Queues that are too many go when they are empty; nothing new comes into them. */
  #adoptQueues(): void {
    const { queuing } = this.#settings;
    const wanted = queuing?.queues ?? 0;
    while (this.#queues.length < wanted) this.#queues.push(new LevelQueue(this.#queues.length));
    while (this.#queues.length > wanted && this.#queues.at(-1)?.isIdle) this.#queues.pop();
    this.#dealer = queuing ? new Dealer(wanted, Math.min(queuing.handSize, wanted)) : undefined;
  }
}
