import { describeError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { unauthorized } from '../../machinery/status.ts';
import type { UserInfo } from '../request.ts';
import type { Authenticator, Credentials } from './authenticator.ts';
import { bearerTokenOf } from './bearer.ts';
import { ANONYMOUS_USER, AUTHENTICATED_GROUP } from './identities.ts';

/** The answer of a chain of authenticators: who, or why not. */
export interface AuthenticationResult {
  user?: UserInfo;
  /** Why credentials that someone recognised are wrong. */
  faults: string[];
}

/**
 * Asks each authenticator in turn. Credentials that one finds wrong may be another's, so that the search goes on;
 * only when nobody vouches do the faults count.
 */
export async function firstToVouch(authenticators: readonly Authenticator[], credentials: Credentials): Promise<AuthenticationResult> {
  const faults: string[] = [];
  for (const authenticator of authenticators) {
    try {
      const answer = authenticator.authenticate(credentials);
      const user = answer instanceof Promise ? await answer : answer;
      if (user) return { user: withAuthenticatedGroup(user), faults };
    } catch (error) {
      faults.push(describeError(error));
    }
  }
  return { faults };
}

function withAuthenticatedGroup(user: UserInfo): UserInfo {
  if (user.username === ANONYMOUS_USER || user.groups.includes(AUTHENTICATED_GROUP)) return user;
  return { ...user, groups: [...user.groups, AUTHENTICATED_GROUP] };
}

function isWrongCredential(user: UserInfo, bearerToken: string | undefined, faults: readonly string[]): boolean {
  return user.username === ANONYMOUS_USER && (bearerToken !== undefined || faults.length > 0);
}

/** Identifies the sender of a request or throws 401. Wrong credentials never turn into an anonymous request. */
export class RequestAuthentication {
  readonly #authenticators: readonly Authenticator[];
  readonly #log: Log;

  constructor(authenticators: readonly Authenticator[], log: Log) {
    this.#authenticators = authenticators;
    this.#log = log;
  }

  async authenticate(credentials: Credentials): Promise<UserInfo> {
    const bearerToken = credentials.bearerToken ?? bearerTokenOf(credentials.headers);
    const { user, faults } = await firstToVouch(this.#authenticators, { ...credentials, bearerToken });
    if (user && !isWrongCredential(user, bearerToken, faults)) return user;
    if (bearerToken && faults.length === 0) faults.push('invalid bearer token');
    if (faults.length > 0) this.#log.warn({ path: credentials.path, faults }, 'unable to authenticate the request');
    throw unauthorized();
  }
}
