import { randomBytes } from 'node:crypto';

/** No vowels, so no words; no characters that look like others. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
const MAX_BASE_LENGTH = 63 - SUFFIX_LENGTH;

/** A name from metadata.generateName. */
export function generateName(base: string): string {
  return base.slice(0, MAX_BASE_LENGTH) + randomSuffix(SUFFIX_LENGTH);
}

function randomSuffix(length: number): string {
  let suffix = '';
  while (suffix.length < length) {
    for (const byte of randomBytes(length)) {
      // Values past the last whole alphabet would favour its beginning.
      if (byte < 243 && suffix.length < length) suffix += ALPHABET[byte % ALPHABET.length];
    }
  }
  return suffix;
}
