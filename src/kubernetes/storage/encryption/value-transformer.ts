import type { Cipher } from './cipher.ts';

/** What every encrypted value begins with. */
const ENCRYPTED = Buffer.from('k8s:enc:');

/** Stored values stay as they are. */
export const PLAIN = 'identity';

export interface ReadValue {
  readonly plain: Buffer;
  /** Written today, it would be written with another key. */
  readonly stale: boolean;
}

/** Writes with the first of its ciphers and reads with whichever wrote: so keys are exchanged without a gap. */
export class ValueTransformer {
  readonly #ciphers: readonly (Cipher | typeof PLAIN)[];

  constructor(ciphers: readonly (Cipher | typeof PLAIN)[]) {
    this.#ciphers = ciphers;
  }

  write(plain: Buffer, key: string): Buffer {
    const [first = PLAIN] = this.#ciphers;
    return first === PLAIN ? plain : Buffer.concat([first.prefix, first.encrypt(plain, key)]);
  }

  read(stored: Buffer, key: string): ReadValue {
    const index = this.#ciphers.findIndex((cipher) =>
      cipher === PLAIN ? !startsWith(stored, ENCRYPTED) : startsWith(stored, cipher.prefix),
    );
    const cipher = this.#ciphers[index];
    if (!cipher) throw new Error('no matching prefix found');
    const plain = cipher === PLAIN ? stored : cipher.decrypt(stored.subarray(cipher.prefix.length), key);
    return { plain, stale: index > 0 };
  }
}

/** For keys of which nothing is encrypted: a value that is cannot be read, rather than be shown as nonsense. */
export const untouched = new ValueTransformer([PLAIN]);

function startsWith(bytes: Buffer, prefix: Buffer): boolean {
  return bytes.length >= prefix.length && bytes.compare(prefix, 0, prefix.length, 0, prefix.length) === 0;
}
