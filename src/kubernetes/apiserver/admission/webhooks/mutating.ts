import type { MutatingWebhook } from '../../../api/generated/admissionregistration-v1.ts';
import { mutatingWebhookConfigurations } from '../../../api/resources.ts';
import { JsonPatchError, type JsonPatchOperation, jsonPatch } from '../../../machinery/patch/json.ts';
import { sameJson } from '../../../machinery/patch/same-json.ts';
import type { ResourceType } from '../../../machinery/resource.ts';
import { internalError, timeout } from '../../../machinery/status.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission.ts';
import { isExempt } from '../matching/matcher.ts';
import { replaceObject } from '../matching/versioned.ts';
import { Reinvocation } from '../reinvocation.ts';
import { callWebhook } from './caller.ts';
import { CallFailure, rejectionOf } from './failures.ts';
import { metered } from './metered.ts';
import { Registrations } from './webhook.ts';
import type { WebhookParts } from './webhooks.ts';

/** Asks the mutating webhooks that a request concerns, one after the other, each about what the last made of it. */
export class MutatingAdmissionWebhook implements AdmissionPlugin {
  readonly name = 'MutatingAdmissionWebhook';
  readonly #parts: WebhookParts;
  readonly #registrations: Registrations<MutatingWebhook>;

  constructor(parts: WebhookParts, owned: DisposableStack) {
    this.#parts = parts;
    this.#registrations = new Registrations(parts.store, mutatingWebhookConfigurations, owned);
  }

  handles(attributes: AdmissionAttributes): boolean {
    return this.#registrations.all.length > 0 && !isExempt(attributes);
  }

  async mutate(attributes: AdmissionAttributes): Promise<void> {
    const reinvocation = attributes.reinvocation ?? new Reinvocation();
    const own = reinvocation.of(this.name);
    if (reinvocation.again) own.begins(attributes.object);
    for (const [index, { webhook, id }] of this.#registrations.all.entries()) {
      const resource = await this.#parts.matcher.concerns(webhook, attributes, 'admit');
      // The second pass asks nobody whom the first did not.
      if (!resource || (reinvocation.again && !own.isDue(id))) continue;
      const changed = await this.#ask(webhook, resource, attributes, `round_${reinvocation.again ? 1 : 0}_index_${index}`);
      if (changed) {
        own.objectChanged();
        reinvocation.requested = true;
      }
      if (webhook.reinvocationPolicy === 'IfNeeded') own.asked(id);
    }
    own.ends(attributes.object);
  }

  /** Whether the webhook changed the object. */
  async #ask(webhook: MutatingWebhook, resource: ResourceType, attributes: AdmissionAttributes, place: string): Promise<boolean> {
    const { signal, operation } = attributes;
    const ignored = webhook.failurePolicy === 'Ignore';
    try {
      return await metered(this.#parts.observer, { name: webhook.name, type: 'admit', operation }, { ignored, signal }, () =>
        this.#apply(webhook, resource, attributes),
      );
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      if (!ignored) throw internalError(error.message, error);
      attributes.annotate?.(`failed-open.mutation.webhook.admission.k8s.io/${place}`, webhook.name);
      this.#parts.log.warn({ webhook: webhook.name, error: error.message }, 'a webhook failed, which its policy says to ignore');
      if (attributes.signal.aborted) throw timeout('request did not complete within requested timeout');
      return false;
    }
  }

  async #apply(webhook: MutatingWebhook, resource: ResourceType, attributes: AdmissionAttributes): Promise<boolean> {
    const { verdict, shown } = await callWebhook(this.#parts.client, webhook, true, attributes, resource);
    if (!verdict.allowed) throw rejectionOf(webhook.name, verdict.status);
    if (verdict.patch.length === 0) return false;
    if (!shown) {
      const why = 'attempted to modify the object, which is not supported for this operation';
      throw internalError(`admission webhook "${webhook.name}" ${why}`);
    }
    return await patchObject(shown, verdict.patch, attributes, resource);
  }
}

async function patchObject(
  shown: object,
  patch: readonly JsonPatchOperation[],
  attributes: AdmissionAttributes,
  resource: ResourceType,
): Promise<boolean> {
  let patched: object;
  try {
    patched = jsonPatch(shown, patch) as object;
  } catch (error) {
    if (error instanceof JsonPatchError) throw internalError(error.message, error);
    throw error;
  }
  if (sameJson(shown, patched)) return false;
  await replaceObject(patched, attributes, resource);
  return true;
}
