import { randomBytes } from 'node:crypto';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { type Cipher, type CipherKey, prefixOf } from './cipher.ts';

const NONCE = 24;

/** NaCl's secretbox (XSalsa20 and Poly1305): nonce, then the box. */
export function secretbox(key: CipherKey): Cipher {
  return {
    prefix: prefixOf('secretbox', key),
    encrypt(plain) {
      const nonce = randomBytes(NONCE);
      return Buffer.concat([nonce, xsalsa20poly1305(key.secret, nonce).encrypt(plain)]);
    },
    decrypt(sealed) {
      const box = xsalsa20poly1305(key.secret, sealed.subarray(0, NONCE)).decrypt(sealed.subarray(NONCE));
      return Buffer.from(box.buffer, box.byteOffset, box.byteLength);
    },
  };
}
