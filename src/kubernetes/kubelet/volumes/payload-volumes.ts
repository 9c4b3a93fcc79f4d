import { createHash } from 'node:crypto';
import { chmod, chown, mkdir } from 'node:fs/promises';
import type { Volume, VolumeProjection } from '../../api/generated/core-v1.ts';
import { configMaps, secrets } from '../../api/resources.ts';
import type { BoundPod } from '../pods/pod.ts';
import type { Payload, PayloadFile } from './atomic-writer.ts';
import { writeAtomically } from './atomic-writer.ts';
import { configMapPayload, downwardPayload, secretPayload } from './payload.ts';
import type { VolumePlugin, VolumeRequest, VolumeServices } from './plugin.ts';
import { volumeDirectory } from './plugin.ts';
import { tokenPayload } from './token-payload.ts';

type Gather = (request: VolumeRequest) => Promise<Payload>;

/** A volume whose files the kubelet writes and keeps current. */
function payloadVolume(name: string, source: keyof Volume, inMemory: boolean, gather: Gather): VolumePlugin {
  return {
    name,
    supports: (volume) => volume[source] !== undefined,

    async setUp(request) {
      const { pod, volume, services } = request;
      const payload = await gather(request);
      const root = inMemory ? services.memoryDirectory : services.podsDirectory;
      const path = volumeDirectory(root, pod, name, volume.name);
      const hash = hashOf(payload);
      if (services.written.get(path) === hash) return { path, readOnly: true };
      await makeDirectory(path, pod);
      await writeAtomically(path, payload, services.clock.now(), pod.spec.securityContext?.fsGroup);
      services.written.set(path, hash);
      return { path, readOnly: true };
    },
  };
}

/** The pod is gone, so are its directories. */
export function forgetPayloads({ written }: VolumeServices, podUid: string): void {
  for (const path of written.keys()) if (path.includes(`/${podUid}/volumes/`)) written.delete(path);
}

async function makeDirectory(path: string, pod: BoundPod): Promise<void> {
  const made = await mkdir(path, { recursive: true, mode: 0o755 });
  if (!made) return;
  const gid = pod.spec.securityContext?.fsGroup;
  if (gid !== undefined) await chown(path, 0, gid);
  await chmod(path, gid === undefined ? 0o777 : 0o2777);
}

function hashOf(payload: Payload): string {
  const hash = createHash('sha256');
  for (const [path, { data, mode, uid }] of payload) hash.update(`${path}\0${mode}\0${uid ?? ''}\0${data.length}\0`).update(data);
  return hash.digest('hex');
}

interface ObjectSource {
  name?: string;
  secretName?: string;
  items?: { key: string; path: string; mode?: number }[];
  optional?: boolean;
}

async function fromConfigMap({ pod, services }: VolumeRequest, source: ObjectSource, mode: number | undefined): Promise<Payload> {
  const name = source.name ?? '';
  const found = await services.objects.get(pod.metadata.uid, configMaps, pod.metadata.namespace, name);
  return configMapPayload(found, name, { items: source.items, optional: source.optional, defaultMode: mode });
}

async function fromSecret({ pod, services }: VolumeRequest, source: ObjectSource, mode: number | undefined): Promise<Payload> {
  const name = source.secretName ?? source.name ?? '';
  const found = await services.objects.get(pod.metadata.uid, secrets, pod.metadata.namespace, name);
  return secretPayload(found, name, { items: source.items, optional: source.optional, defaultMode: mode });
}

/** Sources are merged in order; a later one overwrites a file of an earlier one. */
async function fromProjections(request: VolumeRequest): Promise<Payload> {
  const { sources = [], defaultMode } = request.volume.projected ?? {};
  const parts = await Promise.all(sources.map((source) => fromProjection(request, source, defaultMode)));
  return new Map<string, PayloadFile>(parts.flatMap((part) => [...part]));
}

async function fromProjection(request: VolumeRequest, source: VolumeProjection, mode: number | undefined): Promise<Payload> {
  if (source.configMap) return await fromConfigMap(request, source.configMap, mode);
  if (source.secret) return await fromSecret(request, source.secret, mode);
  if (source.downwardAPI) return downwardPayload(request.pod, source.downwardAPI.items, mode, request.facts);
  if (source.serviceAccountToken) return await tokenPayload(request, source.serviceAccountToken, mode);
  return new Map();
}

export const configMapVolume = payloadVolume('configmap', 'configMap', false, (request) =>
  fromConfigMap(request, request.volume.configMap ?? {}, request.volume.configMap?.defaultMode),
);

export const secretVolume = payloadVolume('secret', 'secret', true, (request) =>
  fromSecret(request, request.volume.secret ?? {}, request.volume.secret?.defaultMode),
);

export const downwardVolume = payloadVolume('downward-api', 'downwardAPI', false, async ({ pod, volume, facts }) =>
  downwardPayload(pod, volume.downwardAPI?.items, volume.downwardAPI?.defaultMode, facts),
);

export const projectedVolume = payloadVolume('projected', 'projected', true, fromProjections);
