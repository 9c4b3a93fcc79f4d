import type { Authenticator } from '../authentication/authenticator.ts';
import type { RequestHandler, ServerCore, VirtualResource } from '../extensions.ts';
import type { AdmissionChain } from '../writes/admission-chain.ts';
import { KEYS_PATH, openIdDiscovery } from './discovery.ts';
import { signingKeyFrom, verificationKeysFrom } from './keys.ts';
import { TokenRequests } from './token-requests.ts';
import { tokenReviews } from './token-reviews.ts';
import { tokenUses } from './token-uses.ts';
import { TokenValidator } from './token-validator.ts';
import { TokenVerifier } from './token-verifier.ts';

export function tokenVerifierFor({ config, store, clock, metrics }: ServerCore): TokenVerifier {
  const { issuer, audiences, verificationKeys } = config.serviceAccounts;
  return new TokenVerifier(
    { issuers: [issuer], audiences, keys: verificationKeysFrom(verificationKeys) },
    new TokenValidator(store, clock, tokenUses(metrics)),
  );
}

/** The token API: issuing, reviewing, and the key set by which others verify. */
export function tokenApi(
  core: ServerCore,
  verifier: TokenVerifier,
  otherTokens: readonly Authenticator[],
  admission: AdmissionChain,
): { resources: VirtualResource[]; discovery: RequestHandler } {
  const { config, store, clock } = core;
  const { issuer, keysUri, audiences, signingKey, verificationKeys } = config.serviceAccounts;
  const keysHere = `https://${config.advertiseAddress}:${config.securePort}${KEYS_PATH}`;
  return {
    resources: [
      new TokenRequests({ issuer, audiences, key: signingKeyFrom(signingKey) }, store, clock, admission),
      tokenReviews({ verifier, others: otherTokens, audiences }),
    ],
    discovery: openIdDiscovery({ issuer, keysUri: keysUri ?? keysHere, keys: verificationKeysFrom(verificationKeys) }),
  };
}
