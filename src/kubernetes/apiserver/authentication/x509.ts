import { createHash, type X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../../../base/clock.ts';
import type { UserInfo } from '../request.ts';
import type { Authenticator } from './authenticator.ts';
import { peerCertificates, subjectValues, verifyClientCertificate } from './certificates.ts';
import { CREDENTIAL_ID_EXTRA } from './identities.ts';

interface Verified {
  user: UserInfo | undefined;
  /** Verification is repeated after this time: certificates expire under open connections. */
  goodUntil: number;
}

/**
 * Client certificates of the cluster's CA: the common name is the user, the organisations are the groups. A
 * connection is verified once, not once per request.
 */
export function clientCertificateAuthenticator(roots: readonly X509Certificate[], clock: Clock): Authenticator {
  const verified = new WeakMap<TLSSocket, Verified>();
  return {
    name: 'x509',
    authenticate({ socket }) {
      const known = verified.get(socket);
      if (known && clock.now() <= known.goodUntil) return known.user;
      const chain = peerCertificates(socket);
      const leaf = chain[0];
      if (!leaf) return undefined;
      verifyClientCertificate(chain, roots, clock.now());
      const user = userOf(leaf);
      verified.set(socket, { user, goodUntil: leaf.validToDate.getTime() });
      return user;
    },
  };
}

function userOf(certificate: X509Certificate): UserInfo | undefined {
  const username = subjectValues(certificate, 'CN').at(-1);
  if (!username) return undefined;
  const fingerprint = createHash('sha256').update(certificate.raw).digest('hex');
  return { username, groups: subjectValues(certificate, 'O'), extra: { [CREDENTIAL_ID_EXTRA]: [`X509SHA256=${fingerprint}`] } };
}
