/** One long operation a cluster at a time in this process, each cancellable by the caller's signal or by name. */
export class Operations {
  readonly #running = new Map<string, { what: string; controller: AbortController }>();

  isRunning(cluster: string): boolean {
    return this.#running.has(cluster);
  }

  async run<T>(cluster: string, what: string, outer: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const other = this.#running.get(cluster);
    if (other) throw new Error(`Cluster "${cluster}" is busy: ${other.what} is still running.`);
    const controller = new AbortController();
    this.#running.set(cluster, { what, controller });
    try {
      return await work(outer ? AbortSignal.any([outer, controller.signal]) : controller.signal);
    } finally {
      this.#running.delete(cluster);
    }
  }
}
