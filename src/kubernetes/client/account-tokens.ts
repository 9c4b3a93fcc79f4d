import type { Clock } from '../../base/clock.ts';
import type { TokenRequest } from '../api/generated/authentication-v1.ts';
import { serviceAccounts } from '../api/resources.ts';
import { isAlreadyExists, isNotFound } from '../machinery/status.ts';
import type { ApiClient, ObjectRef } from './api-client.ts';
import type { BearerTokens } from './credentials.ts';

const LIFETIME_SECONDS = 3600;
/** A token is replaced when this much of its time is over. */
const WORN = 0.8;

interface Token {
  readonly text: string;
  readonly renewAt: number;
}

/** Tokens of a service account, asked for when they are needed; the account is made where it is missing. */
export class AccountTokens implements BearerTokens {
  readonly #api: Pick<ApiClient, 'create' | 'createSubresource'>;
  readonly #account: ObjectRef;
  readonly #clock: Clock;
  #token: Token | undefined;
  #pending: Promise<string> | undefined;

  /** `api` is of somebody who may create tokens of the account. */
  constructor(api: Pick<ApiClient, 'create' | 'createSubresource'>, account: ObjectRef, clock: Clock) {
    this.#api = api;
    this.#account = account;
    this.#clock = clock;
  }

  current(): Promise<string> | string {
    if (this.#token && this.#clock.now() < this.#token.renewAt) return this.#token.text;
    // Whoever comes while a token is on its way waits for the same.
    this.#pending ??= this.#request().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  refused(): boolean {
    this.#token = undefined;
    return true;
  }

  async #request(): Promise<string> {
    const askedAt = this.#clock.now();
    const text = await this.#create().catch(async (error) => {
      if (!isNotFound(error)) throw error;
      await this.#createAccount();
      return this.#create();
    });
    this.#token = { text, renewAt: askedAt + LIFETIME_SECONDS * 1000 * WORN };
    return text;
  }

  async #create(): Promise<string> {
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: LIFETIME_SECONDS } };
    const { status } = await this.#api.createSubresource<TokenRequest>(serviceAccounts, this.#account, 'token', request);
    if (!status?.token) throw new Error(`no token for ${this.#account.namespace}/${this.#account.name}`);
    return status.token;
  }

  async #createAccount(): Promise<void> {
    try {
      await this.#api.create(serviceAccounts, { metadata: { ...this.#account } });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }
}
