import type { BoundPod } from '../pods/pod.ts';
import { MetricFamily } from './metrics-text.ts';
import type { PodUsage, Usage } from './stats-collector.ts';

const NANO = 1e-9;

/** `/metrics/resource`: what metrics-server scrapes. */
export function resourceMetrics(usage: Usage, pods: ReadonlyMap<string, BoundPod>): string {
  const known = usage.pods.filter(({ uid }) => pods.has(uid));
  const nodeCpu = new MetricFamily(
    'node_cpu_usage_seconds_total',
    'counter',
    '[STABLE] Cumulative cpu time consumed by the node in core-seconds',
  );
  nodeCpu.add({}, usage.node.cpuNanoseconds * NANO, usage.at);
  const nodeMemory = new MetricFamily('node_memory_working_set_bytes', 'gauge', '[STABLE] Current working set of the node in bytes');
  nodeMemory.add({}, usage.node.memoryWorkingSet, usage.at);
  const errors = new MetricFamily(
    'resource_scrape_error',
    'gauge',
    '[STABLE] 1 if there was an error while getting container metrics, 0 otherwise',
  ).add({}, 0);
  return [...containerFamilies(known, pods), nodeCpu, nodeMemory, ...podFamilies(known), errors].join('');
}

function containerFamilies(usages: readonly PodUsage[], pods: ReadonlyMap<string, BoundPod>): MetricFamily[] {
  const cpu = new MetricFamily(
    'container_cpu_usage_seconds_total',
    'counter',
    '[STABLE] Cumulative cpu time consumed by the container in core-seconds',
  );
  const memory = new MetricFamily('container_memory_working_set_bytes', 'gauge', '[STABLE] Current working set of the container in bytes');
  const start = new MetricFamily(
    'container_start_time_seconds',
    'gauge',
    '[STABLE] Start time of the container since unix epoch in seconds',
  );
  for (const { namespace, name, uid, containers } of usages) {
    for (const container of containers) {
      const labels = { container: container.name, namespace, pod: name };
      if (container.cpu) cpu.add(labels, container.cpu.nanoseconds * NANO, container.cpu.at);
      if (container.memory) memory.add(labels, container.memory.workingSet, container.memory.at);
      const startedAt = startOf(pods.get(uid), container.name);
      if (startedAt) start.add(labels, startedAt / 1000);
    }
  }
  return [cpu, memory, start];
}

function startOf(pod: BoundPod | undefined, name: string): number | undefined {
  const statuses = [...(pod?.status?.containerStatuses ?? []), ...(pod?.status?.initContainerStatuses ?? [])];
  const startedAt = statuses.find((status) => status.name === name)?.state?.running?.startedAt;
  return startedAt ? Date.parse(startedAt) : undefined;
}

function podFamilies(usages: readonly PodUsage[]): MetricFamily[] {
  const cpu = new MetricFamily(
    'pod_cpu_usage_seconds_total',
    'counter',
    '[STABLE] Cumulative cpu time consumed by the pod in core-seconds',
  );
  const memory = new MetricFamily('pod_memory_working_set_bytes', 'gauge', '[STABLE] Current working set of the pod in bytes');
  for (const { namespace, name, cpu: podCpu, memory: podMemory } of usages) {
    if (podCpu) cpu.add({ namespace, pod: name }, podCpu.nanoseconds * NANO, podCpu.at);
    if (podMemory) memory.add({ namespace, pod: name }, podMemory.workingSet, podMemory.at);
  }
  return [cpu, memory];
}
