import { readFileSync } from 'node:fs';
import { describeError } from '../../../base/errors.ts';
import { formatTime } from '../../machinery/meta.ts';
import { quantityOf } from '../../machinery/quantity.ts';
import type { PodManager } from '../pods/pod-manager.ts';
import type { PodWorker } from '../pods/pod-worker.ts';
import type { PodServices } from '../services.ts';
import { nodeUsage } from '../stats/node-usage.ts';
import type { StatsCollector } from '../stats/stats-collector.ts';
import { evictionOrder } from './rank.ts';

const THRESHOLD = 100 * 1024 * 1024;
const CHECK = 10_000;
/** The condition outlasts the pressure, or the scheduler would send the same pods back at once. */
const TRANSITION = 5 * 60_000;

/** Ends pods, one at a time, before the machine runs out of memory. */
export class MemoryPressure {
  readonly #services: PodServices;
  readonly #pods: PodManager;
  readonly #stats: StatsCollector;
  #lastSeen = Number.NEGATIVE_INFINITY;

  constructor(services: PodServices, pods: PodManager, stats: StatsCollector) {
    this.#services = services;
    this.#pods = pods;
    this.#stats = stats;
  }

  /** What the node's MemoryPressure condition says. */
  get exists(): boolean {
    return this.#services.clock.now() - this.#lastSeen < TRANSITION;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, log, node } = this.#services;
    while (!signal.aborted) {
      await clock.sleep(CHECK, signal).catch(() => {});
      const available = availableMemory(node.memoryCapacity);
      if (signal.aborted || available >= THRESHOLD) continue;
      this.#lastSeen = clock.now();
      await this.#evictOne(available).catch((error: unknown) => log.warn({ error: describeError(error) }, 'no pod evicted'));
    }
  }

  async #evictOne(available: number): Promise<void> {
    const { pods } = await this.#stats.usage();
    const usage = new Map(pods.map(({ uid, memory }) => [uid, memory?.workingSet ?? 0]));
    const running = [...this.#pods.workers].filter((worker) => !worker.isTerminated);
    const [victim] = evictionOrder(running.map(({ pod }) => ({ pod, usage: usage.get(pod.metadata.uid) ?? 0 })));
    const worker = victim && this.#pods.get(victim.pod.metadata.uid);
    if (worker) this.#evict(worker, available);
  }

  #evict(worker: PodWorker, available: number): void {
    const { events, clock, log } = this.#services;
    const message = `The node was low on resource: memory. Threshold quantity: ${quantityOf(THRESHOLD)}, available: ${Math.floor(available / 1024)}Ki. `;
    const disruption = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'TerminationByKubelet',
      message,
      lastTransitionTime: formatTime(clock.now()),
    };
    log.warn({ pod: worker.pod.metadata.name }, 'evicting a pod: the node is low on memory');
    events.warning(worker.pod, 'Evicted', message);
    worker.end({ reason: 'Evicted', message, conditions: [disruption], grace: 0 });
  }
}

/** Bytes that can still be had: on the machine and, where the node is a container, below its limit. */
export function availableMemory(capacity: number): number {
  const table = readFileSync('/proc/meminfo', 'utf8');
  const onMachine = Number(/^MemAvailable:\s+(\d+)/m.exec(table)?.[1] ?? 0) * 1024;
  return Math.min(onMachine, Math.max(0, capacity - nodeUsage().memoryWorkingSet));
}
