import type { ResourceDefinition } from '../../api/define.ts';
import { EncryptedStorage } from '../../storage/encryption/encrypted-storage.ts';
import { type TransformationObserver, untouched, type ValueTransformer } from '../../storage/encryption/value-transformer.ts';
import type { Storage } from '../../storage/storage.ts';
import { prefixOfKey, ROOT, resourcePrefix } from '../store/keys.ts';
import type { EncryptionConfig } from './encryption-config.ts';

/** The storage that keeps what the configuration names unreadable; the same storage without a configuration. */
export function encrypted(
  storage: Storage,
  config: EncryptionConfig | undefined,
  definitions: readonly ResourceDefinition[],
  observe?: TransformationObserver,
): Storage {
  return config ? new EncryptedStorage(storage, transformers(config, definitions), observe) : storage;
}

function transformers(config: EncryptionConfig, definitions: readonly ResourceDefinition[]): (key: string) => ValueTransformer {
  const byPrefix = new Map<string, ValueTransformer>();
  for (const definition of definitions) {
    const { group, plural } = definition.storedAs?.definition ?? definition;
    byPrefix.set(resourcePrefix(definition), transformerFor(config, group, plural));
  }
  return (key) => {
    const prefix = prefixOfKey(key);
    const known = byPrefix.get(prefix);
    if (known) return known;
    // Custom resources: their place says what they are.
    const [group = '', plural = ''] = prefix.slice(ROOT.length).split('/');
    const transformer = transformerFor(config, group, plural);
    byPrefix.set(prefix, transformer);
    return transformer;
  };
}

function transformerFor(config: EncryptionConfig, group: string, plural: string): ValueTransformer {
  const names = [group ? `${plural}.${group}` : plural, `*.${group}`, '*.*'];
  return config.find(({ resources }) => resources.some((pattern) => names.includes(pattern)))?.transformer ?? untouched;
}
