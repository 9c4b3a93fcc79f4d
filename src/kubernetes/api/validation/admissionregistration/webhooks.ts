import type { FieldError } from '../../../machinery/field-error.ts';
import type { KubeObject } from '../../../machinery/meta.ts';
import { sameJson } from '../../../machinery/patch/same-json.ts';
import { complaints, duplicate, invalidValue, notSupported, required } from '../../../machinery/validation/faults.ts';
import { isDns1035Label, isDns1123Subdomain } from '../../../machinery/validation/names.ts';
import type { MutatingWebhook, ValidatingWebhook } from '../../generated/admissionregistration-v1.ts';
import { isSelector, labelSelectorRules } from '../label-selector.ts';
import { admissionRuleRules } from './admission-rules.ts';
import { clientConfigRules } from './client-config.ts';
import { FAILURE_POLICIES, MATCH_POLICIES, REINVOCATION_POLICIES } from './enums.ts';
import { expressionRules } from './expressions.ts';
import { matchConditionRules } from './policies.ts';

type Webhook = MutatingWebhook | ValidatingWebhook;

/** Either kind of webhook configuration. */
export interface WebhookConfiguration extends KubeObject {
  webhooks?: Webhook[];
}

const REVIEW_VERSIONS = ['v1', 'v1beta1'];
const NO_SIDE_EFFECTS = ['None', 'NoneOnDryRun'];
const SIDE_EFFECTS = ['None', 'NoneOnDryRun', 'Some', 'Unknown'];

const condition = expressionRules('condition', { params: false, authorizer: true });

/** What an object that older servers let in may go on having. */
interface Leniency {
  sideEffects: boolean;
  reviewVersions: boolean;
  repeatedNames: boolean;
  anySelectorValue: boolean;
}

/** Faults of a webhook configuration. */
export function* webhookConfigurationRules(next: WebhookConfiguration, previous?: WebhookConfiguration): Iterable<FieldError> {
  const leniency = leniencyFor(previous?.webhooks ?? []);
  const sameConditions = previous !== undefined && sameMatchConditions(next.webhooks ?? [], previous.webhooks ?? []);
  const seen = new Set<string>();
  for (const [index, webhook] of (next.webhooks ?? []).entries()) {
    const path = `webhooks[${index}]`;
    yield* webhookRules(webhook, leniency, path);
    if (!sameConditions) yield* matchConditionRules(webhook.matchConditions ?? [], `${path}.matchConditions`, condition);
    yield* reviewVersionRules(webhook.admissionReviewVersions ?? [], leniency, `${path}.admissionReviewVersions`);
    if (webhook.name && seen.has(webhook.name) && !leniency.repeatedNames) yield duplicate(`${path}.name`, webhook.name);
    seen.add(webhook.name);
  }
}

function sameMatchConditions(next: readonly Webhook[], previous: readonly Webhook[]): boolean {
  return next.length === previous.length && next.every(({ matchConditions }, i) => sameJson(matchConditions, previous[i]?.matchConditions));
}

function leniencyFor(webhooks: readonly Webhook[]): Leniency {
  const versions = webhooks.map(({ admissionReviewVersions = [] }) => admissionReviewVersions);
  return {
    sideEffects: !webhooks.every(({ sideEffects }) => NO_SIDE_EFFECTS.includes(sideEffects)),
    reviewVersions: versions.some((list) => list.length > 0 && !list.some((version) => REVIEW_VERSIONS.includes(version))),
    repeatedNames: new Set(webhooks.map(({ name }) => name)).size < webhooks.length,
    anySelectorValue: !webhooks.every(
      ({ namespaceSelector, objectSelector }) => isSelector(namespaceSelector) && isSelector(objectSelector),
    ),
  };
}

function* webhookRules(webhook: Webhook, leniency: Leniency, path: string): Iterable<FieldError> {
  const { name = '', rules = [], failurePolicy, matchPolicy, sideEffects, timeoutSeconds, namespaceSelector, objectSelector } = webhook;
  yield* qualifiedNameRules(name, `${path}.name`);
  for (const [index, rule] of rules.entries()) yield* admissionRuleRules(rule, `${path}.rules[${index}]`);
  yield* supportedRules(failurePolicy, FAILURE_POLICIES, `${path}.failurePolicy`);
  yield* supportedRules(matchPolicy, MATCH_POLICIES, `${path}.matchPolicy`);
  const allowed = leniency.sideEffects ? SIDE_EFFECTS : NO_SIDE_EFFECTS;
  if (isAbsent(sideEffects)) yield required(`${path}.sideEffects`, `must specify one of ${allowed.join(', ')}`);
  else yield* supportedRules(sideEffects, allowed, `${path}.sideEffects`);
  if (timeoutSeconds !== undefined && (timeoutSeconds < 1 || timeoutSeconds > 30))
    yield invalidValue(`${path}.timeoutSeconds`, timeoutSeconds, 'the timeout value must be between 1 and 30 seconds');
  const anyValue = leniency.anySelectorValue;
  yield* labelSelectorRules(namespaceSelector, `${path}.namespaceSelector`, { anyValue });
  yield* labelSelectorRules(objectSelector, `${path}.objectSelector`, { anyValue });
  if ('reinvocationPolicy' in webhook)
    yield* supportedRules(webhook.reinvocationPolicy, REINVOCATION_POLICIES, `${path}.reinvocationPolicy`);
  yield* clientConfigRules(webhook.clientConfig ?? {}, `${path}.clientConfig`);
}

/** Required fields that were not given are null. */
function isAbsent(value: string | null | undefined): boolean {
  return value === undefined || value === null;
}

/** A value out of a few, where there is one. */
export function* supportedRules(value: string | undefined, supported: readonly string[], path: string): Iterable<FieldError> {
  if (value !== undefined && !supported.includes(value)) yield notSupported(path, value, supported);
}

function* qualifiedNameRules(name: string, path: string): Iterable<FieldError> {
  if (name === '') return yield required(path);
  const faults = isDns1123Subdomain(name);
  if (faults.length > 0) yield invalidValue(path, name, faults.join(','));
  else if (name.split('.').length < 3) yield invalidValue(path, name, 'should be a domain with at least three segments separated by dots');
}

function* reviewVersionRules(versions: readonly string[], leniency: Leniency, path: string): Iterable<FieldError> {
  const known = REVIEW_VERSIONS.join(', ');
  if (versions.length === 0) return yield required(path, `must specify one of ${known}`);
  for (const [index, version] of versions.entries()) {
    if (versions.indexOf(version) < index) yield invalidValue(`${path}[${index}]`, version, 'duplicate version');
    else yield* complaints(`${path}[${index}]`, version, isDns1035Label(version));
  }
  if (!leniency.reviewVersions && !versions.some((version) => REVIEW_VERSIONS.includes(version)))
    yield invalidValue(path, versions, `must include at least one of ${known}`);
}
