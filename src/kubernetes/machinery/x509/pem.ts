import { base64Fault, bytesOfBase64 } from '../codec/base64.ts';

/** A block of a PEM text. */
export interface PemBlock {
  readonly type: string;
  readonly hasHeaders: boolean;
  readonly bytes: Uint8Array;
}

const BLOCK = /(?:^|\n)-----BEGIN ([^\n]*?)-----[ \t\r]*\n([\s\S]*?)-----END \1-----[ \t\r]*(?=\n|$)/g;
const HEADER = /^[^\n:]*:[^\n]*\n/;

/** The blocks of a PEM text, in order; what is no block is passed over. */
export function* pemBlocks(text: string): Iterable<PemBlock> {
  for (const [, type = '', body = ''] of text.matchAll(BLOCK)) {
    let content = body;
    while (HEADER.test(content)) content = content.replace(HEADER, '');
    const base64 = content.replace(/\s/g, '');
    if (base64Fault(base64) < 0) yield { type, hasHeaders: content !== body, bytes: bytesOfBase64(base64) };
  }
}
