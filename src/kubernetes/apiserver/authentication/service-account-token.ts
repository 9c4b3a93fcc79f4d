import type { TokenVerifier } from '../serviceaccounts/token-verifier.ts';
import type { Authenticator } from './authenticator.ts';

/** Bearer tokens of service accounts. */
export function serviceAccountTokenAuthenticator(verifier: TokenVerifier): Authenticator {
  return {
    name: 'serviceaccount',
    authenticate: ({ bearerToken }) => (bearerToken ? verifier.verify(bearerToken)?.user : undefined),
  };
}
