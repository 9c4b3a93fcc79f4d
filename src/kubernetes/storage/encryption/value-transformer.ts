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

/** Hears of every value encrypted or decrypted, by the kind of cipher: `k8s:enc:aescbc:v1:`. */
export type TransformationObserver = (type: 'to_storage' | 'from_storage', cipher: string, ok: boolean, ms: number) => void;

/** Writes with the first of its ciphers and reads with whichever wrote: so keys are exchanged without a gap. */
export class ValueTransformer {
  readonly #ciphers: readonly (Cipher | typeof PLAIN)[];

  constructor(ciphers: readonly (Cipher | typeof PLAIN)[]) {
    this.#ciphers = ciphers;
  }

  write(plain: Buffer, key: string, observe?: TransformationObserver): Buffer {
    const [first = PLAIN] = this.#ciphers;
    if (first === PLAIN) return plain;
    return Buffer.concat([first.prefix, observed('to_storage', first, observe, () => first.encrypt(plain, key))]);
  }

  read(stored: Buffer, key: string, observe?: TransformationObserver): ReadValue {
    const index = this.#ciphers.findIndex((cipher) => wrote(cipher, stored));
    const cipher = this.#ciphers[index];
    if (!cipher) throw new Error('no matching prefix found');
    if (cipher === PLAIN) return { plain: stored, stale: index > 0 };
    const sealed = stored.subarray(cipher.prefix.length);
    return { plain: observed('from_storage', cipher, observe, () => cipher.decrypt(sealed, key)), stale: index > 0 };
  }
}

/** For keys of which nothing is encrypted: a value that is cannot be read, rather than be shown as nonsense. */
export const untouched = new ValueTransformer([PLAIN]);

function observed(
  type: 'to_storage' | 'from_storage',
  { prefix }: Cipher,
  observe: TransformationObserver | undefined,
  transform: () => Buffer,
): Buffer {
  if (!observe) return transform();
  const began = performance.now();
  let ok = false;
  try {
    const done = transform();
    ok = true;
    return done;
  } finally {
    const [, kind] = /^(k8s:enc:[^:]+:v1:)/.exec(prefix.toString()) ?? [];
    observe(type, kind ?? '', ok, performance.now() - began);
  }
}

function wrote(cipher: Cipher | typeof PLAIN, stored: Buffer): boolean {
  return cipher === PLAIN ? !startsWith(stored, ENCRYPTED) : startsWith(stored, cipher.prefix);
}

function startsWith(bytes: Buffer, prefix: Buffer): boolean {
  return bytes.length >= prefix.length && bytes.compare(prefix, 0, prefix.length, 0, prefix.length) === 0;
}
