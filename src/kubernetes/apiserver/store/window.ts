import type { WatchEventType } from '../../machinery/meta.ts';
import type { StoredObject } from './stored-object.ts';

/** One change of one object. */
export interface CacheEvent {
  readonly type: Extract<WatchEventType, 'ADDED' | 'MODIFIED' | 'DELETED'>;
  readonly revision: number;
  /** For DELETED: the last state, at the revision of the deletion. */
  readonly stored: StoredObject;
  /** What it was before; absent for ADDED. */
  readonly previous: StoredObject | undefined;
}

const KEEP_AT_LEAST = 100;
const KEEP_AT_MOST = 100_000;
const KEEP_MS = 75_000;

/** The most recent changes of one resource, for watches that start a little in the past. */
export class EventWindow {
  #events: CacheEvent[] = [];
  #times: number[] = [];
  #head = 0;
  /** Everything after this revision is known. */
  #complete: number;

  constructor(complete: number) {
    this.#complete = complete;
  }

  /** Watches may start at this revision or later. */
  get complete(): number {
    return this.#complete;
  }

  add(event: CacheEvent, now: number): void {
    this.#events.push(event);
    this.#times.push(now);
    this.forgetStale(now);
  }

  /** Lets go of what is too old to be asked for; without it a resource that rests would keep its last changes for ever. */
  forgetStale(now: number): void {
    while (this.#events.length - this.#head > KEEP_AT_LEAST && this.#oldestIsStale(now)) {
      this.#complete = (this.#events[this.#head] as CacheEvent).revision;
      this.#head++;
    }
    if (this.#head > 1000 && this.#head * 2 > this.#events.length) this.#dropForgotten();
  }

  /** Events later than `revision`, oldest first. */
  since(revision: number): CacheEvent[] {
    let from = this.#events.length;
    while (from > this.#head && (this.#events[from - 1] as CacheEvent).revision > revision) from--;
    return this.#events.slice(from);
  }

  #oldestIsStale(now: number): boolean {
    return now - (this.#times[this.#head] as number) > KEEP_MS || this.#events.length - this.#head > KEEP_AT_MOST;
  }

  #dropForgotten(): void {
    this.#events = this.#events.slice(this.#head);
    this.#times = this.#times.slice(this.#head);
    this.#head = 0;
  }
}
