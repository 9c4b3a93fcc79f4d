const CLEAN = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The offset of the first wrong byte as Go reports it, or -1 when `text` is standard, padded base64. */
export function base64Fault(text: string): number {
  if (CLEAN.test(text)) return -1;
  // Go's decoder skips line ends wherever they are.
  let digits = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '\n' || character === '\r') continue;
    if (/[A-Za-z0-9+/]/.test(character)) {
      digits++;
      continue;
    }
    return character === '=' ? paddingFault(text, at, digits % 4) : at;
  }
  return digits % 4 === 0 ? -1 : text.length - (digits % 4);
}

function paddingFault(text: string, at: number, digits: number): number {
  if (digits < 2) return at;
  let next = skipLineEnds(text, at + 1);
  if (digits === 2) {
    if (next >= text.length) return text.length;
    if (text[next] !== '=') return next;
    next = skipLineEnds(text, next + 1);
  }
  return next < text.length ? next : -1;
}

function skipLineEnds(text: string, from: number): number {
  let at = from;
  while (text[at] === '\n' || text[at] === '\r') at++;
  return at;
}

/** As the server writes it back: no line ends. */
export function canonicalBase64(text: string): string {
  return /[\r\n]/.test(text) ? text.replace(/[\r\n]/g, '') : text;
}

export function bytesOfBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

export function base64OfBytes(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}
