import type { Clock } from '../../base/clock.ts';
import { describeError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Node } from '../api/generated/core-v1.ts';
import type { Lister } from '../client/informer.ts';
import type { KubeletAddress, ReadSummary } from './kubelet-client.ts';
import { type NodeUse, SummaryReader } from './summary.ts';

export interface ScraperOptions {
  nodes: Lister<Node>;
  read: ReadSummary;
  /** Milliseconds between two rounds. */
  interval: number;
  clock: Clock;
  log: Log;
  onUse(use: NodeUse): void;
  /** A node that is gone or did not answer. */
  onSilence(node: string): void;
  /** After every round; milliseconds since the epoch. */
  onRound(now: number): void;
}

const DEFAULT_PORT = 10250;
const TIMEOUT = 5_000;
/** CPU use is a difference: the second round comes soon, so that there is something to show. */
const FIRST_ROUNDS = [1_000, 2_000];

/** Asks every node's kubelet in turn, round after round. */
export class Scraper {
  readonly #options: ScraperOptions;
  readonly #readers = new Map<string, SummaryReader>();

  constructor(options: ScraperOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, interval, onRound } = this.#options;
    for (let round = 0; !signal.aborted; round++) {
      await this.round(signal);
      onRound(clock.now());
      // Rounds start at multiples of the interval, so that measurements of all nodes share a grid.
      const pause = FIRST_ROUNDS[round] ?? interval - (clock.now() % interval);
      await clock.sleep(pause, signal).catch(() => {});
    }
  }

  /** One measurement of every node. */
  async round(signal: AbortSignal): Promise<void> {
    const { nodes, onSilence } = this.#options;
    const kubelets = nodes.list().flatMap(addressOf);
    const names = new Set(kubelets.map(({ name }) => name));
    for (const name of this.#readers.keys()) {
      if (names.has(name)) continue;
      this.#readers.delete(name);
      onSilence(name);
    }
    await Promise.all(kubelets.map((kubelet) => this.#scrape(kubelet, signal)));
  }

  async #scrape(kubelet: KubeletAddress, signal: AbortSignal): Promise<void> {
    const { read, clock, log, onUse, onSilence } = this.#options;
    const reader = this.#readers.get(kubelet.name) ?? new SummaryReader();
    this.#readers.set(kubelet.name, reader);
    try {
      const summary = await read(kubelet, AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]));
      const use = reader.read(summary, clock.now());
      if (use) onUse(use);
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ node: kubelet.name, error: describeError(error) }, 'a kubelet did not say what its node uses');
      onSilence(kubelet.name);
    }
  }
}

function addressOf({ metadata, status }: Node): KubeletAddress[] {
  const address = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  if (!address || !metadata.name) return [];
  return [{ name: metadata.name, address, port: status?.daemonEndpoints?.kubeletEndpoint?.Port ?? DEFAULT_PORT }];
}
