import type { PodManager } from '../pods/pod-manager.ts';
import type { PodChanges } from '../runtime/pod-changes.ts';
import type { PodServices } from '../services.ts';
import type { StatsCollector } from '../stats/stats-collector.ts';
import { KubeletServer } from './kubelet-server.ts';
import { logRoute } from './log-route.ts';
import { PodLookup } from './pod-lookup.ts';
import { RequestAuth } from './request-auth.ts';
import { stateRoutes } from './state-routes.ts';
import { statsRoutes } from './stats-routes.ts';
import { streamRoutes } from './stream-routes.ts';

/** Everything the kubelet serves. */
export function makeServer(services: PodServices, pods: PodManager, changes: PodChanges, stats: StatsCollector): KubeletServer {
  const { api, cri, clock, log, node, observer, options, statuses } = services;
  const lookup = new PodLookup(pods, observer);
  const routes = [
    ...stateRoutes({ pods, statuses, options }),
    ...statsRoutes({ stats, pods, node, rootDirectory: options.rootDirectory, startedAt: clock.now() }),
    logRoute({ lookup, statuses, clock, containerEnded: (pod, id, signal) => changes.containerEnded(pod, id, signal) }),
    ...streamRoutes({ cri, lookup, log }),
  ];
  return new KubeletServer(routes, new RequestAuth(api, options.nodeName, clock), options, log);
}
