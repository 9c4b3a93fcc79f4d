import { sign, verify } from 'node:crypto';
import type { SigningAlgorithm, SigningKey, VerificationKey } from './keys.ts';

const HASHES: Readonly<Record<SigningAlgorithm, string>> = { RS256: 'sha256', ES256: 'sha256', ES384: 'sha384', ES512: 'sha512' };

/** The parts of a compact JWS that nobody has verified yet. */
export interface ParsedJwt {
  header: { alg?: string; kid?: string };
  claims: Record<string, unknown>;
  signed: string;
  signature: Buffer;
}

/** Undefined for anything that does not look like a JWT: another authenticator may know it. */
export function parseJwt(token: string): ParsedJwt | undefined {
  const [header, claims, signature, ...rest] = token.split('.');
  if (!header || !claims || !signature || rest.length > 0) return undefined;
  const parsedHeader = decodeObject(header);
  const parsedClaims = decodeObject(claims);
  if (!parsedHeader || !parsedClaims) return undefined;
  return { header: parsedHeader, claims: parsedClaims, signed: `${header}.${claims}`, signature: Buffer.from(signature, 'base64url') };
}

function decodeObject(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

export function signJwt(claims: object, key: SigningKey): string {
  const signed = `${encode({ alg: key.algorithm, kid: key.id })}.${encode(claims)}`;
  const signature = sign(HASHES[key.algorithm], Buffer.from(signed), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Whether one of `keys` made the signature. A key id narrows the search; without one every key of the algorithm is tried. */
export function hasValidSignature(jwt: ParsedJwt, keys: readonly VerificationKey[]): boolean {
  const named = keys.filter((key) => key.id === jwt.header.kid);
  const candidates = (named.length > 0 ? named : keys).filter((key) => key.algorithm === jwt.header.alg);
  return candidates.some((key) =>
    verify(HASHES[key.algorithm], Buffer.from(jwt.signed), { key: key.key, dsaEncoding: 'ieee-p1363' }, jwt.signature),
  );
}
