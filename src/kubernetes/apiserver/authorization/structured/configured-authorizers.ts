import type { Clock } from '../../../../base/clock.ts';
import { throwFaults } from '../../configuration/strict-decode.ts';
import type { UserInfo } from '../../request.ts';
import { loadWebhookTarget } from '../../webhooks/webhook-target.ts';
import type { AuthorizationAttributes, Authorizer } from '../authorizer.ts';
import type { Counted } from '../decision-counts.ts';
import { unionAuthorizer } from '../union.ts';
import { AuthorizationWebhook, type AuthorizationWebhookConfig } from '../webhook.ts';
import { type AuthorizerSpec, decodeAuthorizers, type WebhookSpec } from './configuration.ts';
import { authorizerFaults } from './configuration-rules.ts';
import { MatchConditions } from './match-conditions.ts';

/** One authorizer of the chain, with what it needs already read. */
export interface LoadedAuthorizer {
  readonly type: string;
  readonly name: string;
  readonly webhook?: AuthorizationWebhookConfig;
}

/** What a chain is made with. */
export interface ChainMakers {
  /** Gives those that are no webhooks. */
  readonly make: (type: string) => Authorizer;
  readonly counted: Counted;
}

/** Reads a configuration; throws about all its faults. */
export async function loadAuthorizers(source: string): Promise<LoadedAuthorizer[]> {
  const authorizers = decodeAuthorizers(source);
  throwFaults(await authorizerFaults(authorizers));
  return Promise.all(
    authorizers.map(async ({ type, name, webhook }: AuthorizerSpec) =>
      webhook ? { type, name, webhook: await webhookConfig(name, webhook) } : { type, name },
    ),
  );
}

async function webhookConfig(name: string, spec: WebhookSpec): Promise<AuthorizationWebhookConfig> {
  const { type, kubeConfigFile } = spec.connectionInfo;
  // This server is a process of the host: no pod of the cluster, whose credentials it could use.
  if (type !== 'KubeConfigFile') {
    throw new Error('unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined');
  }
  const target = await loadWebhookTarget(kubeConfigFile ?? '');
  return {
    name,
    target,
    version: spec.subjectAccessReviewVersion,
    authorizedSeconds: spec.cacheAuthorizedRequests ? spec.authorizedTTL : 0,
    unauthorizedSeconds: spec.cacheUnauthorizedRequests ? spec.unauthorizedTTL : 0,
    timeoutSeconds: spec.timeout,
    deniesOnFailure: spec.failurePolicy === 'Deny',
    conditions: new MatchConditions(spec.matchConditions.map(({ expression }) => expression)),
  };
}

/** The chain of `--authorization-config`, which may change while the server runs. */
export class ConfiguredAuthorizers implements Authorizer {
  readonly name = 'configured';
  readonly #makers: ChainMakers;
  readonly #made = new Map<string, Authorizer>();
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #chain = unionAuthorizer([]);

  constructor(loaded: readonly LoadedAuthorizer[], makers: ChainMakers, clock: Clock, signal: AbortSignal) {
    this.#makers = makers;
    this.#clock = clock;
    this.#signal = signal;
    this.use(loaded);
  }

  use(loaded: readonly LoadedAuthorizer[]): void {
    const chain = loaded.map(({ type, name, webhook }) => {
      const authorizer = webhook ? new AuthorizationWebhook(webhook, this.#clock, this.#signal) : this.#ours(type);
      return this.#makers.counted(authorizer, type, name);
    });
    this.#chain = unionAuthorizer(chain);
  }

  authorize(attributes: AuthorizationAttributes) {
    return this.#chain.authorize(attributes);
  }

  rulesFor(user: UserInfo, namespace: string) {
    return this.#chain.rulesFor(user, namespace);
  }

  #ours(type: string): Authorizer {
    const authorizer = this.#made.get(type) ?? this.#makers.make(type);
    this.#made.set(type, authorizer);
    return authorizer;
  }
}
