import { parse } from 'yaml';
import { z } from 'zod';
import { whileDoing } from '../../../base/errors.ts';
import { aesCbc, aesGcm } from '../../storage/encryption/aes.ts';
import type { Cipher, CipherKey } from '../../storage/encryption/cipher.ts';
import { secretbox } from '../../storage/encryption/secretbox.ts';
import { PLAIN, ValueTransformer } from '../../storage/encryption/value-transformer.ts';

/** Which resources are kept how; the first entry that names a resource counts. */
export type EncryptionConfig = readonly EncryptedResources[];

export interface EncryptedResources {
  /** `secrets`, `deployments.apps`, `*.apps`, `*.` (the core group), `*.*`. */
  readonly resources: readonly string[];
  readonly transformer: ValueTransformer;
}

const AES_LENGTHS = [16, 24, 32];
const SECRETBOX_LENGTHS = [32];

const keysOf = (lengths: readonly number[]) =>
  z.strictObject({
    keys: z
      .array(
        z.strictObject({
          name: z.string().min(1),
          secret: z.base64().transform((text, context) => {
            const secret = Buffer.from(text, 'base64');
            if (lengths.includes(secret.length)) return secret;
            const message = `secret is not of the expected length, got ${secret.length}, expected one of [${lengths.join(' ')}]`;
            context.addIssue({ code: 'custom', message });
            return z.NEVER;
          }),
        }),
      )
      .min(1),
  });

const provider = z
  .strictObject({
    aescbc: keysOf(AES_LENGTHS).optional(),
    aesgcm: keysOf(AES_LENGTHS).optional(),
    secretbox: keysOf(SECRETBOX_LENGTHS).optional(),
    identity: z.strictObject({}).nullish(),
  })
  .refine((given) => Object.keys(given).length === 1, { error: 'exactly one provider type must be specified' });

const configuration = z.strictObject({
  apiVersion: z.literal('apiserver.config.k8s.io/v1'),
  kind: z.literal('EncryptionConfiguration'),
  resources: z.array(z.strictObject({ resources: z.array(z.string().min(1)).min(1), providers: z.array(provider).min(1) })).min(1),
});

/** Throws about the faults of a file's text. */
export function parseEncryptionConfig(text: string): EncryptionConfig {
  try {
    return configuration.parse(parse(text)).resources.map(({ resources, providers }) => ({
      resources,
      transformer: new ValueTransformer(providers.flatMap(ciphersOf)),
    }));
  } catch (error) {
    throw whileDoing('reading the encryption configuration', error instanceof z.ZodError ? new Error(z.prettifyError(error)) : error);
  }
}

function ciphersOf({ aescbc, aesgcm, secretbox: box }: z.infer<typeof provider>): (Cipher | typeof PLAIN)[] {
  const each = (keys: { keys: readonly CipherKey[] } | undefined, make: (key: CipherKey) => Cipher) => keys?.keys.map(make);
  return each(aescbc, aesCbc) ?? each(aesgcm, aesGcm) ?? each(box, secretbox) ?? [PLAIN];
}
