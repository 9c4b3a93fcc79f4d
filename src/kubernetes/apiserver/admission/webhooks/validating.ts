import type { ValidatingWebhook } from '../../../api/generated/admissionregistration-v1.ts';
import { validatingWebhookConfigurations } from '../../../api/resources.ts';
import type { ResourceType } from '../../../machinery/resource.ts';
import { internalError, timeout } from '../../../machinery/status.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission.ts';
import { isExempt } from '../matching/matcher.ts';
import { callWebhook } from './caller.ts';
import { CallFailure, rejectionOf } from './failures.ts';
import { metered } from './metered.ts';
import { type Registration, Registrations } from './webhook.ts';
import type { WebhookParts } from './webhooks.ts';

/** Asks the validating webhooks that a request concerns, all at once; one that refuses is enough. */
export class ValidatingAdmissionWebhook implements AdmissionPlugin {
  readonly name = 'ValidatingAdmissionWebhook';
  readonly #parts: WebhookParts;
  readonly #registrations: Registrations<ValidatingWebhook>;

  constructor(parts: WebhookParts, owned: DisposableStack) {
    this.#parts = parts;
    this.#registrations = new Registrations(parts.store, validatingWebhookConfigurations, owned);
  }

  handles(attributes: AdmissionAttributes): boolean {
    return this.#registrations.all.length > 0 && !isExempt(attributes);
  }

  async validate(attributes: AdmissionAttributes): Promise<void> {
    const concerned = await this.#concerned(attributes);
    if (concerned.length === 0) return;
    if (attributes.signal.aborted) throw timeout('request did not complete within requested timeout');
    const outcomes = await Promise.allSettled(
      concerned.map(([{ webhook }, resource], index) => this.#ask(webhook, resource, attributes, index)),
    );
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    if (refused) throw refused.reason;
  }

  async #concerned(attributes: AdmissionAttributes): Promise<[Registration<ValidatingWebhook>, ResourceType][]> {
    const found: [Registration<ValidatingWebhook>, ResourceType][] = [];
    for (const registration of this.#registrations.all) {
      const resource = await this.#parts.matcher.concerns(registration.webhook, attributes, 'validating');
      if (resource) found.push([registration, resource]);
    }
    return found;
  }

  async #ask(webhook: ValidatingWebhook, resource: ResourceType, attributes: AdmissionAttributes, index: number): Promise<void> {
    const { client, observer } = this.#parts;
    const { signal, operation } = attributes;
    const ignored = webhook.failurePolicy === 'Ignore';
    try {
      await metered(observer, { name: webhook.name, type: 'validating', operation }, { ignored, signal }, async () => {
        const { verdict } = await callWebhook(client, webhook, false, attributes, resource);
        if (!verdict.allowed) throw rejectionOf(webhook.name, verdict.status);
      });
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      if (!ignored) throw internalError(error.message, error);
      attributes.annotate?.(`failed-open.validating.webhook.admission.k8s.io/round_0_index_${index}`, webhook.name);
      this.#parts.log.warn({ webhook: webhook.name, error: error.message }, 'a webhook failed, which its policy says to ignore');
    }
  }
}
