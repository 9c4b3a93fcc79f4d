import type { ServerResponse } from 'node:http';
import type { NodeFacts } from '../node/node-facts.ts';
import { KUBELET_VERSION } from '../options.ts';
import type { BoundPod } from '../pods/pod.ts';
import type { PodManager } from '../pods/pod-manager.ts';
import { cadvisorMetrics } from '../stats/cadvisor-metrics.ts';
import { MetricFamily } from '../stats/metrics-text.ts';
import { diskUsage } from '../stats/node-usage.ts';
import { resourceMetrics } from '../stats/resource-metrics.ts';
import type { StatsCollector } from '../stats/stats-collector.ts';
import { summaryOf } from '../stats/summary.ts';
import type { Route } from './kubelet-server.ts';
import { sendJson } from './state-routes.ts';

export interface StatsRouteParts {
  stats: StatsCollector;
  pods: PodManager;
  node: NodeFacts;
  rootDirectory: string;
  startedAt: number;
}

/** Usage of node, pods and containers, in the formats that upstream's kubelet has. */
export function statsRoutes(parts: StatsRouteParts): Route[] {
  const { stats, pods, node } = parts;
  return [
    { path: '/stats/summary', handle: async (_, response) => sendJson(response, await summary(parts)) },
    { path: '/metrics/resource', handle: async (_, response) => sendText(response, resourceMetrics(await stats.usage(), byUid(pods))) },
    { path: '/metrics/cadvisor', handle: async (_, response) => sendText(response, cadvisorMetrics(await stats.usage(), byUid(pods))) },
    { path: '/metrics', handle: async (_, response) => sendText(response, ownMetrics(pods, node)) },
  ];
}

function byUid(pods: PodManager): Map<string, BoundPod> {
  return new Map([...pods.workers].map(({ pod }) => [pod.metadata.uid, pod]));
}

async function summary({ stats, pods, node, rootDirectory, startedAt }: StatsRouteParts): Promise<object> {
  return summaryOf({
    nodeName: node.name,
    startedAt,
    memoryCapacity: node.memoryCapacity,
    usage: await stats.usage(),
    disk: diskUsage(rootDirectory),
    pods: byUid(pods),
  });
}

function sendText(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text);
}

/** The kubelet about itself. */
function ownMetrics(pods: PodManager, node: NodeFacts): string {
  const { rss } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const running = [...pods.workers].filter((worker) => !worker.isTerminated).length;
  return [
    new MetricFamily('kubelet_running_pods', 'gauge', '[BETA] Number of pods that have a running pod sandbox').add({}, running),
    new MetricFamily('kubelet_node_name', 'gauge', "[ALPHA] The node's name. The count is always 1.").add({ node: node.name }, 1),
    new MetricFamily('kubernetes_build_info', 'gauge', '[BETA] A metric with a constant 1 value labeled by version.').add(
      { git_version: KUBELET_VERSION },
      1,
    ),
    new MetricFamily('process_cpu_seconds_total', 'counter', 'Total user and system CPU time spent in seconds.').add(
      {},
      (user + system) / 1e6,
    ),
    new MetricFamily('process_resident_memory_bytes', 'gauge', 'Resident memory size in bytes.').add({}, rss),
  ].join('');
}
