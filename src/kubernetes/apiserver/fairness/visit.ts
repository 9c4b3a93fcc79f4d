import type { RequestContext } from '../request.ts';
import type { FlowMeter } from './flow-meter.ts';
import type { LevelQueue } from './level-queue.ts';
import type { Work } from './work-estimate.ts';

/** How long a request is taken to last until it is known. */
export const EXPECTED_MS = 3;

export type Refusal = 'concurrency-limit' | 'queue-full' | 'time-out' | 'cancelled';

/** A request at its priority level. */
export interface Arrival {
  /** The flow schema. */
  readonly schema: string;
  readonly distinguisher: string;
  readonly work: Work;
  readonly request: RequestContext;
  readonly meter: FlowMeter;
}

/** A request that waits for seats or has them. */
export class Visit {
  readonly arrival: Arrival;
  readonly arrivedAt: number;
  /** How far its level's queues had been served then. */
  readonly arrivedAtProgress: number;
  readonly queue: LevelQueue | undefined;
  startedAt = 0;
  /** Of one that waits: it may go on. */
  begin: (() => void) | undefined;

  constructor(arrival: Arrival, queue: LevelQueue | undefined, now: number, progress: number) {
    this.arrival = arrival;
    this.queue = queue;
    this.arrivedAt = now;
    this.arrivedAtProgress = progress;
  }

  /** Both stages' seats are set aside from the beginning. */
  get seats(): number {
    const { initialSeats, finalSeats } = this.arrival.work;
    return Math.max(initialSeats, finalSeats);
  }

  /** In seat-milliseconds. */
  get totalWork(): number {
    const { initialSeats, finalSeats, extraMs } = this.arrival.work;
    return initialSeats * EXPECTED_MS + finalSeats * extraMs;
  }
}
