import type { Clock } from '../../../../base/clock.ts';
import type { UserInfo } from '../../request.ts';
import type { Authenticator, Credentials } from '../authenticator.ts';
import { ANONYMOUS_USER, UNAUTHENTICATED_GROUP } from '../identities.ts';
import { OidcAuthenticator } from '../oidc/oidc-authenticator.ts';
import { ALL_ALGORITHMS } from '../oidc/oidc-config.ts';
import { claimMapper } from './claim-mapper.ts';
import type { AnonymousSpec, AuthenticationConfiguration, JwtAuthenticatorSpec } from './configuration.ts';

/** The issuers of `--authentication-config`, which may change while the server runs. */
export class ConfiguredAuthentication implements Authenticator {
  readonly name = 'jwt';
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #issuers: readonly OidcAuthenticator[] = [];
  /** Ends what the issuers before were asked. */
  #current = new AbortController();

  constructor(configuration: AuthenticationConfiguration, clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
    this.use(configuration);
  }

  use({ jwt }: AuthenticationConfiguration): void {
    const next = new AbortController();
    const signal = AbortSignal.any([this.#signal, next.signal]);
    this.#issuers = jwt.map((spec) => authenticatorFor(spec, this.#clock, signal));
    this.#current.abort(new Error('the authentication configuration has changed'));
    this.#current = next;
  }

  authenticate(credentials: Credentials): Promise<UserInfo> | undefined {
    for (const issuer of this.#issuers) {
      const answer = issuer.authenticate(credentials);
      if (answer) return answer;
    }
    return undefined;
  }
}

function authenticatorFor(spec: JwtAuthenticatorSpec, clock: Clock, signal: AbortSignal): OidcAuthenticator {
  const { url, discoveryURL, audiences, certificateAuthority } = spec.issuer;
  const issuer = {
    issuerUrl: url,
    ...(discoveryURL ? { discoveryUrl: discoveryURL } : {}),
    audiences,
    ...(certificateAuthority ? { ca: certificateAuthority } : {}),
    signingAlgorithms: ALL_ALGORITHMS,
  };
  return new OidcAuthenticator(issuer, claimMapper(spec), clock, signal);
}

/** Requests without credentials: everywhere, or on the paths that are named. */
export function configuredAnonymous({ conditions }: AnonymousSpec): Authenticator {
  const paths = new Set(conditions.map(({ path }) => path));
  const user = (): UserInfo => ({ username: ANONYMOUS_USER, groups: [UNAUTHENTICATED_GROUP] });
  return { name: 'anonymous', authenticate: ({ path }) => (paths.size === 0 || paths.has(path) ? user() : undefined) };
}
