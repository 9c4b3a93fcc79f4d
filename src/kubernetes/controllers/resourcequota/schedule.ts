import type { ResourceQuota } from '../../api/generated/core-v1.ts';
import { semanticallyEqual } from '../framework/equal.ts';

/** Everything is counted anew this often, whatever has been heard of. */
const RESYNC = 300_000;
/**
 * Admission charges a quota before the object is stored. A quota that nothing charged for this long has no such
 * objects on the way, and is looked over: creations that failed after they were charged are found then.
 */
const QUIET = 5_000;

interface Entry {
  /** Something that the quota counted is gone or smaller. */
  freed: boolean;
  changedAt: number;
  countedAt: number | undefined;
}

/** When the use of each quota has to be counted anew. */
export class CountingSchedule {
  readonly #entries = new Map<string, Entry>();

  /** The quota itself changed: charged, counted or edited. */
  changed(key: string, now: number): void {
    this.#entry(key).changedAt = now;
  }

  freed(key: string): void {
    this.#entry(key).freed = true;
  }

  /** Milliseconds until it is time; 0 is now. */
  due(key: string, { spec, status }: ResourceQuota, now: number): number {
    const { freed, changedAt, countedAt } = this.#entry(key);
    if (freed || countedAt === undefined || !semanticallyEqual(spec?.hard, status?.hard)) return 0;
    const next = countedAt <= changedAt ? Math.min(changedAt + QUIET, countedAt + RESYNC) : countedAt + RESYNC;
    return Math.max(next - now, 0);
  }

  /** What is returned undoes it: the counting came to nothing, and is as due as it was before. */
  counting(key: string, now: number): () => void {
    const entry = this.#entry(key);
    const { freed, countedAt } = entry;
    entry.freed = false;
    entry.countedAt = now;
    return () => {
      entry.freed ||= freed;
      entry.countedAt = countedAt;
    };
  }

  forget(key: string): void {
    this.#entries.delete(key);
  }

  #entry(key: string): Entry {
    const present = this.#entries.get(key) ?? { freed: false, changedAt: 0, countedAt: undefined };
    this.#entries.set(key, present);
    return present;
  }
}
