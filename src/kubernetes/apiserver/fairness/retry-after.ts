const MAX_SECONDS = 8;

/** How long the refused should stay away: longer the more of them there are. */
export class RetryAfter {
  readonly #history: { second: number; refused: number }[] = [];
  #second = 0;
  #refused = 0;
  #raisedAt = 0;
  seconds = 1;

  /** Counts a refusal. */
  refused(now: number): void {
    const second = Math.floor(now / 1000);
    if (second === this.#second) {
      this.#refused++;
      return;
    }
    this.#history.push({ second: this.#second, refused: this.#refused });
    while (this.#second - (this.#history[0]?.second ?? this.#second) > MAX_SECONDS) this.#history.shift();
    this.#second = second;
    this.#refused = 1;
    this.#adapt(second);
  }

  /** Doubles when three or more were refused every second, and falls by one when it was less than one. */
  #adapt(second: number): void {
    const lately = this.#history.filter((one) => second - one.second <= this.seconds).reduce((sum, { refused }) => sum + refused, 0);
    if (second - this.#raisedAt >= this.seconds && lately >= 3 * this.seconds) {
      this.seconds = Math.min(this.seconds * 2, MAX_SECONDS);
      this.#raisedAt = second;
    } else if (lately < this.seconds && this.seconds > 1) this.seconds--;
  }
}
