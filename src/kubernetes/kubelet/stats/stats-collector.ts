import type { Clock } from '../../../base/clock.ts';
import type { CriClient } from '../cri/cri-client.ts';
import type { ContainerStats, CpuUsage, MemoryUsage, NetworkInterfaceUsage, PodSandboxStats } from '../cri/runtime-v1.ts';
import { labels } from '../pods/labels.ts';
import type { NodeUsage } from './node-usage.ts';
import { nodeUsage } from './node-usage.ts';
import { CpuRates } from './rates.ts';

export interface CpuStats {
  at: number;
  nanoseconds: number;
  nanoCores: number | undefined;
}

export interface MemoryStats {
  at: number;
  usage: number;
  workingSet: number;
  rss: number;
  pageFaults: number;
  majorPageFaults: number;
}

export interface ContainerUsage {
  id: string;
  name: string;
  cpu: CpuStats | undefined;
  memory: MemoryStats | undefined;
  writableLayerBytes: number;
  writableLayerInodes: number;
}

export interface PodUsage {
  uid: string;
  name: string;
  namespace: string;
  cpu: CpuStats | undefined;
  memory: MemoryStats | undefined;
  network: NetworkInterfaceUsage[];
  processes: number;
  containers: ContainerUsage[];
}

export interface Usage {
  at: number;
  node: NodeUsage & { nanoCores: number | undefined };
  pods: PodUsage[];
}

const FRESH = 1_000;
const SAMPLE = 10_000;
/** After this long without a question nobody is interested any more. */
const INTEREST = 2 * 60_000;

/** Usage of node, pods and containers. Rates need regular samples, which are taken only while someone asks. */
export class StatsCollector {
  readonly #cri: CriClient;
  readonly #clock: Clock;
  readonly #rates = new CpuRates();
  #latest: Promise<Usage> | undefined;
  #latestAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  #timer: Disposable | undefined;

  constructor(cri: CriClient, clock: Clock) {
    this.#cri = cri;
    this.#clock = clock;
  }

  async usage(): Promise<Usage> {
    this.#askedAt = this.#clock.now();
    this.#timer ??= this.#clock.after(SAMPLE, () => this.#sample());
    return await this.#collect();
  }

  #sample(): void {
    this.#timer = undefined;
    if (this.#clock.now() - this.#askedAt > INTEREST) return;
    this.#timer = this.#clock.after(SAMPLE, () => this.#sample());
    this.#collect().catch(() => {}); // Whoever asks next gets the error.
  }

  #collect(): Promise<Usage> {
    if (this.#latest && this.#clock.now() - this.#latestAt < FRESH) return this.#latest;
    this.#latestAt = this.#clock.now();
    this.#latest = this.#read();
    this.#latest.catch(() => {
      this.#latest = undefined;
    });
    return this.#latest;
  }

  async #read(): Promise<Usage> {
    const { stats } = await this.#cri.call('ListPodSandboxStats', {});
    const at = this.#clock.now();
    const node = nodeUsage();
    const pods = newestOfEach(stats).map((pod) => this.#pod(pod));
    this.#rates.keepOnly(new Set(['node', ...pods.flatMap(({ uid, containers }) => [uid, ...containers.map(({ id }) => id)])]));
    return { at, node: { ...node, nanoCores: this.#rates.rate('node', at, node.cpuNanoseconds) }, pods };
  }

  #pod({ attributes, linux }: PodSandboxStats): PodUsage {
    const uid = attributes?.metadata?.uid ?? '';
    const network = linux?.network;
    return {
      uid,
      name: attributes?.metadata?.name ?? '',
      namespace: attributes?.metadata?.namespace ?? '',
      cpu: this.#cpu(uid, linux?.cpu),
      memory: memoryOf(linux?.memory),
      network: [...(network?.defaultInterface ? [network.defaultInterface] : []), ...(network?.interfaces ?? [])],
      processes: linux?.process?.processCount?.value ?? 0,
      containers: (linux?.containers ?? []).map((container) => this.#container(container)),
    };
  }

  #container({ attributes, cpu, memory, writableLayer }: ContainerStats): ContainerUsage {
    const id = attributes?.id ?? '';
    return {
      id,
      name: attributes?.labels[labels.containerName] ?? attributes?.metadata?.name ?? '',
      cpu: this.#cpu(id, cpu),
      memory: memoryOf(memory),
      writableLayerBytes: writableLayer?.usedBytes?.value ?? 0,
      writableLayerInodes: writableLayer?.inodesUsed?.value ?? 0,
    };
  }

  #cpu(id: string, cpu: CpuUsage | undefined): CpuStats | undefined {
    if (!cpu?.usageCoreNanoSeconds) return undefined;
    const at = cpu.timestamp / 1e6;
    const nanoseconds = cpu.usageCoreNanoSeconds.value;
    return { at, nanoseconds, nanoCores: this.#rates.rate(id, at, nanoseconds) };
  }
}

function memoryOf(memory: MemoryUsage | undefined): MemoryStats | undefined {
  if (!memory?.workingSetBytes) return undefined;
  return {
    at: memory.timestamp / 1e6,
    usage: memory.usageBytes?.value ?? 0,
    workingSet: memory.workingSetBytes.value,
    rss: memory.rssBytes?.value ?? 0,
    pageFaults: memory.pageFaults?.value ?? 0,
    majorPageFaults: memory.majorPageFaults?.value ?? 0,
  };
}

/** A restarted pod may still have its old sandbox beside the new one. */
function newestOfEach(stats: readonly PodSandboxStats[]): PodSandboxStats[] {
  const newest = new Map<string, PodSandboxStats>();
  for (const pod of stats) {
    const uid = pod.attributes?.labels[labels.podUid];
    if (!uid) continue;
    const known = newest.get(uid);
    if ((known?.attributes?.metadata?.attempt ?? -1) < (pod.attributes?.metadata?.attempt ?? 0)) newest.set(uid, pod);
  }
  return [...newest.values()];
}
