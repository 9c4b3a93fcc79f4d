import { sameJson } from '../../machinery/patch/same-json.ts';
import { ageColumn, integer, nameColumn } from '../columns.ts';
import { defineResource } from '../define.ts';
import type {
  MutatingWebhook,
  MutatingWebhookConfiguration,
  ValidatingWebhook,
  ValidatingWebhookConfiguration,
} from '../generated/admissionregistration-v1.ts';
import { mutatingWebhookConfigurations as mutatingType, validatingWebhookConfigurations as validatingType } from '../resources.ts';
import { type WebhookConfiguration, webhookConfigurationRules } from '../validation/admissionregistration/webhooks.ts';
import { ALL_VERBS } from '../verbs.ts';
import { defaultRules } from './rule-defaults.ts';

const TIMEOUT_SECONDS = 10;

const common = {
  verbs: ALL_VERBS,
  generation: true,
  categories: ['api-extensions'],
  anyFinalizer: true,
  metadataOnUpdate: ['whole'],
  rules: webhookConfigurationRules,
  prepareUpdate: countWebhooks,
  columns: [nameColumn, integer<WebhookConfiguration>('Webhooks', ({ webhooks }) => webhooks?.length ?? 0), ageColumn],
} as const;

export const mutatingWebhookConfigurations = defineResource<MutatingWebhookConfiguration>({
  ...mutatingType,
  ...common,
  singular: 'mutatingwebhookconfiguration',
  schema: 'io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration',
  defaults: ({ webhooks }) => {
    for (const webhook of webhooks ?? []) {
      defaultWebhook(webhook);
      webhook.reinvocationPolicy ??= 'Never';
    }
  },
});

export const validatingWebhookConfigurations = defineResource<ValidatingWebhookConfiguration>({
  ...validatingType,
  ...common,
  singular: 'validatingwebhookconfiguration',
  schema: 'io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration',
  defaults: ({ webhooks }) => {
    for (const webhook of webhooks ?? []) defaultWebhook(webhook);
  },
});

function defaultWebhook(webhook: MutatingWebhook | ValidatingWebhook): void {
  webhook.failurePolicy ??= 'Fail';
  webhook.matchPolicy ??= 'Equivalent';
  webhook.namespaceSelector ??= {};
  webhook.objectSelector ??= {};
  webhook.timeoutSeconds ??= TIMEOUT_SECONDS;
  if (webhook.clientConfig?.service) webhook.clientConfig.service.port ??= 443;
  defaultRules(webhook.rules);
}

/** These kinds have no spec: their webhooks are what generations count. */
function countWebhooks(next: WebhookConfiguration, previous: WebhookConfiguration): void {
  if (!sameJson(next.webhooks, previous.webhooks)) next.metadata.generation = (previous.metadata.generation ?? 0) + 1;
}
