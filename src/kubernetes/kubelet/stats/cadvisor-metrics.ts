import type { BoundPod } from '../pods/pod.ts';
import { podCgroup } from '../resources/pod-cgroups.ts';
import { MetricFamily } from './metrics-text.ts';
import type { PodUsage, Usage } from './stats-collector.ts';

const NANO = 1e-9;

/** `/metrics/cadvisor`: the families that dashboards use, under cAdvisor's names and labels. */
export function cadvisorMetrics(usage: Usage, pods: ReadonlyMap<string, BoundPod>): string {
  const families = {
    cpu: new MetricFamily('container_cpu_usage_seconds_total', 'counter', 'Cumulative cpu time consumed in seconds.'),
    workingSet: new MetricFamily('container_memory_working_set_bytes', 'gauge', 'Current working set in bytes.'),
    usage: new MetricFamily(
      'container_memory_usage_bytes',
      'gauge',
      'Current memory usage in bytes, including all memory regardless of when it was accessed',
    ),
    rss: new MetricFamily('container_memory_rss', 'gauge', 'Size of RSS in bytes.'),
    fs: new MetricFamily('container_fs_usage_bytes', 'gauge', 'Number of bytes that are consumed by the container on this filesystem.'),
    received: new MetricFamily('container_network_receive_bytes_total', 'counter', 'Cumulative count of bytes received'),
    sent: new MetricFamily('container_network_transmit_bytes_total', 'counter', 'Cumulative count of bytes transmitted'),
    processes: new MetricFamily('container_processes', 'gauge', 'Number of processes running inside the container.'),
  };
  for (const podUsage of usage.pods) {
    const pod = pods.get(podUsage.uid);
    if (pod) addPod(families, podUsage, pod);
  }
  return Object.values(families).join('');
}

type Families = Record<'cpu' | 'workingSet' | 'usage' | 'rss' | 'fs' | 'received' | 'sent' | 'processes', MetricFamily>;

function addPod(families: Families, usage: PodUsage, pod: BoundPod): void {
  const id = podCgroup(pod);
  const whole = { container: '', id, image: '', name: '', namespace: usage.namespace, pod: usage.name };
  addCpuAndMemory(families, usage, { ...whole });
  families.processes.add(whole, usage.processes);
  for (const { name, rxBytes, txBytes } of usage.network) {
    families.received.add({ ...whole, interface: name }, rxBytes?.value ?? 0);
    families.sent.add({ ...whole, interface: name }, txBytes?.value ?? 0);
  }
  for (const container of usage.containers) {
    const image = pod.spec.containers.find(({ name }) => name === container.name)?.image ?? '';
    const labels = { ...whole, container: container.name, id: `${id}/${container.id}`, image, name: container.id };
    addCpuAndMemory(families, container, labels);
    families.fs.add({ ...labels, device: '' }, container.writableLayerBytes);
  }
}

function addCpuAndMemory(
  { cpu, workingSet, usage, rss }: Families,
  of: Pick<PodUsage, 'cpu' | 'memory'>,
  labels: Record<string, string>,
): void {
  if (of.cpu) cpu.add({ ...labels, cpu: 'total' }, of.cpu.nanoseconds * NANO, of.cpu.at);
  if (!of.memory) return;
  workingSet.add(labels, of.memory.workingSet, of.memory.at);
  usage.add(labels, of.memory.usage, of.memory.at);
  rss.add(labels, of.memory.rss, of.memory.at);
}
