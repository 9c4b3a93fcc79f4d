import type { Pod } from '../../api/generated/core-v1.ts';

const FIRST_DELAY = 10_000;
const MAX_DELAY = 600_000;

/** How long to wait before failed pods are replaced: twice as long with every failure since the last success. */
export class FailureBackoff {
  readonly #records = new Map<string, { failures: number; lastFailure: number }>();

  /** Takes in pods that ended, each once. */
  count(job: string, succeeded: readonly Pod[], failed: readonly Pod[]): void {
    if (succeeded.length + failed.length === 0) return;
    const lastSuccess = Math.max(0, ...succeeded.map(endOf));
    const record = lastSuccess > 0 ? { failures: 0, lastFailure: 0 } : (this.#records.get(job) ?? { failures: 0, lastFailure: 0 });
    for (const end of failed.map(endOf)) {
      if (end <= lastSuccess) continue;
      record.failures += 1;
      record.lastFailure = Math.max(record.lastFailure, end);
    }
    this.#records.set(job, record);
  }

  /** Milliseconds until the next pod may start. */
  remaining(job: string, now: number): number {
    const record = this.#records.get(job);
    if (!record || record.failures === 0) return 0;
    const delay = Math.min(FIRST_DELAY * 2 ** (record.failures - 1), MAX_DELAY);
    return Math.max(record.lastFailure + delay - now, 0);
  }

  forget(job: string): void {
    this.#records.delete(job);
  }
}

function endOf({ status, metadata }: Pod): number {
  const ends = (status?.containerStatuses ?? [])
    .map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? ''))
    .filter((time) => !Number.isNaN(time));
  if (ends.length > 0) return Math.max(...ends);
  return Date.parse(metadata.deletionTimestamp ?? metadata.creationTimestamp ?? '') || 0;
}
