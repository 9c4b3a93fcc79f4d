import type { ResourceType } from '../../../machinery/resource.ts';
import type { AdmissionAttributes } from '../admission.ts';
import type { WebhookClient } from './client.ts';
import { FailedAnswer } from './failed-answer.ts';
import { CallFailure, noDryRun } from './failures.ts';
import { type Verdict, verdictOf } from './response.ts';
import { REVIEW_VERSIONS, reviewOf } from './review.ts';
import type { Webhook } from './webhook.ts';

const DEFAULT_SECONDS = 10;
const WITHOUT_SIDE_EFFECTS = new Set(['None', 'NoneOnDryRun']);

/** A verdict, and the object that the webhook was shown. */
export interface Answered {
  readonly verdict: Verdict;
  readonly shown: object | null;
}

/** Asks one webhook about a request that it knows as one for `resource`. Passes on its warnings and annotations. */
export async function callWebhook(
  client: WebhookClient,
  webhook: Webhook,
  mutating: boolean,
  attributes: AdmissionAttributes,
  resource: ResourceType,
): Promise<Answered> {
  const { name, sideEffects, clientConfig, admissionReviewVersions, timeoutSeconds = DEFAULT_SECONDS } = webhook;
  if (attributes.dryRun && !WITHOUT_SIDE_EFFECTS.has(sideEffects)) throw noDryRun(name);
  const version = REVIEW_VERSIONS.find((known) => known === admissionReviewVersions.find((one) => REVIEW_VERSIONS.includes(one as 'v1')));
  if (!version) throw new CallFailure(name, 'could not get a known admission review version', { code: 400 });
  const review = await reviewOf(attributes, resource, version);
  const answer = await client.post(clientConfig, review, timeoutSeconds, attributes.signal).catch((cause: Error) => {
    const code = cause instanceof FailedAnswer ? cause.code : 503;
    throw new CallFailure(name, `failed to call webhook: ${cause.message}`, { code, cause });
  });
  const verdict = verdictOf(name, mutating, review, answer);
  for (const [key, value] of Object.entries(verdict.auditAnnotations)) attributes.annotate?.(`${name}/${key}`, value);
  for (const warning of verdict.warnings) attributes.warn(warning);
  return { verdict, shown: review.request.object };
}
