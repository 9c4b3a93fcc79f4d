import { createHash, timingSafeEqual } from 'node:crypto';
import type { UserInfo } from '../request.ts';
import type { Authenticator } from './authenticator.ts';

/** Tokens known beforehand, such as the admin token of a standalone server. */
export function staticTokenAuthenticator(tokens: ReadonlyMap<string, UserInfo>): Authenticator {
  const known = [...tokens].map(([token, user]) => ({ digest: digestOf(token), user }));
  return {
    name: 'static-token',
    authenticate({ bearerToken }) {
      if (!bearerToken) return undefined;
      const digest = digestOf(bearerToken);
      return known.find((entry) => timingSafeEqual(entry.digest, digest))?.user;
    },
  };
}

/** Digests have one length, which comparing in constant time needs. */
function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
