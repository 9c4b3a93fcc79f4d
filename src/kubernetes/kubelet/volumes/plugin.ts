import type { Clock } from '../../../base/clock.ts';
import type { Volume } from '../../api/generated/core-v1.ts';
import type { ApiClient } from '../../client/api-client.ts';
import type { PodFacts } from '../containers/fields.ts';
import type { BoundPod } from '../pods/pod.ts';
import type { ObjectCache } from './object-cache.ts';
import type { ServiceAccountTokens } from './service-account-tokens.ts';

/** What plugins work with; one for the whole kubelet. */
export interface VolumeServices {
  api: Pick<ApiClient, 'get'>;
  objects: ObjectCache;
  tokens: ServiceAccountTokens;
  clock: Clock;
  /** `/var/lib/kubelet/pods` */
  podsDirectory: string;
  /** A tmpfs for what must not reach a disk; laid out like podsDirectory. */
  memoryDirectory: string;
  /** Content hashes of what was written, by directory: unchanged files are not written again. */
  written: Map<string, string>;
}

export interface VolumeRequest {
  pod: BoundPod;
  volume: Volume;
  facts: PodFacts;
  services: VolumeServices;
  signal: AbortSignal;
}

/** A volume as containers can mount it. */
export interface MountableVolume {
  /** On the node; undefined for images, which the runtime mounts. */
  path?: string;
  image?: string;
  readOnly?: boolean;
}

/** Makes volumes of one kind. */
export interface VolumePlugin {
  /** Directory name part, upstream's plugin name without the vendor: `empty-dir`. */
  readonly name: string;
  supports(volume: Volume): boolean;
  /** Makes the volume or brings it up to date; called again on every change of the pod or what it refers to. */
  setUp(request: VolumeRequest): Promise<MountableVolume>;
}

/** `<pods>/<uid>/volumes/kubernetes.io~<plugin>/<name>` */
export function volumeDirectory(root: string, pod: BoundPod, plugin: string, volume: string): string {
  return `${root}/${pod.metadata.uid}/volumes/kubernetes.io~${plugin}/${volume}`;
}
