/**
 * Thrown by a function whose value is not there yet. The evaluation is started again once it is: evaluating has no
 * effects, and whoever made the promise keeps its outcome.
 */
export class PendingValue {
  readonly ready: Promise<unknown>;

  constructor(ready: Promise<unknown>) {
    this.ready = ready;
  }
}
