import type { MatchResources } from '../../../api/generated/admissionregistration-v1.ts';
import type { ResourceType } from '../../../machinery/resource.ts';
import { forbidden } from '../../../machinery/status.ts';
import type { Authorizer } from '../../authorization/authorizer.ts';
import type { AdmissionAttributes } from '../admission.ts';
import { activationOf } from '../expressions/activation.ts';
import type { Expression } from '../expressions/budget.ts';
import { checkConditions, compileConditions } from '../expressions/match-conditions.ts';
import type { Matcher } from '../matching/matcher.ts';
import type { AdmissionObserver, WebhookCall } from '../observer.ts';
import type { Webhook } from './webhook.ts';

const SCOPE = { params: false, authorizer: true };

/** What is known of a webhook once it has been looked at. */
interface Criteria {
  readonly match: MatchResources;
  readonly conditions: readonly Expression[];
}

/** Finds out whether webhooks are asked about a request. */
export class WebhookMatcher {
  readonly #matcher: Matcher;
  readonly #authorizer: Authorizer;
  readonly #observer: AdmissionObserver;
  readonly #criteria = new WeakMap<Webhook, Criteria>();

  constructor(matcher: Matcher, authorizer: Authorizer, observer: AdmissionObserver) {
    this.#matcher = matcher;
    this.#authorizer = authorizer;
    this.#observer = observer;
  }

  /** The resource as which a webhook is asked about a request; undefined where it is not asked. */
  async concerns(webhook: Webhook, attributes: AdmissionAttributes, type: WebhookCall['type']): Promise<ResourceType | undefined> {
    const { match, conditions } = this.#criteriaOf(webhook);
    const resource = this.#matcher.match(match, attributes);
    if (!resource || conditions.length === 0) return resource;
    const activation = await activationOf(attributes, resource, this.#authorizer);
    const check = { name: webhook.name, kind: 'webhook', type, operation: attributes.operation } as const;
    const outcome = await checkConditions(conditions, activation, webhook.failurePolicy, attributes.signal, (result, ms) =>
      this.#observer.checked(check, result, ms),
    );
    if (outcome.error !== undefined) throw forbidden(attributes.resource, attributes.name, outcome.error);
    return outcome.met ? resource : undefined;
  }

  #criteriaOf(webhook: Webhook): Criteria {
    const known = this.#criteria.get(webhook);
    if (known) return known;
    const { rules = [], matchPolicy, namespaceSelector, objectSelector, matchConditions = [] } = webhook;
    const match: MatchResources = {
      resourceRules: rules,
      ...(matchPolicy ? { matchPolicy } : {}),
      ...(namespaceSelector ? { namespaceSelector } : {}),
      ...(objectSelector ? { objectSelector } : {}),
    };
    const made = { match, conditions: compileConditions(matchConditions, SCOPE) };
    this.#criteria.set(webhook, made);
    return made;
  }
}
