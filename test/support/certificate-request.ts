import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A request for a certificate and the key it is for, both PEM. */
export async function requestWithKey(subject: string, dnsNames: readonly string[] = []): Promise<{ request: string; key: string }> {
  const keys = (await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const names = dnsNames.map((value) => ({ type: 'dns' as const, value }));
  const extensions = names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : [];
  const request = await x509.Pkcs10CertificateRequestGenerator.create({ name: subject, keys, signingAlgorithm: EC, extensions });
  const key = x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { request: `${request.toString('pem')}\n`, key };
}

/** A request for a certificate (PKCS #10, PEM), of a key that nobody keeps. */
export async function certificateRequest(subject: string, dnsNames?: readonly string[]): Promise<string> {
  return (await requestWithKey(subject, dnsNames)).request;
}
