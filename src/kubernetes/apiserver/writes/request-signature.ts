import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { CertificateRequest } from '../../machinery/x509/certificate-request.ts';

interface SignatureAlgorithm {
  readonly key: 'rsa' | 'ec' | 'ed25519';
  /** Ed25519 hashes by itself. */
  readonly hash?: string;
  readonly pss?: boolean;
}

const RSA = '1.2.840.113549.1.1';
const ECDSA = '1.2.840.10045.4';
const ALGORITHMS: Readonly<Record<string, SignatureAlgorithm>> = {
  [`${RSA}.5`]: { key: 'rsa', hash: 'sha1' },
  [`${RSA}.11`]: { key: 'rsa', hash: 'sha256' },
  [`${RSA}.12`]: { key: 'rsa', hash: 'sha384' },
  [`${RSA}.13`]: { key: 'rsa', hash: 'sha512' },
  [`${RSA}.10`]: { key: 'rsa', hash: 'sha256', pss: true },
  [`${ECDSA}.1`]: { key: 'ec', hash: 'sha1' },
  [`${ECDSA}.3.2`]: { key: 'ec', hash: 'sha256' },
  [`${ECDSA}.3.3`]: { key: 'ec', hash: 'sha384' },
  [`${ECDSA}.3.4`]: { key: 'ec', hash: 'sha512' },
  '1.3.101.112': { key: 'ed25519' },
};
const FAILURES = {
  rsa: 'crypto/rsa: verification error',
  ec: 'x509: ECDSA verification failure',
  ed25519: 'x509: Ed25519 verification failure',
};
const UNKNOWN_ALGORITHM = 'x509: cannot verify signature: algorithm unimplemented';

/** Why a request's signature does not show that who asks has the key; undefined where it does. */
export function signatureFault({ publicKey, signatureAlgorithm, signed, signature }: CertificateRequest): string | undefined {
  const algorithm = ALGORITHMS[signatureAlgorithm];
  const key = keyOf(publicKey);
  if (!algorithm || !key || key.asymmetricKeyType !== algorithm.key) return UNKNOWN_ALGORITHM;
  const padding = algorithm.pss ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO } : {};
  return verify(algorithm.hash, signed, { key, ...padding }, signature) ? undefined : FAILURES[algorithm.key];
}

function keyOf(der: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}
