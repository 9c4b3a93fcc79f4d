import type { ConfigMap, DownwardAPIVolumeFile, KeyToPath, Secret } from '../../api/generated/core-v1.ts';
import type { PodFacts } from '../containers/fields.ts';
import { fieldValue, resourceValue } from '../containers/fields.ts';
import type { BoundPod } from '../pods/pod.ts';
import type { Payload, PayloadFile } from './atomic-writer.ts';
import { VolumeError } from './volume-error.ts';

const DEFAULT_MODE = 0o644;

/** Which keys of an object become which files. */
export interface Selection {
  items: readonly KeyToPath[] | undefined;
  defaultMode: number | undefined;
  optional: boolean | undefined;
}

export function configMapPayload(found: ConfigMap | undefined, name: string, selection: Selection): Payload {
  if (!found) return missing(`configmap "${name}" not found`, selection);
  const data = new Map<string, Uint8Array>();
  for (const [key, value] of Object.entries(found.data ?? {})) data.set(key, Buffer.from(value));
  for (const [key, value] of Object.entries(found.binaryData ?? {})) data.set(key, Buffer.from(value, 'base64'));
  return select(data, selection, 'configmap references non-existent config key');
}

export function secretPayload(found: Secret | undefined, name: string, selection: Selection): Payload {
  if (!found) return missing(`secret "${name}" not found`, selection);
  const data = new Map(Object.entries(found.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64')]));
  return select(data, selection, 'references non-existent secret key');
}

function missing(message: string, { optional }: Selection): Payload {
  if (optional) return new Map();
  throw new VolumeError(message);
}

function select(
  data: ReadonlyMap<string, Uint8Array>,
  { items, defaultMode = DEFAULT_MODE, optional }: Selection,
  complaint: string,
): Payload {
  if (!items?.length) return new Map([...data].map(([key, bytes]) => [key, { data: bytes, mode: defaultMode }]));
  const files = new Map<string, PayloadFile>();
  for (const { key, path, mode } of items) {
    const bytes = data.get(key);
    if (bytes) files.set(path, { data: bytes, mode: mode ?? defaultMode });
    else if (!optional) throw new VolumeError(`${complaint}: ${key}`);
  }
  return files;
}

export function downwardPayload(
  pod: BoundPod,
  items: readonly DownwardAPIVolumeFile[] | undefined,
  mode: number | undefined,
  facts: PodFacts,
): Payload {
  const files = new Map<string, PayloadFile>();
  for (const item of items ?? []) {
    const value = item.fieldRef
      ? fieldValue(pod, item.fieldRef.fieldPath, facts)
      : item.resourceFieldRef
        ? resourceValue(pod, undefined, item.resourceFieldRef, facts)
        : '';
    files.set(item.path, { data: Buffer.from(value), mode: item.mode ?? mode ?? DEFAULT_MODE });
  }
  return files;
}
