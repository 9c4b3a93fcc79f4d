import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** PEM texts of a certificate and its PKCS#8 private key. */
export interface KeyPair {
  cert: string;
  key: string;
}

export interface CertificateRequest {
  commonName: string;
  /** Kubernetes groups of a client certificate. */
  organizations?: readonly string[];
  usages: readonly ('client' | 'server')[];
  dnsNames?: readonly string[];
  ipAddresses?: readonly string[];
}

const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
/** A local cluster has nobody who renews certificates, so they last as long as their authority. */
const VALIDITY_YEARS = 10;
const CLOCK_SKEW_MS = 5 * 60_000;

function validity(): { notBefore: Date; notAfter: Date } {
  const notBefore = new Date(Date.now() - CLOCK_SKEW_MS);
  const notAfter = new Date(notBefore);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + VALIDITY_YEARS);
  return { notBefore, notAfter };
}

/** Positive, 16 random bytes. */
const serialNumber = () => `00${randomBytes(16).toString('hex')}`;

async function newKeyPair(): Promise<webcrypto.CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
}

async function pem(key: webcrypto.CryptoKey, format: 'pkcs8' | 'spki'): Promise<string> {
  const der = await webcrypto.subtle.exportKey(format, key);
  return x509.PemConverter.encode(der, format === 'pkcs8' ? 'PRIVATE KEY' : 'PUBLIC KEY');
}

/** Signs certificates. Created fresh for a cluster, or loaded from its PEM texts to sign for a later node. */
export class Authority {
  readonly pair: KeyPair;
  readonly #certificate: x509.X509Certificate;
  readonly #privateKey: webcrypto.CryptoKey;

  private constructor(pair: KeyPair, certificate: x509.X509Certificate, privateKey: webcrypto.CryptoKey) {
    this.pair = pair;
    this.#certificate = certificate;
    this.#privateKey = privateKey;
  }

  static async create(commonName: string): Promise<Authority> {
    const keys = await newKeyPair();
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: serialNumber(),
      name: [{ CN: [commonName] }],
      ...validity(),
      keys,
      signingAlgorithm: KEY_ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment | x509.KeyUsageFlags.keyCertSign,
          true,
        ),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return new Authority({ cert: certificate.toString('pem'), key: await pem(keys.privateKey, 'pkcs8') }, certificate, keys.privateKey);
  }

  static async load(pair: KeyPair): Promise<Authority> {
    const der = x509.PemConverter.decodeFirst(pair.key);
    const privateKey = await webcrypto.subtle.importKey('pkcs8', der, KEY_ALGORITHM, true, ['sign']);
    return new Authority(pair, new x509.X509Certificate(pair.cert), privateKey);
  }

  async issue(request: CertificateRequest): Promise<KeyPair> {
    const keys = await newKeyPair();
    const names = [
      ...(request.dnsNames ?? []).map((value) => ({ type: 'dns' as const, value })),
      ...(request.ipAddresses ?? []).map((value) => ({ type: 'ip' as const, value })),
    ];
    const purposes = request.usages.map((usage) => x509.ExtendedKeyUsage[usage === 'client' ? 'clientAuth' : 'serverAuth']);
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: [...(request.organizations ?? []).map((name) => ({ O: [name] })), { CN: [request.commonName] }],
      issuer: this.#certificate.subjectName,
      ...validity(),
      publicKey: keys.publicKey,
      signingKey: this.#privateKey,
      signingAlgorithm: KEY_ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
        new x509.ExtendedKeyUsageExtension(purposes),
        await x509.AuthorityKeyIdentifierExtension.create(this.#certificate.publicKey),
        ...(names.length ? [new x509.SubjectAlternativeNameExtension(names)] : []),
      ],
    });
    return { cert: certificate.toString('pem'), key: await pem(keys.privateKey, 'pkcs8') };
  }
}

/** A key pair that signs service-account tokens: PEM private key and PEM public key. */
export async function createSigningKey(): Promise<{ privateKey: string; publicKey: string }> {
  const keys = await newKeyPair();
  return { privateKey: await pem(keys.privateKey, 'pkcs8'), publicKey: await pem(keys.publicKey, 'spki') };
}
