import type { HealthCheck } from './checks.ts';

/** What is not ready yet while the server starts, and that it is no longer ready when it stops. */
export class Readiness {
  readonly #done = new Set<string>();
  readonly #hooks: readonly string[];
  #stopping = false;

  constructor(hooks: readonly string[]) {
    this.#hooks = hooks;
  }

  finished(hook: string): void {
    this.#done.add(hook);
  }

  stopping(): void {
    this.#stopping = true;
  }

  /** One check per start hook. */
  hookChecks(): HealthCheck[] {
    return this.#hooks.map((hook) => ({
      name: `poststarthook/${hook}`,
      check: () => {
        if (!this.#done.has(hook)) throw new Error('not finished');
      },
    }));
  }

  shutdownCheck(): HealthCheck {
    return {
      name: 'shutdown',
      check: () => {
        if (this.#stopping) throw new Error('process is shutting down');
      },
    };
  }
}
