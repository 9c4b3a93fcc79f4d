import { goQuote } from '../../machinery/validation/go-text.ts';
import { DerError, derContent, derElements, derItems, TAG } from '../../machinery/x509/der.ts';
import { pemBlocks } from '../../machinery/x509/pem.ts';

/** What is wrong with a PEM text that should hold certificates and nothing else. */
export function certificateFault(pem: string): string | undefined {
  const blocks = [...pemBlocks(pem)];
  for (const { type, hasHeaders, bytes } of blocks) {
    if (type !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${goQuote(type)}`;
    if (hasHeaders) return 'no PEM block headers are permitted';
    if (bytes.length === 0) return 'found CERTIFICATE PEM block containing 0 certificates';
    if (!looksLikeCertificates(bytes)) return 'x509: malformed certificate';
  }
  return blocks.length === 0 ? 'must contain at least one CERTIFICATE PEM block' : undefined;
}

function looksLikeCertificates(bytes: Uint8Array): boolean {
  try {
    for (const certificate of derElements(bytes)) {
      const [content, algorithm, signature] = derItems(certificate);
      derContent(content, TAG.sequence);
      derContent(algorithm, TAG.sequence);
      derContent(signature, TAG.bitString);
    }
    return true;
  } catch (error) {
    if (error instanceof DerError) return false;
    throw error;
  }
}
