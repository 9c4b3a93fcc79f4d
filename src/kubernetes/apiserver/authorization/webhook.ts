import type { Clock } from '../../../base/clock.ts';
import { describeError } from '../../../base/errors.ts';
import type { SubjectAccessReview, SubjectAccessReviewSpec, SubjectAccessReviewStatus } from '../../api/generated/authorization-v1.ts';
import { ExpiringCache } from '../webhooks/expiring-cache.ts';
import { WebhookClient } from '../webhooks/webhook-client.ts';
import type { WebhookTarget } from '../webhooks/webhook-target.ts';
import { type AuthorizationAttributes, type Authorizer, allow, type Decision, noOpinion } from './authorizer.ts';
import type { MatchConditions } from './structured/match-conditions.ts';

export interface AuthorizationWebhookConfig {
  readonly target: WebhookTarget;
  /** Of authorization.k8s.io that is spoken. */
  readonly version: string;
  readonly authorizedSeconds: number;
  readonly unauthorizedSeconds: number;
  /** Where there are several. */
  readonly name?: string;
  /** For one answer. */
  readonly timeoutSeconds?: number;
  /** What cannot be told is forbidden; otherwise the next authorizer is asked. */
  readonly deniesOnFailure?: boolean;
  /** Which requests it is asked about; absent: all. */
  readonly conditions?: MatchConditions;
}

const REMEMBERED = 8192;
/** Questions whose length the asker chooses are not remembered beyond this: they could fill the memory. */
const LONGEST_REMEMBERED = 10_000;

/** Asks another server whether a request may be served. */
export class AuthorizationWebhook implements Authorizer {
  readonly name: string;
  readonly #config: AuthorizationWebhookConfig;
  readonly #client: WebhookClient;
  readonly #answers: ExpiringCache<SubjectAccessReviewStatus>;

  constructor(config: AuthorizationWebhookConfig, clock: Clock, signal: AbortSignal) {
    this.name = config.name ?? 'Webhook';
    this.#config = config;
    this.#client = new WebhookClient(config.target, clock, signal, (config.timeoutSeconds ?? 30) * 1000);
    this.#answers = new ExpiringCache(clock, REMEMBERED);
  }

  authorize(attributes: AuthorizationAttributes): Decision | Promise<Decision> {
    const spec = specOf(attributes);
    const { conditions } = this.#config;
    try {
      if (conditions && !conditions.match(spec)) return noOpinion();
    } catch (error) {
      return this.#undecided(error);
    }
    const key = JSON.stringify(spec);
    const known = this.#answers.get(key);
    return known ? decisionOf(known) : this.#ask(spec, key, attributes);
  }

  rulesFor() {
    const evaluationError = 'webhook authorizer does not support user rule resolution';
    return { resourceRules: [], nonResourceRules: [], incomplete: true, evaluationError };
  }

  async #ask(spec: SubjectAccessReviewSpec, key: string, attributes: AuthorizationAttributes): Promise<Decision> {
    const { authorizedSeconds, unauthorizedSeconds } = this.#config;
    const seconds = ({ allowed }: SubjectAccessReviewStatus) => (allowed ? authorizedSeconds : unauthorizedSeconds);
    const remembers = sizeOf(attributes) < LONGEST_REMEMBERED;
    try {
      return decisionOf(
        await this.#answers.getOrAsk(
          key,
          () => this.#post(spec),
          (status) => (remembers ? seconds(status) * 1000 : 0),
        ),
      );
    } catch (error) {
      return this.#undecided(error);
    }
  }

  #undecided(error: unknown): Decision {
    return { decision: this.#config.deniesOnFailure ? 'deny' : 'noOpinion', error: describeError(error) };
  }

  async #post(spec: SubjectAccessReviewSpec): Promise<SubjectAccessReviewStatus> {
    const answer = await this.#client.post<SubjectAccessReview>({
      kind: 'SubjectAccessReview',
      apiVersion: `authorization.k8s.io/${this.#config.version}`,
      metadata: {},
      spec: this.#config.version === 'v1beta1' ? { ...spec, group: spec.groups, groups: undefined } : spec,
      status: { allowed: false },
    });
    return answer.status ?? { allowed: false };
  }
}

function specOf({ user, isResourceRequest, ...asked }: AuthorizationAttributes): SubjectAccessReviewSpec {
  const { namespace, verb, group, version, resource, subresource, name, path, fieldSelector, labelSelector } = asked;
  const about = isResourceRequest
    ? {
        resourceAttributes: {
          ...withoutEmpty({ namespace, verb, group, version, resource, subresource, name }),
          ...(fieldSelector ? { fieldSelector: { requirements: requirementsOf(fieldSelector) } } : {}),
          ...(labelSelector ? { labelSelector: { requirements: requirementsOf(labelSelector) } } : {}),
        },
      }
    : { nonResourceAttributes: withoutEmpty({ path, verb }) };
  return {
    ...about,
    user: user.username,
    ...(user.groups.length > 0 ? { groups: user.groups } : {}),
    ...(user.extra && Object.keys(user.extra).length > 0 ? { extra: user.extra } : {}),
    ...(user.uid ? { uid: user.uid } : {}),
  };
}

function requirementsOf(selector: NonNullable<AuthorizationAttributes['fieldSelector']>) {
  return selector.map(({ key, operator, values }) => ({ key, operator, ...(values.length > 0 ? { values: [...values] } : {}) }));
}

function withoutEmpty(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

function sizeOf({ namespace, verb, group, version, resource, subresource, name, path }: AuthorizationAttributes): number {
  return [namespace, verb, group, version, resource, subresource, name, path].reduce((sum, text) => sum + text.length, 0);
}

function decisionOf({ allowed, denied, reason }: SubjectAccessReviewStatus): Decision {
  if (denied) {
    const contradiction = allowed ? { error: 'webhook subject access review returned both allow and deny response' } : {};
    return { decision: 'deny', ...(reason ? { reason } : {}), ...contradiction };
  }
  return allowed ? allow(reason) : noOpinion(reason);
}
