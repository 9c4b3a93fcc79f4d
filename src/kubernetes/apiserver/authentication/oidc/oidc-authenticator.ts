import { decodeJwt, errors, jwtVerify } from 'jose';
import type { Clock } from '../../../../base/clock.ts';
import { whileDoing } from '../../../../base/errors.ts';
import type { UserInfo } from '../../request.ts';
import type { Authenticator, Credentials } from '../authenticator.ts';
import { IssuerKeys } from './issuer-keys.ts';
import type { IssuerConfig } from './oidc-config.ts';

/** Whom verified claims stand for; throws why nobody. */
type UserOf = (claims: Readonly<Record<string, unknown>>) => UserInfo;

/** Identity tokens of an OpenID Connect issuer. */
export class OidcAuthenticator implements Authenticator {
  readonly name = 'oidc';
  readonly #config: IssuerConfig;
  readonly #userOf: UserOf;
  readonly #keys: IssuerKeys;
  readonly #clock: Clock;

  constructor(config: IssuerConfig, userOf: UserOf, clock: Clock, signal: AbortSignal) {
    this.#config = config;
    this.#userOf = userOf;
    this.#keys = new IssuerKeys(config, signal);
    this.#clock = clock;
  }

  authenticate({ bearerToken }: Credentials): Promise<UserInfo> | undefined {
    if (!bearerToken || issuerOf(bearerToken) !== this.#config.issuerUrl) return undefined;
    return this.#verify(bearerToken);
  }

  async #verify(token: string): Promise<UserInfo> {
    const { issuerUrl, audiences, signingAlgorithms } = this.#config;
    const keys = await this.#keys.keys();
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: issuerUrl,
        audience: [...audiences],
        algorithms: [...signingAlgorithms],
        requiredClaims: ['exp'],
        currentDate: new Date(this.#clock.now()),
      });
      return this.#userOf(payload);
    } catch (error) {
      throw error instanceof errors.JOSEError ? whileDoing('oidc: verify token', error) : error;
    }
  }
}

/** Who a token says it is from, before anybody has verified it. Undefined for what is no JWT. */
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}
