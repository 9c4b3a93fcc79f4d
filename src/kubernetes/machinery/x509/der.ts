/** Bytes are not what they should be, said as Go's asn1 package says it. */
export class DerError extends Error {
  override readonly name = 'DerError';
}

/** One element of a DER encoding. */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
  /** With tag and length. */
  readonly whole: Uint8Array;
}

export const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The elements that stand one after the other. */
export function derElements(bytes: Uint8Array): DerElement[] {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { length, size } = lengthAt(bytes, at + 1);
    const start = at + 1 + size;
    const end = start + length;
    if (end > bytes.length) throw truncated();
    elements.push({ tag: bytes[at] as number, content: bytes.subarray(start, end), whole: bytes.subarray(at, end) });
    at = end;
  }
  return elements;
}

/** What an element holds, which must be of this tag. */
export function derContent(element: DerElement | undefined, tag: number): Uint8Array {
  if (!element) throw new DerError('asn1: syntax error: sequence truncated');
  if (element.tag !== tag) throw new DerError("asn1: structure error: tags don't match");
  return element.content;
}

/** The elements of a sequence or set. */
export function derItems(element: DerElement | undefined, tag: number = TAG.sequence): DerElement[] {
  return derElements(derContent(element, tag));
}

/** A length, and in how many bytes it is written. */
function lengthAt(bytes: Uint8Array, at: number): { length: number; size: number } {
  const first = bytes[at];
  if (first === undefined) throw truncated();
  if (first < 0x80) return { length: first, size: 1 };
  const count = first & 0x7f;
  if (count === 0) throw new DerError('asn1: syntax error: indefinite length found (not DER)');
  if (count > 4) throw new DerError('asn1: structure error: length too large');
  const digits = bytes.subarray(at + 1, at + 1 + count);
  if (digits.length < count) throw truncated();
  const length = digits.reduce((sum, digit) => sum * 256 + digit, 0);
  if (digits[0] === 0) throw new DerError('asn1: structure error: superfluous leading zeros in length');
  if (length < 0x80) throw new DerError('asn1: structure error: non-minimal length');
  return { length, size: 1 + count };
}

const truncated = (): DerError => new DerError('asn1: syntax error: data truncated');

/** `1.2.840.113549` */
export function objectIdentifier(content: Uint8Array): string {
  const numbers: number[] = [];
  let number = 0;
  for (const byte of content) {
    number = number * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    numbers.push(number);
    number = 0;
  }
  const [first = 0, ...rest] = numbers;
  const root = Math.min(Math.floor(first / 40), 2);
  return [root, first - root * 40, ...rest].join('.');
}

/** A text of any of the string types. */
export function derText({ tag, content }: DerElement): string {
  const isBmp = tag === 0x1e;
  if (!isBmp) return new TextDecoder().decode(content);
  let text = '';
  for (let at = 0; at + 1 < content.length; at += 2)
    text += String.fromCharCode((content[at] as number) * 256 + (content[at + 1] as number));
  return text;
}
