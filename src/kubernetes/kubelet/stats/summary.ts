import type { NetworkInterfaceUsage } from '../cri/runtime-v1.ts';
import type { BoundPod } from '../pods/pod.ts';
import type { DiskUsage, NetworkCounters } from './node-usage.ts';
import type { ContainerUsage, CpuStats, MemoryStats, PodUsage, Usage } from './stats-collector.ts';

export interface SummaryInput {
  nodeName: string;
  startedAt: number;
  memoryCapacity: number;
  usage: Usage;
  disk: DiskUsage;
  /** By uid; stats of pods that the kubelet does not know are left out. */
  pods: ReadonlyMap<string, BoundPod>;
}

/** `/stats/summary` (k8s.io/kubelet/pkg/apis/stats/v1alpha1). */
export function summaryOf(input: SummaryInput): object {
  const { usage, pods } = input;
  const known = usage.pods.filter(({ uid }) => pods.has(uid));
  return { node: nodeSummary(input), pods: known.map((pod) => podSummary(pod, pods.get(pod.uid) as BoundPod, input)) };
}

const time = (milliseconds: number) => new Date(milliseconds).toISOString();

function nodeSummary({ nodeName, startedAt, usage: { at, node }, disk, memoryCapacity }: SummaryInput): object {
  const fs = { time: time(at), ...disk };
  return {
    nodeName,
    startTime: time(startedAt),
    cpu: { time: time(at), usageNanoCores: node.nanoCores, usageCoreNanoSeconds: node.cpuNanoseconds },
    memory: {
      time: time(at),
      availableBytes: Math.max(0, memoryCapacity - node.memoryWorkingSet),
      usageBytes: node.memoryUsage,
      workingSetBytes: node.memoryWorkingSet,
      rssBytes: node.memoryRss,
      pageFaults: 0,
      majorPageFaults: 0,
    },
    network: networkSummary(at, node.network),
    fs,
    runtime: { imageFs: fs, containerFs: fs },
  };
}

function networkSummary(at: number, interfaces: readonly NetworkCounters[]): object | undefined {
  const [first] = interfaces;
  return first ? { time: time(at), ...first, interfaces } : undefined;
}

function podSummary(pod: PodUsage, { metadata, status }: BoundPod, { usage: { at }, disk }: SummaryInput): object {
  const { uid, name, namespace } = metadata;
  const { usedBytes: _, inodesUsed: __, ...volume } = disk;
  return {
    podRef: { name, namespace, uid },
    startTime: status?.startTime,
    containers: pod.containers.map((container) => containerSummary(container, status?.containerStatuses ?? [], at, volume)),
    cpu: cpuSummary(pod.cpu),
    memory: memorySummary(pod.memory),
    network: networkSummary(at, pod.network.map(countersOf)),
    'ephemeral-storage': {
      time: time(at),
      ...volume,
      usedBytes: pod.containers.reduce((sum, container) => sum + container.writableLayerBytes, 0),
    },
    process_stats: { process_count: pod.processes },
  };
}

function countersOf({ name, rxBytes, rxErrors, txBytes, txErrors }: NetworkInterfaceUsage): NetworkCounters {
  return {
    name,
    rxBytes: rxBytes?.value ?? 0,
    rxErrors: rxErrors?.value ?? 0,
    txBytes: txBytes?.value ?? 0,
    txErrors: txErrors?.value ?? 0,
  };
}

type Statuses = NonNullable<NonNullable<BoundPod['status']>['containerStatuses']>;

function containerSummary(container: ContainerUsage, statuses: Statuses, at: number, volume: object): object {
  const status = statuses.find(({ name }: { name: string }) => name === container.name);
  return {
    name: container.name,
    startTime: status?.state?.running?.startedAt,
    cpu: cpuSummary(container.cpu),
    memory: memorySummary(container.memory),
    rootfs: { time: time(at), ...volume, usedBytes: container.writableLayerBytes, inodesUsed: container.writableLayerInodes },
  };
}

function cpuSummary(cpu: CpuStats | undefined): object | undefined {
  return cpu && { time: time(cpu.at), usageNanoCores: cpu.nanoCores, usageCoreNanoSeconds: cpu.nanoseconds };
}

function memorySummary(memory: MemoryStats | undefined): object | undefined {
  if (!memory) return undefined;
  const { usage, workingSet, rss, pageFaults, majorPageFaults } = memory;
  return { time: time(memory.at), usageBytes: usage, workingSetBytes: workingSet, rssBytes: rss, pageFaults, majorPageFaults };
}
