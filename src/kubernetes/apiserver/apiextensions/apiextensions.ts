import type { CustomResourceDefinition } from '../../api/generated/apiextensions-v1.ts';
import { WebhookClient } from '../admission/webhooks/client.ts';
import type { ServerCore, StartHook } from '../extensions.ts';
import type { CustomOpenApi } from '../openapi/custom.ts';
import type { BackendClient } from '../streaming/backend.ts';
import { ApiServicesController } from './controllers/api-services-controller.ts';
import { CleanupController } from './controllers/cleanup-controller.ts';
import { StatusController } from './controllers/status-controller.ts';
import { type Converter, nameOnly } from './conversion/converter.ts';
import type { ConversionObserver } from './conversion/observer.ts';
import { WebhookConverter } from './conversion/webhook-converter.ts';
import { CustomResources } from './custom-resources.ts';
import { publishedVersions } from './openapi.ts';

export interface ApiExtensions {
  hook: StartHook;
  /** The same array until what is served changes. */
  openApi(): readonly CustomOpenApi[];
}

const CONVERSION_TIMEOUT_SECONDS = 30;

/** Kinds that CustomResourceDefinitions describe. */
export function apiExtensions(core: ServerCore, client: BackendClient, observer: ConversionObserver): ApiExtensions {
  const webhooks = new WebhookClient(core.store, client, core.clock);
  const resources = new CustomResources(core, (crd) => converterFor(crd, webhooks, observer, core.signal));
  return {
    openApi: publishedBy(resources),
    hook: {
      name: 'crd-informer-synced',
      async run() {
        await resources.start();
        new StatusController(core, resources).start();
        new CleanupController(core, resources).start();
        new ApiServicesController(core).start();
      },
    },
  };
}

function publishedBy(resources: CustomResources): () => readonly CustomOpenApi[] {
  let published: readonly CustomOpenApi[] | undefined;
  resources.onChange(() => {
    published = undefined;
  });
  return () => {
    published ??= [...resources.all].flatMap(({ crd }) => publishedVersions(crd));
    return published;
  };
}

function converterFor(
  { metadata, spec }: CustomResourceDefinition,
  webhooks: WebhookClient,
  observer: ConversionObserver,
  signal: AbortSignal,
): Converter {
  const { strategy, webhook } = spec.conversion ?? {};
  if (strategy !== 'Webhook' || !webhook) return nameOnly;
  const definition = metadata.name ?? '';
  return new WebhookConverter(
    webhook,
    (config = {}, review) => webhooks.post(config, review, CONVERSION_TIMEOUT_SECONDS, signal),
    (outcome, ms) => observer.converted({ ...outcome, definition }, ms),
  );
}
