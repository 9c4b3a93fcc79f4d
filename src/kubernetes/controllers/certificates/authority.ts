import 'reflect-metadata';
import { createPrivateKey, randomBytes, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { usageExtensions } from './key-usages.ts';
import type { Validity } from './validity.ts';

const ALTERNATIVE_NAMES = '2.5.29.17';

/** The certificate authority that the cluster's signers sign with. */
export class SigningAuthority {
  readonly #certificate: x509.X509Certificate;
  readonly #key: webcrypto.CryptoKey;
  readonly #algorithm: KeyAlgorithm;

  private constructor(certificate: x509.X509Certificate, key: webcrypto.CryptoKey, algorithm: KeyAlgorithm) {
    this.#certificate = certificate;
    this.#key = key;
    this.#algorithm = algorithm;
  }

  /** Reads PEM of a certificate and of its key, in whichever of the usual forms. */
  static async load(certificate: string, key: string): Promise<SigningAuthority> {
    const read = new x509.X509Certificate(certificate);
    const algorithm = signingAlgorithm(read.publicKey.algorithm);
    const der = createPrivateKey(key).export({ type: 'pkcs8', format: 'der' });
    return new SigningAuthority(read, await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']), algorithm);
  }

  /** After this moment it signs no more. */
  get notAfter(): number {
    return this.#certificate.notAfter.getTime();
  }

  /** A certificate in PEM for what a request (PEM) asks: its subject, its names and its key; nothing else of it. */
  async sign(request: string, usages: readonly string[], validity: Validity): Promise<string> {
    const asked = new x509.Pkcs10CertificateRequest(request);
    const names = asked.getExtension(ALTERNATIVE_NAMES);
    const certificate = await x509.X509CertificateGenerator.create({
      // A leading zero keeps it positive.
      serialNumber: `00${randomBytes(16).toString('hex')}`,
      subject: asked.subjectName,
      issuer: this.#certificate.subjectName,
      ...validity,
      publicKey: asked.publicKey,
      signingKey: this.#key,
      signingAlgorithm: this.#algorithm,
      extensions: [
        ...usageExtensions(usages),
        new x509.BasicConstraintsExtension(false, undefined, true),
        ...this.#keyIdentifier(),
        ...(names ? [new x509.Extension(ALTERNATIVE_NAMES, asked.subject === '', names.value)] : []),
      ],
    });
    return `${certificate.toString('pem')}\n`;
  }

  #keyIdentifier(): x509.Extension[] {
    const own = this.#certificate.getExtension(x509.SubjectKeyIdentifierExtension);
    return own ? [new x509.AuthorityKeyIdentifierExtension(own.keyId)] : [];
  }
}

type KeyAlgorithm = webcrypto.EcKeyImportParams & webcrypto.EcdsaParams;

const CURVE_HASHES: Readonly<Record<string, string>> = { 'P-256': 'SHA-256', 'P-384': 'SHA-384', 'P-521': 'SHA-512' };

/** How an authority signs: by the kind of its key. */
function signingAlgorithm(algorithm: webcrypto.KeyAlgorithm): KeyAlgorithm {
  const { name } = algorithm;
  const namedCurve = 'namedCurve' in algorithm ? String(algorithm.namedCurve) : '';
  return { name, namedCurve, hash: CURVE_HASHES[namedCurve] ?? 'SHA-256' };
}
