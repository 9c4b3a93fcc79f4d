import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** JWS algorithms that service-account tokens are signed with; the key's type decides which. */
export type SigningAlgorithm = 'RS256' | 'ES256' | 'ES384' | 'ES512';

const CURVES: Readonly<Record<string, SigningAlgorithm>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };

export interface VerificationKey {
  readonly id: string;
  readonly algorithm: SigningAlgorithm;
  readonly key: KeyObject;
}

export interface SigningKey extends VerificationKey {
  readonly privateKey: KeyObject;
}

export function signingKeyFrom(pem: string): SigningKey {
  const privateKey = createPrivateKey(pem);
  return { ...verificationKeyOf(createPublicKey(privateKey)), privateKey };
}

/** Public keys of the PEM files; a private key stands for its public half. */
export function verificationKeysFrom(pems: readonly string[]): VerificationKey[] {
  const keys = pems.flatMap((pem) => blocksOf(pem)).map((block) => verificationKeyOf(createPublicKey(block)));
  return [...new Map(keys.map((key) => [key.id, key])).values()];
}

function blocksOf(pem: string): string[] {
  return pem.match(/-----BEGIN (?:[A-Z]+ )*(?:PUBLIC KEY|PRIVATE KEY|CERTIFICATE)-----[\s\S]+?-----END [A-Z ]+-----/g) ?? [];
}

function verificationKeyOf(key: KeyObject): VerificationKey {
  return { id: keyIdOf(key), algorithm: algorithmOf(key), key };
}

function algorithmOf(key: KeyObject): SigningAlgorithm {
  if (key.asymmetricKeyType === 'rsa') return 'RS256';
  const curve = key.asymmetricKeyDetails?.namedCurve ?? '';
  const algorithm = key.asymmetricKeyType === 'ec' ? CURVES[curve] : undefined;
  if (!algorithm) throw new Error(`unknown public key type ${key.asymmetricKeyType} ${curve}`.trim());
  return algorithm;
}

/** `kid`: the SHA-256 of the public key's DER form, so that every server derives the same one. */
function keyIdOf(key: KeyObject): string {
  const der = key.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('base64url');
}
