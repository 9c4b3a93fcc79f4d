import type { Clock } from '../../../base/clock.ts';

/** A value that was chosen and whose service is not stored yet stays chosen this long. */
const PENDING_MS = 60_000;

/**
 * Which values belong to which owner. What is stored is told by the store; what was promised to a write that is
 * under way is remembered for a while and forgotten if the write never lands, so that nothing needs to be given back.
 */
export class Reservations<V extends string | number> {
  readonly #owners = new Map<V, Set<string>>();
  readonly #pending = new Map<V, { owner: string; until: number }>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Called for every change of an owner's stored values. */
  replace(owner: string, next: readonly V[], previous: readonly V[]): void {
    for (const value of previous) this.#drop(owner, value);
    for (const value of next) {
      this.#owners.set(value, (this.#owners.get(value) ?? new Set()).add(owner));
      if (this.#pending.get(value)?.owner === owner) this.#pending.delete(value);
    }
  }

  #drop(owner: string, value: V): void {
    const owners = this.#owners.get(value);
    owners?.delete(owner);
    if (owners?.size === 0) this.#owners.delete(value);
  }

  isTaken(value: V, by: string): boolean {
    const owners = this.#owners.get(value);
    if (owners && (owners.size > 1 || !owners.has(by))) return true;
    const pending = this.#pending.get(value);
    return pending !== undefined && pending.owner !== by && pending.until > this.#clock.now();
  }

  /** Keeps a value for a write that is under way, unless it is the owner's already. */
  promise(value: V, owner: string): void {
    this.#forgetExpired();
    if (this.#owners.get(value)?.has(owner)) return;
    this.#pending.set(value, { owner, until: this.#clock.now() + PENDING_MS });
  }

  /** Takes back what was promised to a write that failed. */
  release(owner: string): void {
    for (const [value, promise] of this.#pending) if (promise.owner === owner) this.#pending.delete(value);
  }

  #forgetExpired(): void {
    const now = this.#clock.now();
    for (const [value, { until }] of this.#pending) {
      // The oldest come first.
      if (until > now) return;
      this.#pending.delete(value);
    }
  }
}
