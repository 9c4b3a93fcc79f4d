import type { DerElement } from './der.ts';
import { DerError, derContent, derElements, derItems, derText, objectIdentifier, TAG } from './der.ts';
import { pemBlocks } from './pem.ts';

/** A request for a certificate (PKCS #10), as far as anybody here looks into it. */
export interface CertificateRequest {
  readonly subject: Subject;
  readonly names: AlternativeNames;
  /** DER of the public key, with its algorithm (SubjectPublicKeyInfo). */
  readonly publicKey: Uint8Array;
  /** Object identifier of the signature's algorithm. */
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
  /** What the signature is of. */
  readonly signed: Uint8Array;
}

export interface Subject {
  /** The last of them; empty where there is none. */
  readonly commonName: string;
  readonly organizations: readonly string[];
}

/** Alternative names of the subject. */
export interface AlternativeNames {
  readonly dns: readonly string[];
  readonly emails: readonly string[];
  readonly uris: readonly string[];
  /** As bytes, 4 or 16. */
  readonly ips: readonly Uint8Array[];
  /** DER of the names as requested; absent where none are. */
  readonly der?: Uint8Array;
}

/** A text is no certificate request. */
export class CertificateRequestError extends Error {
  override readonly name = 'CertificateRequestError';
}

const COMMON_NAME = '2.5.4.3';
const ORGANIZATION = '2.5.4.10';
const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';
const ALTERNATIVE_NAMES = '2.5.29.17';
/** [0], constructed. */
const ATTRIBUTES = 0xa0;
const NAME_TAGS = { email: 0x81, dns: 0x82, uri: 0x86, ip: 0x87 } as const;

/** Reads a request in PEM; throws a {@link CertificateRequestError}. */
export function parseCertificateRequest(pem: string): CertificateRequest {
  const [block] = pemBlocks(pem);
  if (block?.type !== 'CERTIFICATE REQUEST') throw new CertificateRequestError('PEM block type must be CERTIFICATE REQUEST');
  try {
    return requestOf(block.bytes);
  } catch (error) {
    if (error instanceof DerError) throw new CertificateRequestError(error.message);
    throw error;
  }
}

function requestOf(bytes: Uint8Array): CertificateRequest {
  const [request, trailing] = derElements(bytes);
  const [info, algorithm, signature] = derItems(request);
  const [, subject, publicKey, attributes] = derItems(info);
  if (trailing) throw new DerError('asn1: syntax error: trailing data');
  derContent(publicKey, TAG.sequence);
  return {
    subject: subjectOf(subject),
    names: attributes?.tag === ATTRIBUTES ? namesOf(derElements(attributes.content)) : namesOf([]),
    publicKey: (publicKey as DerElement).whole,
    signatureAlgorithm: identifierOf(derItems(algorithm)[0]),
    // The first byte of a bit string counts its unused bits: none.
    signature: derContent(signature, TAG.bitString).subarray(1),
    signed: (info as DerElement).whole,
  };
}

const identifierOf = (element: DerElement | undefined): string => objectIdentifier(derContent(element, TAG.objectIdentifier));

function subjectOf(subject: DerElement | undefined): Subject {
  const attributes = derItems(subject)
    .flatMap((set) => derItems(set, TAG.set))
    .map((attribute) => {
      const [type, value] = derItems(attribute);
      return { type: identifierOf(type), text: value ? derText(value) : '' };
    });
  const texts = (wanted: string) => attributes.filter(({ type }) => type === wanted).map(({ text }) => text);
  return { commonName: texts(COMMON_NAME).at(-1) ?? '', organizations: texts(ORGANIZATION) };
}

function namesOf(attributes: readonly DerElement[]): AlternativeNames {
  const extensions = attributes.map((attribute) => derItems(attribute)).find(([type]) => identifierOf(type) === EXTENSION_REQUEST);
  const requested = extensions ? derItems(derItems(extensions[1], TAG.set)[0]).map((extension) => derItems(extension)) : [];
  const found = requested.find(([type]) => identifierOf(type) === ALTERNATIVE_NAMES);
  if (!found) return { dns: [], emails: [], uris: [], ips: [] };
  const der = derContent(found.at(-1), TAG.octetString);
  const names = derItems(derElements(der)[0]);
  const ofTag = (wanted: number) => names.filter(({ tag }) => tag === wanted);
  return {
    dns: ofTag(NAME_TAGS.dns).map(derText),
    emails: ofTag(NAME_TAGS.email).map(derText),
    uris: ofTag(NAME_TAGS.uri).map(derText),
    ips: ofTag(NAME_TAGS.ip).map(({ content }) => content),
    der,
  };
}
