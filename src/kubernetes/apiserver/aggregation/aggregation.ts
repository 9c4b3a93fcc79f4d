import type { DiscoveredGroup } from '../discovery/catalog.ts';
import type { RequestHandler, ServerCore, StartHook } from '../extensions.ts';
import type { RemoteOpenApi } from '../openapi/remote.ts';
import type { BackendClient } from '../streaming/backend.ts';
import { aggregatedApis } from './aggregated-apis.ts';
import { AvailabilityCheck } from './availability-check.ts';
import { AvailabilityController } from './availability-controller.ts';
import { availabilityMetrics } from './availability-metrics.ts';
import { RemoteDocuments } from './remote-documents.ts';
import { remoteGroups } from './remote-groups.ts';
import { RemoteSpecs } from './remote-openapi.ts';
import { RemoteServices } from './remote-services.ts';

export interface Aggregation {
  handler: RequestHandler;
  /** Groups served elsewhere, for discovery. */
  groups(): readonly DiscoveredGroup[];
  openApi(): RemoteOpenApi;
  hook: StartHook;
}

/** API groups that other servers answer for, as APIService objects say. */
export function aggregation(core: ServerCore, client: BackendClient): Aggregation {
  const remote = new RemoteServices(core.store, core.config.frontProxy.client);
  const controller = new AvailabilityController(
    core,
    remote,
    new AvailabilityCheck(core.store, remote, client),
    availabilityMetrics(core.metrics, core.store),
  );
  const specs = new RemoteSpecs(core, new RemoteDocuments(remote, client));
  return {
    handler: aggregatedApis(remote, client),
    groups: () => remoteGroups(remote, controller),
    openApi: () => specs.openApi,
    hook: {
      name: 'apiservice-status-remote-available-controller',
      async run() {
        controller.start();
        specs.start();
      },
    },
  };
}
