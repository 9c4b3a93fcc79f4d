/** A text is no certificate request. */
export class CertificateRequestError extends Error {
  override readonly name = 'CertificateRequestError';
}

const PEM = /-----BEGIN CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE REQUEST-----/;
const SEQUENCE = 0x30;
const SET = 0x31;
const OBJECT_IDENTIFIER = 0x06;
/** 2.5.4.10 */
const ORGANIZATION = '55040a';

interface Element {
  readonly tag: number;
  readonly content: Buffer;
}

/** The organisations in the subject of a certificate request (PKCS #10) in PEM: the groups of a client. */
export function organizationsOf(pem: string): string[] {
  const base64 = PEM.exec(pem)?.[1];
  if (!base64) throw new CertificateRequestError('PEM block type must be CERTIFICATE REQUEST');
  const [request] = elementsOf(Buffer.from(base64, 'base64'));
  const [info] = elementsOf(contentOf(request, SEQUENCE));
  const [, subject] = elementsOf(contentOf(info, SEQUENCE));
  const attributes = elementsOf(contentOf(subject, SEQUENCE)).flatMap((set) => elementsOf(contentOf(set, SET)));
  return attributes.flatMap((attribute) => {
    const [type, value] = elementsOf(contentOf(attribute, SEQUENCE));
    return contentOf(type, OBJECT_IDENTIFIER).toString('hex') === ORGANIZATION && value ? [value.content.toString()] : [];
  });
}

function contentOf(element: Element | undefined, tag: number): Buffer {
  if (element?.tag !== tag) throw new CertificateRequestError("asn1: structure error: tags don't match");
  return element.content;
}

/** The DER elements that stand one after the other. */
function elementsOf(bytes: Buffer): Element[] {
  const elements: Element[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at] as number;
    const { length, size } = lengthAt(bytes, at + 1);
    const start = at + 1 + size;
    if (start + length > bytes.length) throw truncated();
    elements.push({ tag, content: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return elements;
}

/** A length, and in how many bytes it is written. */
function lengthAt(bytes: Buffer, at: number): { length: number; size: number } {
  const first = bytes[at];
  if (first === undefined) throw truncated();
  if (first < 0x80) return { length: first, size: 1 };
  const count = first & 0x7f;
  if (count === 0 || count > 4 || at + count >= bytes.length) throw truncated();
  return { length: bytes.readUIntBE(at + 1, count), size: 1 + count };
}

const truncated = (): CertificateRequestError => new CertificateRequestError('asn1: syntax error: data truncated');
