import type { ServerCore } from '../extensions.ts';
import type { TokenVerifier } from '../serviceaccounts/token-verifier.ts';
import { anonymousAuthenticator } from './anonymous.ts';
import type { Authenticator } from './authenticator.ts';
import { bootstrapTokenAuthenticator } from './bootstrap-token.ts';
import { parseCertificates } from './certificates.ts';
import { OidcAuthenticator } from './oidc/oidc-authenticator.ts';
import { requestHeaderAuthenticator } from './request-header.ts';
import { serviceAccountTokenAuthenticator } from './service-account-token.ts';
import { staticTokenAuthenticator } from './static-token.ts';
import { TokenWebhook } from './token-webhook.ts';
import { clientCertificateAuthenticator } from './x509.ts';

/** Authenticators of bearer tokens that this server can look up, other than those of service accounts. */
export function localTokenAuthenticators({ config, store, clock }: ServerCore): Authenticator[] {
  return [staticTokenAuthenticator(config.staticTokens), bootstrapTokenAuthenticator(store, clock)];
}

/** Those that have to ask another server. They come last: every token that nobody else knows is shown to them. */
export function remoteTokenAuthenticators({ config, clock, signal }: ServerCore): Authenticator[] {
  const { oidc, tokenWebhook, serviceAccounts } = config;
  return [
    ...(oidc ? [new OidcAuthenticator(oidc, clock, signal)] : []),
    ...(tokenWebhook ? [new TokenWebhook(tokenWebhook, serviceAccounts.audiences, clock, signal)] : []),
  ];
}

/** Everyone who may say who is asking, in the order they are asked. */
export function authenticatorsFor(
  core: ServerCore,
  verifier: TokenVerifier,
  localTokens: readonly Authenticator[],
  remoteTokens: readonly Authenticator[],
): Authenticator[] {
  const { config, clock } = core;
  const { requestHeaderCA, ...headers } = config.frontProxy;
  return [
    ...(requestHeaderCA ? [requestHeaderAuthenticator({ roots: parseCertificates(requestHeaderCA), ...headers }, clock)] : []),
    ...(config.clientCA ? [clientCertificateAuthenticator(parseCertificates(config.clientCA), clock)] : []),
    ...localTokens,
    serviceAccountTokenAuthenticator(verifier),
    ...remoteTokens,
    ...(config.anonymousAuth ? [anonymousAuthenticator] : []),
  ];
}
