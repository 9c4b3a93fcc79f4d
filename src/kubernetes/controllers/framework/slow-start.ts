/**
 * Does `count` things in parallel batches of 1, 2, 4 ..., and stops after a batch with a failure, whose error it
 * throws: when none can succeed (a quota, say) this costs one try, not hundreds.
 */
export async function slowStart(count: number, each: (index: number) => Promise<void>): Promise<void> {
  let started = 0;
  for (let batch = 1; started < count; batch = Math.min(batch * 2, MAX_BATCH)) {
    const size = Math.min(batch, count - started);
    const first = started;
    started += size;
    const results = await Promise.allSettled(Array.from({ length: size }, (_, index) => each(first + index)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }
}

const MAX_BATCH = 64;
