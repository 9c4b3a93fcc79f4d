import { describeError } from '../../../base/errors.ts';
import { ContainerState } from '../cri/runtime-v1.ts';
import { rotateIfBig } from '../logs/log-rotation.ts';
import { labels } from '../pods/labels.ts';
import type { PodManager } from '../pods/pod-manager.ts';
import type { PodServices } from '../services.ts';
import { removeOrphans } from './orphans.ts';

const LOG_CHECK = 10_000;
const ORPHAN_CHECK = 60_000;

/** The chores that nobody asks for: rotating logs, clearing away leftovers. */
export class Housekeeper {
  readonly #services: PodServices;
  readonly #pods: PodManager;

  constructor(services: PodServices, pods: PodManager) {
    this.#services = services;
    this.#pods = pods;
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([
      this.#every(LOG_CHECK, 'log rotation', signal, () => this.#rotateLogs()),
      this.#every(ORPHAN_CHECK, 'clearing away leftovers', signal, () => this.#clear()),
    ]);
  }

  async #every(period: number, what: string, signal: AbortSignal, chore: () => Promise<void>): Promise<void> {
    const { clock, log } = this.#services;
    while (!signal.aborted) {
      await clock.sleep(period, signal).catch(() => {});
      if (signal.aborted) return;
      await chore().catch((error: unknown) => log.warn({ error: describeError(error) }, `${what} failed`));
    }
  }

  async #rotateLogs(): Promise<void> {
    const { cri, clock, options } = this.#services;
    const { containers } = await cri.call('ListContainers', { filter: { state: { state: ContainerState.CONTAINER_RUNNING } } });
    for (const { id, labels: of, metadata } of containers) {
      const directory = `${of[labels.podNamespace]}_${of[labels.podName]}_${of[labels.podUid]}`;
      const path = `${options.podLogsDirectory}/${directory}/${metadata?.name}/${metadata?.attempt ?? 0}.log`;
      await rotateIfBig(cri, { containerId: id, path }, clock.now());
    }
  }

  async #clear(): Promise<void> {
    const observed = await this.#services.observer.observeAll();
    await removeOrphans(this.#services, (uid) => observed.has(uid) || this.#pods.get(uid) !== undefined);
  }
}
