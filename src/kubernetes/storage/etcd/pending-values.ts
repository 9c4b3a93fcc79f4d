import type { Change, Write } from '../storage.ts';

/**
 * The values being written from here, so that a change which comes back is handed on with the very buffer that was
 * written: what readers know about it (its parsed object) need not be found out again.
 */
export class PendingValues {
  readonly #values = new Map<string, Buffer[]>();

  /** Until disposed, `write`'s value is known. */
  add({ key, value }: Write): Disposable {
    if (!value) return { [Symbol.dispose]() {} };
    this.#values.set(key, [...(this.#values.get(key) ?? []), value]);
    return { [Symbol.dispose]: () => this.#remove(key, value) };
  }

  recognise(change: Change): Change {
    if (change.type === 'delete') return change;
    const value = this.#values.get(change.key)?.find((pending) => pending.equals(change.value));
    return value ? { ...change, value } : change;
  }

  #remove(key: string, value: Buffer): void {
    const others = (this.#values.get(key) ?? []).filter((pending) => pending !== value);
    if (others.length > 0) this.#values.set(key, others);
    else this.#values.delete(key);
  }
}
