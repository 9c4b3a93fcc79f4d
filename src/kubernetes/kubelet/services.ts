import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Service } from '../api/generated/core-v1.ts';
import type { ApiClient } from '../client/api-client.ts';
import type { CriClient } from './cri/cri-client.ts';
import type { ImageManager } from './images/image-manager.ts';
import type { NodeFacts } from './node/node-facts.ts';
import type { KubeletOptions } from './options.ts';
import type { PodEvents } from './pods/pod-events.ts';
import type { ProbeManager } from './probes/probe-manager.ts';
import type { PodCgroups } from './resources/pod-cgroups.ts';
import type { RestartBackoff } from './restart-backoff.ts';
import type { PodObserver } from './runtime/pod-observer.ts';
import type { Slots } from './slots.ts';
import type { StatusManager } from './status/status-manager.ts';
import type { ObjectCache } from './volumes/object-cache.ts';
import type { VolumeManager } from './volumes/volume-manager.ts';

/** What pod workers share. */
export interface PodServices {
  options: KubeletOptions;
  api: ApiClient;
  cri: CriClient;
  runtimeName: string;
  clock: Clock;
  log: Log;
  node: NodeFacts;
  observer: PodObserver;
  images: ImageManager;
  volumes: VolumeManager;
  objects: ObjectCache;
  cgroups: PodCgroups;
  probes: ProbeManager;
  statuses: StatusManager;
  events: PodEvents;
  crashes: RestartBackoff;
  /** Making a sandbox keeps a core busy: too many at a time, and none of them gets ready. */
  sandboxSlots: Slots;
  /** Services whose addresses containers get as variables. Resolves once they are known. */
  services(): Promise<readonly Service[]>;
}
