import type { AuthenticationFile } from '../config.ts';
import { followFile } from '../configuration/watched-file.ts';
import type { ServerCore } from '../extensions.ts';
import type { TokenVerifier } from '../serviceaccounts/token-verifier.ts';
import { anonymousAuthenticator } from './anonymous.ts';
import type { Authenticator } from './authenticator.ts';
import { bootstrapTokenAuthenticator } from './bootstrap-token.ts';
import { parseCertificates } from './certificates.ts';
import { userFromClaims } from './oidc/claims.ts';
import { OidcAuthenticator } from './oidc/oidc-authenticator.ts';
import { requestHeaderAuthenticator } from './request-header.ts';
import { serviceAccountTokenAuthenticator } from './service-account-token.ts';
import { staticTokenAuthenticator } from './static-token.ts';
import { parseAuthenticationConfiguration } from './structured/configuration.ts';
import { ConfiguredAuthentication, configuredAnonymous } from './structured/configured-authentication.ts';
import { TokenWebhook } from './token-webhook.ts';
import { clientCertificateAuthenticator } from './x509.ts';

/** Authenticators of bearer tokens that this server can look up, other than those of service accounts. */
export function localTokenAuthenticators({ config, store, clock }: ServerCore): Authenticator[] {
  return [staticTokenAuthenticator(config.staticTokens), bootstrapTokenAuthenticator(store, clock)];
}

/** Those that have to ask another server. They come last: every token that nobody else knows is shown to them. */
export function remoteTokenAuthenticators(core: ServerCore): Authenticator[] {
  const { config, clock, signal } = core;
  const { oidc, authentication, tokenWebhook, serviceAccounts } = config;
  return [
    ...(oidc ? [new OidcAuthenticator(oidc, (claims) => userFromClaims(claims, oidc), clock, signal)] : []),
    ...(authentication ? [configuredIssuers(core, authentication)] : []),
    ...(tokenWebhook ? [new TokenWebhook(tokenWebhook, serviceAccounts.audiences, clock, signal)] : []),
  ];
}

/** Of the file only the issuers may change while the server runs. */
function configuredIssuers(
  { clock, log, signal }: ServerCore,
  { file, text, configuration, ownIssuers }: AuthenticationFile,
): Authenticator {
  const issuers = new ConfiguredAuthentication(configuration, clock, signal);
  const apply = (changed: string) => issuers.use(parseAuthenticationConfiguration(changed, ownIssuers));
  const following = followFile({ file, text, clock, log, apply });
  signal.addEventListener('abort', () => following[Symbol.dispose](), { once: true });
  return issuers;
}

function anonymousFor({ anonymousAuth, authentication }: ServerCore['config']): Authenticator[] {
  const anonymous = authentication?.configuration.anonymous;
  if (anonymous) return anonymous.enabled ? [configuredAnonymous(anonymous)] : [];
  return anonymousAuth ? [anonymousAuthenticator] : [];
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
    ...anonymousFor(config),
  ];
}
