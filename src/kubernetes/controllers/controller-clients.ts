import type { Clock } from '../../base/clock.ts';
import { systemClock } from '../../base/clock.ts';
import { AccountTokens } from '../client/account-tokens.ts';
import type { ApiClient } from '../client/api-client.ts';
import type { ClientConfig } from '../client/client-config.ts';
import { TokenConnection } from '../client/connect.ts';
import { accountOf, WITHOUT_ACCOUNT } from './accounts.ts';

/** Clients of the controllers, each with no more rights than its service account has, over one connection. */
export class ControllerClients implements Disposable {
  readonly #connection: TokenConnection;
  readonly #api: ApiClient;
  readonly #clock: Clock;
  readonly #clients = new Map<string, ApiClient>();

  /** `api` is of the process itself, which makes the accounts' tokens. */
  constructor(config: ClientConfig, api: ApiClient, clock: Clock = systemClock) {
    this.#connection = new TokenConnection(config, clock);
    this.#api = api;
    this.#clock = clock;
  }

  of(controller: string): ApiClient {
    if (controller === WITHOUT_ACCOUNT) return this.#api;
    const name = accountOf(controller);
    const present = this.#clients.get(name);
    if (present) return present;
    const tokens = new AccountTokens(this.#api, { namespace: 'kube-system', name }, this.#clock);
    const client = this.#connection.clientWith(tokens, `kube-controller-manager/${name}`);
    this.#clients.set(name, client);
    return client;
  }

  [Symbol.dispose](): void {
    this.#connection[Symbol.dispose]();
  }
}
