import { X509Certificate } from 'node:crypto';
import type { PeerCertificate, TLSSocket } from 'node:tls';

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const ANY_EXTENDED_USAGE = '2.5.29.37.0';
const MAX_CHAIN = 8;

/** Certificates of a PEM bundle, in order. */
export function parseCertificates(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

/**
 * The client's certificate and whatever intermediates it sent. A resumed TLS session still knows the leaf, not the
 * intermediates: OpenSSL keeps only the former in the session.
 */
export function peerCertificates(socket: TLSSocket): X509Certificate[] {
  const leaf = socket.getPeerX509Certificate?.();
  if (!leaf) return [];
  return [leaf, ...intermediates(socket.getPeerCertificate(true))];
}

function intermediates(leaf: ReturnType<TLSSocket['getPeerCertificate']>): X509Certificate[] {
  const found: X509Certificate[] = [];
  let at: PeerCertificate | undefined = leaf;
  while (found.length < MAX_CHAIN) {
    const issuer: PeerCertificate | undefined = (at as { issuerCertificate?: PeerCertificate } | undefined)?.issuerCertificate;
    if (!issuer?.raw || issuer === at) break;
    found.push(new X509Certificate(issuer.raw));
    at = issuer;
  }
  return found;
}

/** Throws unless `chain[0]` is a client certificate, valid at `now`, that leads to one of `roots`. */
export function verifyClientCertificate(chain: readonly X509Certificate[], roots: readonly X509Certificate[], now: number): void {
  const leaf = chain[0];
  if (!leaf) throw new Error('no client certificate');
  if (!allowsClientAuth(leaf)) throw new Error('x509: certificate specifies an incompatible key usage');
  let at = leaf;
  for (let depth = 0; depth < MAX_CHAIN; depth++) {
    checkValidity(at, now);
    const root = roots.find((candidate) => issued(candidate, at));
    if (root) {
      checkValidity(root, now);
      return;
    }
    const next = chain.find((candidate) => candidate !== at && candidate.ca && issued(candidate, at));
    if (!next) break;
    at = next;
  }
  throw new Error('x509: certificate signed by unknown authority');
}

function allowsClientAuth(leaf: X509Certificate): boolean {
  // Node types this as always there; a certificate without the extension has none, and is good for any use.
  const usages = leaf.keyUsage as string[] | undefined;
  return !usages || usages.includes(CLIENT_AUTH) || usages.includes(ANY_EXTENDED_USAGE);
}

function issued(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function checkValidity(certificate: X509Certificate, now: number): void {
  if (now < certificate.validFromDate.getTime() || now > certificate.validToDate.getTime()) {
    throw new Error('x509: certificate has expired or is not yet valid');
  }
}

/** Values of one attribute of the subject, `CN` or `O`, in the certificate's order. */
export function subjectValues(certificate: X509Certificate, attribute: 'CN' | 'O'): string[] {
  const subject: object = certificate.toLegacyObject().subject;
  const value: unknown = Reflect.get(subject, attribute);
  if (Array.isArray(value)) return value.map(String);
  return value === undefined ? [] : [String(value)];
}
