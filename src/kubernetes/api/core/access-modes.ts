import type { KubeObject } from '../../machinery/meta.ts';

const SHORT: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};
const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class';

/** `RWO,RWX`, each mode once and in the usual order. */
export function formatAccessModes(modes: readonly string[] = []): string {
  return Object.keys(SHORT)
    .filter((mode) => modes.includes(mode))
    .map((mode) => SHORT[mode])
    .join(',');
}

/** The storage class of a volume or claim; an old annotation counts more than the field. */
export function storageClassOf({ metadata, spec }: KubeObject & { spec?: { storageClassName?: string } }): string {
  return metadata.annotations?.[BETA_CLASS] ?? spec?.storageClassName ?? '';
}
