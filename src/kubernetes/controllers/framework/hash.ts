/** Characters of generated names: no vowels, so that no words come out, and nothing easily confused. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** A short name for a value that two controllers never get differently: FNV-1a over its canonical JSON. */
export function hashOf(value: unknown, collisionCount?: number): string {
  const hash = fnv1a(canonical(value) + (collisionCount === undefined ? '' : String(collisionCount)));
  return safeEncode(String(hash));
}

/** Digits and such as characters that fit in names and labels. */
export function safeEncode(text: string): string {
  return [...text].map((char) => ALPHABET[char.charCodeAt(0) % ALPHABET.length]).join('');
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash ^= byte;
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** JSON with sorted keys and without what means nothing. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined && entry !== null);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`).join(',')}}`;
}
