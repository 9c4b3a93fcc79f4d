import { createHash } from 'node:crypto';
import type { Clock } from '../../../base/clock.ts';
import type { TokenReview, TokenReviewStatus } from '../../api/generated/authentication-v1.ts';
import type { UserInfo } from '../request.ts';
import { ExpiringCache } from '../webhooks/expiring-cache.ts';
import { WebhookClient } from '../webhooks/webhook-client.ts';
import type { WebhookTarget } from '../webhooks/webhook-target.ts';
import type { Authenticator, Credentials } from './authenticator.ts';

export interface TokenWebhookConfig {
  readonly target: WebhookTarget;
  /** Of authentication.k8s.io that is spoken. */
  readonly version: string;
  readonly cacheSeconds: number;
}

const REMEMBERED = 4096;

/** Asks another server whose token it is. Both answers, yes and no, hold for a while. */
export class TokenWebhook implements Authenticator {
  readonly name = 'webhook';
  readonly #config: TokenWebhookConfig;
  readonly #audiences: readonly string[];
  readonly #client: WebhookClient;
  readonly #answers: ExpiringCache<TokenReviewStatus>;

  constructor(config: TokenWebhookConfig, audiences: readonly string[], clock: Clock, signal: AbortSignal) {
    this.#config = config;
    this.#audiences = audiences;
    this.#client = new WebhookClient(config.target, clock, signal);
    this.#answers = new ExpiringCache(clock, REMEMBERED);
  }

  authenticate({ bearerToken }: Credentials): Promise<UserInfo | undefined> | undefined {
    return bearerToken ? this.#review(bearerToken) : undefined;
  }

  async #review(token: string): Promise<UserInfo | undefined> {
    // What is remembered should not hand out tokens to those who can read memory.
    const key = createHash('sha256').update(token).digest('base64');
    const status = await this.#answers.getOrAsk(
      key,
      () => this.#ask(token),
      () => this.#config.cacheSeconds * 1000,
    );
    if (status.authenticated !== true) {
      if (status.error) throw new Error(status.error);
      return undefined;
    }
    // A server that knows nothing of audiences vouches for ours.
    if (status.audiences?.length && !status.audiences.some((audience) => this.#audiences.includes(audience))) return undefined;
    const { username = '', uid, groups = [], extra } = status.user ?? {};
    return { username, groups: [...groups], ...(uid ? { uid } : {}), ...(extra ? { extra } : {}) };
  }

  async #ask(token: string): Promise<TokenReviewStatus> {
    const answer = await this.#client.post<TokenReview>({
      kind: 'TokenReview',
      apiVersion: `authentication.k8s.io/${this.#config.version}`,
      metadata: {},
      spec: { token, audiences: this.#audiences },
      status: { user: {} },
    });
    return answer.status ?? {};
  }
}
