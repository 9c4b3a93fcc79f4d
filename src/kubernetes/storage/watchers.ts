import type { Change, WatchRequest } from './storage.ts';

interface Watcher {
  readonly request: WatchRequest;
  /** Live changes are held back while history is read. */
  held: Change[][] | undefined;
}

/** Hands changes to whoever watches their keys, history first, every revision once and in order. */
export class Watchers {
  readonly #watchers = new Set<Watcher>();
  #progress = 0;
  readonly #history: (prefix: string, from: number) => Promise<Change[]>;

  constructor(history: (prefix: string, from: number) => Promise<Change[]>) {
    this.#history = history;
  }

  /** `next` is the revision the store's next write will have. */
  add(request: WatchRequest, next: number): Disposable {
    const watcher: Watcher = { request, held: request.from < next ? [] : undefined };
    this.#watchers.add(watcher);
    if (watcher.held) void this.#replay(watcher);
    return { [Symbol.dispose]: () => void this.#watchers.delete(watcher) };
  }

  publish(changes: readonly Change[]): void {
    for (const watcher of this.#watchers) {
      const { prefix, from } = watcher.request;
      const mine = changes.filter((change) => change.revision >= from && change.key.startsWith(prefix));
      if (mine.length === 0) continue;
      if (watcher.held) watcher.held.push(mine);
      else watcher.request.onChanges(mine);
    }
  }

  /** There is nothing more to tell up to `revision`. */
  progress(revision: number): void {
    this.#progress = revision;
    for (const { request, held } of this.#watchers) if (!held) request.onProgress?.(revision);
  }

  fail(error: Error): void {
    for (const watcher of this.#watchers) watcher.request.onError(error);
    this.#watchers.clear();
  }

  async #replay(watcher: Watcher): Promise<void> {
    try {
      const history = await this.#history(watcher.request.prefix, watcher.request.from);
      if (!this.#watchers.has(watcher)) return;
      const last = history.at(-1)?.revision ?? 0;
      if (history.length > 0) watcher.request.onChanges(history);
      // What was committed while history was read may be in both.
      for (const batch of watcher.held ?? []) {
        const later = batch.filter((change) => change.revision > last);
        if (later.length > 0 && this.#watchers.has(watcher)) watcher.request.onChanges(later);
      }
      watcher.held = undefined;
      if (this.#progress > last && this.#watchers.has(watcher)) watcher.request.onProgress?.(this.#progress);
    } catch (error) {
      if (this.#watchers.delete(watcher)) watcher.request.onError(error as Error);
    }
  }
}
