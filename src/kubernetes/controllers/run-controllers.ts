import type { Clock } from '../../base/clock.ts';
import { systemClock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { ApiClient } from '../client/api-client.ts';
import { EventRecorder } from '../client/events.ts';
import type { Informers } from '../client/informers.ts';
import { readYourWrites } from '../client/read-your-writes.ts';
import type { ResourceType } from '../machinery/resource.ts';
import { Cache } from './framework/cache.ts';
import type { ControllerDefinition } from './framework/controller.ts';
import type { ControllerMetrics } from './framework/metrics.ts';
import { ReconcileCounters } from './framework/metrics.ts';
import { runController } from './framework/run-controller.ts';

export interface RunOptions {
  api: ApiClient;
  /** With what a controller writes, by its name; `api` where absent. */
  clientOf?: (controller: string) => ApiClient;
  informers: Informers;
  log: Log;
  clock?: Clock;
  metrics?: ControllerMetrics;
  /** Whether the server has a type; controllers do without the others where they can. */
  serves?: (type: ResourceType) => boolean;
}

/** Runs the controllers, which share their caches, until `signal` aborts. */
export async function runControllers(
  controllers: readonly ControllerDefinition[],
  options: RunOptions,
  signal: AbortSignal,
): Promise<void> {
  const { informers, log, clock = systemClock, metrics = new ReconcileCounters(), clientOf = () => options.api } = options;
  const cache = new Cache(informers, options.serves);
  await Promise.all(
    controllers.map((controller) => {
      const own = log.child({ controller: controller.name });
      const api = readYourWrites(clientOf(controller.name), informers);
      const component = controller.eventSource ?? `${controller.name}-controller`;
      const events = new EventRecorder({ api, component, signal, clock, log: own });
      return runController(controller, { cache, api, events, clock, log: own }, metrics, signal);
    }),
  );
}
