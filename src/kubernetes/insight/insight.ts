import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { configMaps, nodes, pods } from '../api/resources.ts';
import type { ApiClient } from '../client/api-client.ts';
import { Informers } from '../client/informers.ts';
import { isNotFound } from '../machinery/status.ts';
import { HistoryStore } from './history-store.ts';
import { InsightServer } from './insight-server.ts';
import type { ReadSummary } from './kubelet-client.ts';
import { LatestUse } from './latest-use.ts';
import { MetricsApi } from './metrics-api.ts';
import { MinuteStore } from './minute-store.ts';
import { Scraper } from './scraper.ts';
import { containerSeries, nodeSeries, podSeries } from './series.ts';
import type { NodeUse } from './summary.ts';

export interface InsightOptions {
  api: ApiClient;
  read: ReadSummary;
  /** SQLite file of the history. */
  dataFile: string;
  port: number;
  /** Milliseconds between two measurements; must divide a minute. */
  interval: number;
  clock: Clock;
  log: Log;
}

/** Measures nodes and pods, keeps what was measured and serves it, until `signal` aborts. */
export async function runInsight(options: InsightOptions, signal: AbortSignal): Promise<void> {
  const { api, read, dataFile, port, interval, clock, log } = options;
  const informers = new Informers(api, signal, { clock, log });
  const nodeInformer = informers.of(nodes);
  const podInformer = informers.of(pods, { metadataOnly: true });
  using minutes = new MinuteStore(dataFile);
  const history = new HistoryStore(minutes, interval / 1000);
  const latest = new LatestUse();
  const metrics = new MetricsApi(latest, nodeInformer, podInformer);

  await using server = new InsightServer({ metrics, history, ...(await frontProxy(api, signal)), clock, log });
  await Promise.race([informers.synced(), new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))]);
  await server.listen(port);
  log.info({ port, interval }, 'measuring');
  const scraper = new Scraper({
    nodes: nodeInformer,
    read,
    interval,
    clock,
    log,
    onUse(use) {
      latest.put(use);
      record(history, use);
    },
    onSilence: (node) => latest.forget(node),
    onRound: (now) => history.flush(Math.floor(now / 1000)),
  });
  await scraper.run(signal);
}

/** A pod with one container needs one series: they are the same. */
function record(history: HistoryStore, { node, at, cpu, memory, pods: podUses }: NodeUse): void {
  const seconds = Math.floor(at / 1000);
  history.add(nodeSeries(node), seconds, { cpu, memory });
  for (const { namespace, name, containers } of podUses) {
    const total = containers.reduce((sum, use) => ({ cpu: sum.cpu + use.cpu, memory: sum.memory + use.memory }), { cpu: 0, memory: 0 });
    history.add(podSeries(namespace, name), seconds, total);
    if (containers.length > 1) for (const use of containers) history.add(containerSeries(namespace, name, use.name), seconds, use);
  }
}

/** Who may ask for others, as the API server publishes it for its extension servers. */
async function frontProxy(api: ApiClient, signal: AbortSignal): Promise<{ frontProxyCA: string | undefined; frontProxyNames: string[] }> {
  try {
    const { data = {} } = await api.get(configMaps, { namespace: 'kube-system', name: 'extension-apiserver-authentication' }, signal);
    return {
      frontProxyCA: data['requestheader-client-ca-file'],
      frontProxyNames: JSON.parse(data['requestheader-allowed-names'] ?? '[]') as string[],
    };
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return { frontProxyCA: undefined, frontProxyNames: [] };
  }
}
