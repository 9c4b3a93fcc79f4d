import type { FieldError } from '../../../machinery/field-error.ts';
import { forbiddenField, invalidValue, notSupported, required } from '../../../machinery/validation/faults.ts';
import { isDns1035Label } from '../../../machinery/validation/names.ts';
import type { CustomResourceConversion, WebhookClientConfig } from '../../generated/apiextensions-v1.ts';
import { caBundleRules, webhookServiceRules, webhookUrlRules } from '../webhook-client.ts';
import type { RuleOptions } from './options.ts';

const STRATEGIES = ['None', 'Webhook'];
const REVIEW_VERSIONS = ['v1', 'v1beta1'];

export const hasKnownReviewVersion = (versions: readonly string[] | undefined): boolean =>
  !versions?.length || versions.some((version) => REVIEW_VERSIONS.includes(version));

export function* conversionRules(conversion: CustomResourceConversion | undefined, options: RuleOptions): Iterable<FieldError> {
  if (!conversion) return;
  const path = 'spec.conversion';
  const { strategy, webhook } = conversion;
  if (!strategy) yield required(`${path}.strategy`);
  else if (!STRATEGIES.includes(strategy)) yield notSupported(`${path}.strategy`, strategy, STRATEGIES);
  const clientPath = `${path}.webhookClientConfig`;
  const versionsPath = `${path}.conversionReviewVersions`;
  if (strategy === 'Webhook') {
    if (!webhook?.clientConfig) yield required(clientPath, 'required when strategy is set to Webhook');
    else yield* clientRules(webhook.clientConfig, clientPath, options);
    yield* reviewVersionRules(webhook?.conversionReviewVersions, versionsPath, options);
    return;
  }
  const misplaced = 'should not be set when strategy is not set to Webhook';
  if (webhook?.clientConfig) yield forbiddenField(clientPath, misplaced);
  if (webhook?.conversionReviewVersions?.length) yield forbiddenField(versionsPath, misplaced);
}

function* clientRules({ url, service, caBundle }: WebhookClientConfig, path: string, options: RuleOptions): Iterable<FieldError> {
  const hasUrl = url !== undefined && url !== null;
  const hasService = service !== undefined && service !== null;
  if (hasUrl === hasService) yield required(path, 'exactly one of url or service is required');
  else if (hasUrl) yield* webhookUrlRules(url, `${path}.url`);
  else yield* webhookServiceRules(service as NonNullable<typeof service>, `${path}.service`);
  if (caBundle && !options.anyCaBundle) yield* caBundleRules(caBundle, `${path}.caBundle`);
}

function* reviewVersionRules(versions: readonly string[] | undefined, path: string, options: RuleOptions): Iterable<FieldError> {
  if (!versions?.length) {
    yield required(path);
    return;
  }
  for (const [index, version] of versions.entries()) {
    if (versions.indexOf(version) < index) yield invalidValue(`${path}[${index}]`, version, 'duplicate version');
    else for (const complaint of isDns1035Label(version)) yield invalidValue(`${path}[${index}]`, version, complaint);
  }
  if (options.knownReviewVersion && !hasKnownReviewVersion(versions)) {
    yield invalidValue(path, versions, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`);
  }
}
