import type { UserInfo } from '../../request.ts';
import { CREDENTIAL_ID_EXTRA } from '../identities.ts';
import type { OidcConfig } from './oidc-config.ts';

type Claims = Readonly<Record<string, unknown>>;

/** The user that verified claims stand for; throws where one that is needed is missing or of the wrong kind. */
export function userFromClaims(claims: Claims, config: OidcConfig): UserInfo {
  const username = usernameFrom(claims, config.usernameClaim);
  const groups = config.groupsClaim ? groupsFrom(claims, config.groupsClaim) : [];
  checkRequired(claims, config.requiredClaims);
  const { jti } = claims;
  return {
    username: `${config.usernamePrefix}${username}`,
    groups: groups.map((group) => `${config.groupsPrefix}${group}`),
    ...(typeof jti === 'string' && jti ? { extra: { [CREDENTIAL_ID_EXTRA]: [`JTI=${jti}`] } } : {}),
  };
}

/** Of e-mail addresses only verified ones are names. */
export function usernameFrom(claims: Claims, usernameClaim: string): string {
  const username = claims[usernameClaim];
  if (typeof username !== 'string' || username === '') {
    throw new Error(`oidc: parse username claims "${usernameClaim}": ${username === undefined ? 'claim not present' : 'not a string'}`);
  }
  // An issuer that says nothing about verification is believed.
  if (usernameClaim === 'email' && 'email_verified' in claims && claims.email_verified !== true) {
    throw new Error('oidc: email not verified');
  }
  return username;
}

/** One group may come as plain text. */
export function groupsFrom(claims: Claims, claim: string): string[] {
  const groups = claims[claim];
  if (groups === undefined) return [];
  if (typeof groups === 'string') return [groups];
  if (Array.isArray(groups) && groups.every((group) => typeof group === 'string')) return groups;
  throw new Error(`oidc: parse groups claim "${claim}": not a list of strings`);
}

/** Throws about the first claim that is missing or of another value. */
export function checkRequired(claims: Claims, required: Readonly<Record<string, string>>): void {
  for (const [claim, wanted] of Object.entries(required)) {
    const got = claims[claim];
    if (got === undefined) throw new Error(`oidc: required claim ${claim} not present in ID token`);
    if (got !== wanted) throw new Error(`oidc: required claim ${claim} value does not match. Got = ${String(got)}, want = ${wanted}`);
  }
}
