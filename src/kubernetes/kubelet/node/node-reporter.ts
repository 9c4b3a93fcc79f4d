import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../../base/clock.ts';
import { describeError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { ContainerImage, Node, NodeStatus } from '../../api/generated/core-v1.ts';
import { nodes } from '../../api/resources.ts';
import type { ApiClient } from '../../client/api-client.ts';
import { isAlreadyExists, isNotFound } from '../../machinery/status.ts';
import type { CriClient } from '../cri/cri-client.ts';
import type { KubeletOptions } from '../options.ts';
import { foreignResources } from './foreign-resources.ts';
import type { NodeFacts } from './node-facts.ts';
import { nodeObject, nodeStatus } from './node-object.ts';
import { runtimeHealth } from './runtime-health.ts';

const CHECK = 10_000;
/** Until the node has been ready once, what is missing usually comes any moment. */
const EAGER_CHECK = 100;
const REPORT_UNCHANGED = 5 * 60_000;
const MAX_IMAGES = 50;

export interface NodeReporterOptions {
  api: ApiClient;
  cri: CriClient;
  runtimeVersion: string;
  options: KubeletOptions;
  facts: NodeFacts;
  clock: Clock;
  log: Log;
  /** Pressure as the eviction manager sees it. */
  pressure(): { memory: boolean; disk: boolean };
  /** The node as it was last seen in the API. */
  seen(): Node | undefined;
  /** The node's object as the API has it. */
  onNode(node: Node): void;
}

/** Registers the node and keeps its status true: at once when it becomes ready, then when something changes. */
export class NodeReporter {
  readonly #options: NodeReporterOptions;
  #reported: NodeStatus | undefined;
  #reportedAt = 0;
  #wake: (() => void) | undefined;

  constructor(options: NodeReporterOptions) {
    this.#options = options;
  }

  /** Something that the status shows has changed. */
  kick(): void {
    this.#wake?.();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    let registered = false;
    let eager = true;
    while (!signal.aborted) {
      try {
        if (!registered) await this.#register(signal);
        registered = true;
        eager = !(await this.#report(signal));
      } catch (error) {
        if (signal.aborted) return;
        registered &&= !isNotFound(error);
        // A control plane that is still starting is nothing to worry about.
        const level = eager ? 'debug' : 'warn';
        log[level]({ error: describeError(error) }, 'node status not reported, will retry');
      }
      await this.#pause(eager ? EAGER_CHECK : CHECK, clock, signal);
    }
  }

  async #pause(delay: number, clock: Clock, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    using _timer = clock.after(delay, resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
  }

  async #register(signal: AbortSignal): Promise<void> {
    const { api, options, onNode, log } = this.#options;
    const wanted = nodeObject(options);
    try {
      const node = await api.create(nodes, wanted, {}, signal);
      log.info({ node: options.nodeName }, 'node registered');
      this.#reported = undefined;
      onNode(node);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const node = await api.get(nodes, { name: options.nodeName }, signal);
      this.#reported = node.status;
      await this.#mendLabels(node, wanted, signal);
      onNode(node);
    }
  }

  /** A node that was registered by another version gets the labels of this one. */
  async #mendLabels(node: Node, wanted: Node, signal: AbortSignal): Promise<void> {
    const labels = Object.fromEntries(
      Object.entries(wanted.metadata.labels ?? {}).filter(([key, value]) => node.metadata.labels?.[key] !== value),
    );
    if (Object.keys(labels).length === 0) return;
    await this.#options.api.patch(nodes, { name: this.#options.options.nodeName }, { metadata: { labels } }, { type: 'merge' }, signal);
  }

  /** True when the node is ready. */
  async #report(signal: AbortSignal): Promise<boolean> {
    const { api, clock, options, onNode } = this.#options;
    const status = await this.#status();
    const ready = status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
    const due = clock.now() - this.#reportedAt >= REPORT_UNCHANGED;
    if (!due && this.#reported && isDeepStrictEqual(comparable(status), comparable(this.#reported))) return ready;
    const patch = { status: this.#withoutGone(status) };
    const node = await api.patch(nodes, { name: options.nodeName }, patch, { type: 'strategic', subresource: 'status' }, signal);
    this.#reported = status;
    this.#reportedAt = clock.now();
    onNode(node);
    return ready;
  }

  /** The patch of the status that also takes away what the node no longer has. */
  #withoutGone(status: NodeStatus): object {
    const { gone } = foreignResources(this.#options.seen()?.status, status.capacity ?? {});
    return { ...status, allocatable: { ...status.allocatable, ...Object.fromEntries(gone.map((name) => [name, null])) } };
  }

  async #status(): Promise<NodeStatus> {
    const { cri, options, facts, runtimeVersion, clock, pressure, seen } = this.#options;
    const [health, images] = await Promise.all([runtimeHealth(cri), this.#images()]);
    const { memory, disk } = pressure();
    return nodeStatus({
      options,
      facts,
      runtimeVersion,
      images,
      runtimeHandlers: health.handlers,
      health: { notReady: health.problems, memoryPressure: memory, diskPressure: disk },
      present: seen()?.status,
      previous: this.#reported,
      now: clock.now(),
    });
  }

  /** The biggest images, which are worth scheduling for. */
  async #images(): Promise<ContainerImage[]> {
    const { images } = await this.#options.cri.call('ListImages', {}).catch(() => ({ images: [] }));
    return images
      .sort((a, b) => b.size - a.size)
      .slice(0, MAX_IMAGES)
      .map(({ repoTags, repoDigests, size }) => ({ names: [...repoDigests, ...repoTags].slice(0, 5), sizeBytes: size }));
  }
}

/** Heartbeats alone are no news. */
function comparable(status: NodeStatus): unknown {
  return JSON.parse(JSON.stringify({ ...status, conditions: status.conditions?.map(({ lastHeartbeatTime: _, ...rest }) => rest) }));
}
