import { EXPECTED_MS, type Visit } from './visit.ts';

/** Requests of a few flows that wait in line. */
export class LevelQueue {
  readonly index: number;
  readonly waiting: Visit[] = [];
  executing = 0;
  seatsInUse = 0;
  /** How much service its requests will have had when the first of those waiting is let in: of two queues the lesser is next. */
  nextDispatch = 0;
  #workWaiting = 0;

  constructor(index: number) {
    this.index = index;
  }

  get isIdle(): boolean {
    return this.waiting.length === 0 && this.executing === 0;
  }

  /** How much work waits or is being done, in seat-milliseconds. */
  get backlog(): number {
    return this.seatsInUse * EXPECTED_MS + this.#workWaiting;
  }

  push(visit: Visit): void {
    this.waiting.push(visit);
    this.#workWaiting += visit.totalWork;
    this.bound();
  }

  remove(visit: Visit): void {
    this.waiting.splice(this.waiting.indexOf(visit), 1);
    this.#workWaiting -= visit.totalWork;
    this.bound();
  }

  /** Who was away gets no credit for it. */
  bound(): void {
    const oldest = this.waiting[0];
    if (oldest && this.nextDispatch < oldest.arrivedAtProgress) this.nextDispatch = oldest.arrivedAtProgress;
  }
}
