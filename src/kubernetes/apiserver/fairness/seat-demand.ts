const SMOOTHING = 0.977;

/** How many seats a level would have used in a period, had there been enough. */
export interface Demand {
  readonly highWatermark: number;
  readonly average: number;
  readonly deviation: number;
  /** Rises at once with the demand and falls slowly: by half in five minutes. */
  readonly smoothed: number;
}

export const NO_DEMAND: Demand = { highWatermark: 0, average: 0, deviation: 0, smoothed: 0 };

/** Watches the seats that a level's requests have or wait for. */
export class SeatDemand {
  #seats = 0;
  #since: number;
  #elapsed = 0;
  #sum = 0;
  #sumOfSquares = 0;
  #max = 0;
  last = NO_DEMAND;

  constructor(now: number) {
    this.#since = now;
  }

  set(seats: number, now: number): void {
    if (now !== this.#since) this.#settle(now);
    this.#seats = seats;
    if (seats > this.#max) this.#max = seats;
  }

  /** Ends a period and begins the next. */
  endPeriod(now: number): Demand {
    this.#settle(now);
    const average = this.#elapsed > 0 ? this.#sum / this.#elapsed : this.#seats;
    const variance = this.#elapsed > 0 ? this.#sumOfSquares / this.#elapsed - average ** 2 : 0;
    const deviation = Math.sqrt(Math.max(0, variance));
    const envelope = average + deviation;
    const smoothed = Math.max(envelope, SMOOTHING * this.last.smoothed + (1 - SMOOTHING) * envelope);
    this.last = { highWatermark: this.#max, average, deviation, smoothed };
    this.#elapsed = 0;
    this.#sum = 0;
    this.#sumOfSquares = 0;
    this.#max = this.#seats;
    return this.last;
  }

  #settle(now: number): void {
    const elapsed = Math.max(0, now - this.#since);
    this.#since = now;
    this.#elapsed += elapsed;
    this.#sum += elapsed * this.#seats;
    this.#sumOfSquares += elapsed * this.#seats ** 2;
  }
}
