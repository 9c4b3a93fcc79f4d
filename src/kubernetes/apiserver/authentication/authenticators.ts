import type { ServerCore } from '../extensions.ts';
import type { TokenVerifier } from '../serviceaccounts/token-verifier.ts';
import { anonymousAuthenticator } from './anonymous.ts';
import type { Authenticator } from './authenticator.ts';
import { bootstrapTokenAuthenticator } from './bootstrap-token.ts';
import { parseCertificates } from './certificates.ts';
import { requestHeaderAuthenticator } from './request-header.ts';
import { serviceAccountTokenAuthenticator } from './service-account-token.ts';
import { staticTokenAuthenticator } from './static-token.ts';
import { clientCertificateAuthenticator } from './x509.ts';

/** Authenticators of bearer tokens other than those of service accounts. */
export function otherTokenAuthenticators({ config, store, clock }: ServerCore): Authenticator[] {
  return [staticTokenAuthenticator(config.staticTokens), bootstrapTokenAuthenticator(store, clock)];
}

/** Everyone who may say who is asking, in the order they are asked. */
export function authenticatorsFor(core: ServerCore, verifier: TokenVerifier, otherTokens: readonly Authenticator[]): Authenticator[] {
  const { config, clock } = core;
  const { requestHeaderCA, ...headers } = config.frontProxy;
  return [
    ...(requestHeaderCA ? [requestHeaderAuthenticator({ roots: parseCertificates(requestHeaderCA), ...headers }, clock)] : []),
    ...(config.clientCA ? [clientCertificateAuthenticator(parseCertificates(config.clientCA), clock)] : []),
    ...otherTokens,
    serviceAccountTokenAuthenticator(verifier),
    ...(config.anonymousAuth ? [anonymousAuthenticator] : []),
  ];
}
