interface Sample {
  at: number;
  total: number;
  rate: number | undefined;
}

/** Samples nearer to each other than this give no reliable rate. */
const LEAST_WINDOW = 5_000;

/** Nanocores in use, from cumulative nanoseconds: the runtime counts, but does not divide. */
export class CpuRates {
  readonly #samples = new Map<string, Sample>();

  /** `at` in milliseconds, `total` in nanoseconds; undefined until there are two samples. */
  rate(id: string, at: number, total: number): number | undefined {
    const last = this.#samples.get(id);
    if (last && at - last.at < LEAST_WINDOW && total >= last.total) return last.rate;
    const rate = last && total >= last.total && at > last.at ? Math.round(((total - last.total) / (at - last.at)) * 1000) : undefined;
    this.#samples.set(id, { at, total, rate });
    return rate;
  }

  /** Forgets what is not in `ids`. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#samples.keys()) if (!ids.has(id)) this.#samples.delete(id);
  }
}
