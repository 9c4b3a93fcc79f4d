/** Makes values unreadable with one key, and readable again. */
export interface Cipher {
  /** What encrypted values begin with: the kind of cipher and the key's name. */
  readonly prefix: Buffer;
  /** `key` is the value's place in storage, which some ciphers bind it to. */
  encrypt(plain: Buffer, key: string): Buffer;
  /** Throws where the value was tampered with. Gets the value without the prefix. */
  decrypt(sealed: Buffer, key: string): Buffer;
}

/** A named key of a cipher; the secret's length chooses the variant. */
export interface CipherKey {
  readonly name: string;
  readonly secret: Buffer;
}

export function prefixOf(cipher: string, { name }: CipherKey): Buffer {
  return Buffer.from(`k8s:enc:${cipher}:v1:${name}:`);
}
