import { decodeJwt, errors, jwtVerify } from 'jose';
import type { Clock } from '../../../../base/clock.ts';
import { whileDoing } from '../../../../base/errors.ts';
import type { UserInfo } from '../../request.ts';
import type { Authenticator, Credentials } from '../authenticator.ts';
import { userFromClaims } from './claims.ts';
import { IssuerKeys } from './issuer-keys.ts';
import type { OidcConfig } from './oidc-config.ts';

/** Identity tokens of an OpenID Connect issuer. */
export class OidcAuthenticator implements Authenticator {
  readonly name = 'oidc';
  readonly #config: OidcConfig;
  readonly #keys: IssuerKeys;
  readonly #clock: Clock;

  constructor(config: OidcConfig, clock: Clock, signal: AbortSignal) {
    this.#config = config;
    this.#keys = new IssuerKeys(config.issuerUrl, config.ca, signal);
    this.#clock = clock;
  }

  authenticate({ bearerToken }: Credentials): Promise<UserInfo> | undefined {
    if (!bearerToken || issuerOf(bearerToken) !== this.#config.issuerUrl) return undefined;
    return this.#verify(bearerToken);
  }

  async #verify(token: string): Promise<UserInfo> {
    const { issuerUrl, clientId, signingAlgorithms } = this.#config;
    const keys = await this.#keys.keys();
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: issuerUrl,
        audience: clientId,
        algorithms: [...signingAlgorithms],
        requiredClaims: ['exp'],
        currentDate: new Date(this.#clock.now()),
      });
      return userFromClaims(payload, this.#config);
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
