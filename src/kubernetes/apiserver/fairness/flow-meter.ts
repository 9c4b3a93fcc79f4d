import type { Tally } from '../metrics/tally-histogram.ts';
import type { Refusal } from './visit.ts';

/** The histograms of one flow schema at one priority level; absent where nobody measures. */
export interface FlowTallies {
  readonly queueLength: Tally;
  readonly waited: Tally;
  readonly gaveUp: Tally;
  readonly executed: Tally;
  readonly executedWatches: Tally;
  readonly seats: Tally;
  readonly watches: Tally;
}

/** Is told what happens to the requests of one flow schema at one priority level. */
export class FlowMeter {
  readonly level: string;
  readonly schema: string;
  readonly rejected = new Map<Refusal, number>();
  readonly #tallies: FlowTallies | undefined;
  dispatched = 0;
  executing = 0;
  executingSeats = 0;
  waitingRequests = 0;
  waitingSeats = 0;

  constructor(level: string, schema: string, tallies?: FlowTallies) {
    this.level = level;
    this.schema = schema;
    this.#tallies = tallies;
  }

  estimated(seats: number): void {
    this.#tallies?.seats.observe(seats);
  }

  watched(count: number): void {
    this.#tallies?.watches.observe(count);
  }

  /** A request is the last of so many in its queue. */
  queued(length: number): void {
    this.#tallies?.queueLength.observe(length);
  }

  waiting(requests: number, seats: number): void {
    this.waitingRequests += requests;
    this.waitingSeats += seats;
  }

  /** `waitedMs` where there is a queue. */
  started(seats: number, waitedMs: number | undefined): void {
    this.dispatched++;
    this.executing++;
    this.executingSeats += seats;
    if (waitedMs !== undefined) this.#tallies?.waited.observe(waitedMs / 1000);
  }

  finished(seats: number, ms: number, watch: boolean): void {
    this.executing--;
    this.executingSeats -= seats;
    (watch ? this.#tallies?.executedWatches : this.#tallies?.executed)?.observe(ms / 1000);
  }

  gaveUp(waitedMs: number): void {
    this.#tallies?.gaveUp.observe(waitedMs / 1000);
  }

  refused(reason: Refusal): void {
    this.rejected.set(reason, (this.rejected.get(reason) ?? 0) + 1);
  }
}
