import { randomUUID } from 'node:crypto';
import type { WebhookConversion } from '../../../api/generated/apiextensions-v1.ts';
import type { KubeObject } from '../../../machinery/meta.ts';
import { parseApiVersion } from '../../../machinery/resource.ts';
import { ApiError } from '../../../machinery/status.ts';
import { checkedConversion, kindText } from './converted-object.ts';
import type { Converter } from './converter.ts';
import type { ConversionFailure, ConversionOutcome } from './observer.ts';

/** Sends a review to the webhook of a custom resource and waits for its answer. */
export type PostReview = (config: WebhookConversion['clientConfig'], review: object) => Promise<object>;

/** Is told how a review went. */
export type ObserveReview = (outcome: Omit<ConversionOutcome, 'definition'>, ms: number) => void;

/** A review that brought no objects. */
class ReviewFailure extends Error {
  readonly failure: ConversionFailure;

  constructor(failure: ConversionFailure, message: string, cause?: unknown) {
    super(message, { cause });
    this.failure = failure;
  }
}

interface Waiting {
  readonly object: KubeObject;
  resolve(converted: KubeObject): void;
  reject(error: unknown): void;
}

interface ReviewResponse {
  uid?: string;
  result?: { status?: string; message?: string };
  convertedObjects?: unknown[];
}

const GROUP = 'apiextensions.k8s.io';
const KNOWN_REVIEWS = ['v1', 'v1beta1'];

/** Has a webhook convert objects. What is asked for at one moment goes into one review. */
export class WebhookConverter implements Converter {
  readonly #webhook: WebhookConversion;
  readonly #post: PostReview;
  readonly #observe: ObserveReview;
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(webhook: WebhookConversion, post: PostReview, observe: ObserveReview) {
    this.#webhook = webhook;
    this.#post = post;
    this.#observe = observe;
  }

  convert(object: KubeObject, apiVersion: string): KubeObject | Promise<KubeObject> {
    if (object.apiVersion === apiVersion) return object;
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(apiVersion) ?? [];
      if (waiting.push({ object, resolve, reject }) > 1) return;
      this.#waiting.set(apiVersion, waiting);
      queueMicrotask(() => void this.#convertWaiting(apiVersion));
    });
  }

  async #convertWaiting(apiVersion: string): Promise<void> {
    const waiting = this.#waiting.get(apiVersion) ?? [];
    this.#waiting.delete(apiVersion);
    const objects = waiting.map(({ object }) => object);
    const began = performance.now();
    let failure: ConversionFailure | undefined;
    try {
      failure = settle(waiting, await this.#review(objects, apiVersion), apiVersion);
    } catch (error) {
      failure = error instanceof ReviewFailure ? error.failure : 'call';
      for (const { reject } of waiting) reject(plainFailure(error));
    }
    const [from, to] = [objects[0]?.apiVersion ?? '', apiVersion].map((text) => parseApiVersion(text).version);
    this.#observe({ from: from ?? '', to: to ?? '', failure }, performance.now() - began);
  }

  async #review(objects: readonly KubeObject[], desiredAPIVersion: string): Promise<readonly unknown[]> {
    const version = this.#webhook.conversionReviewVersions.find((candidate) => KNOWN_REVIEWS.includes(candidate));
    if (!version) throw new Error('no supported conversion review versions');
    const subject = `conversion webhook for ${kindText(objects[0] as KubeObject)}`;
    const uid = randomUUID();
    const apiVersion = `${GROUP}/${version}`;
    const review = { kind: 'ConversionReview', apiVersion, request: { uid, desiredAPIVersion, objects } };
    const failed = (failure: ConversionFailure) => (error: Error) => {
      throw new ReviewFailure(failure, `${subject} failed: ${error.message}`, error);
    };
    const answer = await this.#post(this.#webhook.clientConfig, review).catch(failed('call'));
    const converted = await convertedObjects(answer, version, uid).catch(failed('malformed_response'));
    if (converted.length !== objects.length) {
      throw new ReviewFailure('partial_response', `${subject} returned ${converted.length} objects, expected ${objects.length}`);
    }
    return converted;
  }
}

/** Gives everybody what they wait for; the failure where one of the objects is wrong. */
function settle(waiting: readonly Waiting[], converted: readonly unknown[], apiVersion: string): ConversionFailure | undefined {
  let failure: ConversionFailure | undefined;
  for (const [index, { object, resolve, reject }] of waiting.entries()) {
    try {
      resolve(checkedConversion(object, converted[index], apiVersion, `converted object at index ${index}`));
    } catch (error) {
      failure = 'invalid_converted_object';
      reject(plainFailure(error));
    }
  }
  return failure;
}

/** The objects in an answer. Reviews of the first version are taken whatever they say they are, or answer to. */
async function convertedObjects(answer: object, version: string, uid: string): Promise<readonly unknown[]> {
  const { response, kind = '', apiVersion = '' } = answer as { response?: ReviewResponse; kind?: string; apiVersion?: string };
  if (version === 'v1' && (kind !== 'ConversionReview' || apiVersion !== `${GROUP}/v1`)) {
    throw new Error(`expected webhook response of ${GROUP}/v1, Kind=ConversionReview, got ${kindText({ kind, apiVersion })}`);
  }
  if (!response) throw new Error('no response provided');
  if (version === 'v1' && response.uid !== uid) {
    throw new Error(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response.uid ?? '')}`);
  }
  const { status = '', message } = response.result ?? {};
  if (status !== 'Success') throw new Error(message || `response.result.status was '${status}', not 'Success'`);
  return response.convertedObjects ?? [];
}

/** Readers and writers are told what the webhook did wrong, with 500. */
function plainFailure(error: unknown): ApiError {
  return new ApiError({ code: 500, message: error instanceof Error ? error.message : String(error) }, error);
}
