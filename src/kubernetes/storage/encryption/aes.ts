import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type Cipher, type CipherKey, prefixOf } from './cipher.ts';

const GCM_NONCE = 12;
const GCM_TAG = 16;
const CBC_IV = 16;

/** AES-GCM: nonce, ciphertext, tag. A value that is moved to another key of storage cannot be read there. */
export function aesGcm(key: CipherKey): Cipher {
  const algorithm = `aes-${key.secret.length * 8}-gcm` as 'aes-256-gcm';
  return {
    prefix: prefixOf('aesgcm', key),
    encrypt(plain, place) {
      const nonce = randomBytes(GCM_NONCE);
      const cipher = createCipheriv(algorithm, key.secret, nonce).setAAD(Buffer.from(place));
      return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    decrypt(sealed, place) {
      if (sealed.length < GCM_NONCE + GCM_TAG) throw new Error('the stored data was shorter than the required size');
      const end = sealed.length - GCM_TAG;
      const decipher = createDecipheriv(algorithm, key.secret, sealed.subarray(0, GCM_NONCE), { authTagLength: GCM_TAG });
      decipher.setAAD(Buffer.from(place)).setAuthTag(sealed.subarray(end));
      return Buffer.concat([decipher.update(sealed.subarray(GCM_NONCE, end)), decipher.final()]);
    },
  };
}

/** AES-CBC: initialization vector, then padded blocks. */
export function aesCbc(key: CipherKey): Cipher {
  const algorithm = `aes-${key.secret.length * 8}-cbc`;
  return {
    prefix: prefixOf('aescbc', key),
    encrypt(plain) {
      const iv = randomBytes(CBC_IV);
      const cipher = createCipheriv(algorithm, key.secret, iv);
      return Buffer.concat([iv, cipher.update(plain), cipher.final()]);
    },
    decrypt(sealed) {
      if (sealed.length < CBC_IV) throw new Error('the stored data was shorter than the required size');
      const decipher = createDecipheriv(algorithm, key.secret, sealed.subarray(0, CBC_IV));
      return Buffer.concat([decipher.update(sealed.subarray(CBC_IV)), decipher.final()]);
    },
  };
}
