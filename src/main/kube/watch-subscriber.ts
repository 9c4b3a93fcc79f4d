import type { Clock } from '../../base/clock.ts';
import type { WatchDelta } from '../../ipc/kube.ts';
import type { KubeObject } from '../../kubernetes/machinery/meta.ts';

/** Objects in one message: big enough to be quick, small enough not to stall the window. */
const BATCH = 500;
/** Changes wait this long for company; people see no difference, a rollout of hundreds of pods does. */
const GATHER_MS = 40;

/** What one window has yet to be told. Later changes of an object replace earlier ones, so a slow window costs no memory. */
export class WatchSubscriber {
  readonly #clock: Clock;
  readonly #changed = new Map<string, KubeObject | undefined>();
  #standing: WatchDelta | undefined;
  #closed = false;
  #wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  set(key: string, object: KubeObject): void {
    this.#changed.set(key, object);
    this.#wake?.();
  }

  remove(key: string): void {
    this.#changed.set(key, undefined);
    this.#wake?.();
  }

  /** `synced` or `disconnected`, told after the changes before it. */
  standing(delta: WatchDelta): void {
    this.#standing = delta;
    this.#wake?.();
  }

  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  async *deltas(): AsyncGenerator<WatchDelta> {
    for (;;) {
      await this.#something();
      if (this.#closed) return;
      while (this.#changed.size > 0) yield this.#takeChanges();
      const standing = this.#standing;
      this.#standing = undefined;
      if (standing) yield standing;
      await this.#clock.sleep(GATHER_MS);
    }
  }

  #takeChanges(): WatchDelta {
    const set: KubeObject[] = [];
    const removed: string[] = [];
    for (const [key, object] of this.#changed) {
      this.#changed.delete(key);
      if (object) set.push(object);
      else removed.push(key);
      if (set.length + removed.length >= BATCH) break;
    }
    return { type: 'changes', set, removed };
  }

  async #something(): Promise<void> {
    while (this.#changed.size === 0 && !this.#standing && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#wake = undefined;
  }
}
