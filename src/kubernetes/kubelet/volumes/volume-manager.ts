import { mkdir, rm } from 'node:fs/promises';
import { describeError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { PodFacts } from '../containers/fields.ts';
import type { BoundPod } from '../pods/pod.ts';
import { emptyDir } from './empty-dir.ts';
import { hostPath } from './host-path.ts';
import { imageVolume } from './image-volume.ts';
import { mountsBelow, mountTmpfs, unmount } from './mount.ts';
import { configMapVolume, downwardVolume, forgetPayloads, projectedVolume, secretVolume } from './payload-volumes.ts';
import { persistentVolume } from './persistent-volume.ts';
import type { MountableVolume, VolumePlugin, VolumeServices } from './plugin.ts';
import { VolumeError } from './volume-error.ts';

const plugins: readonly VolumePlugin[] = [
  emptyDir,
  hostPath,
  configMapVolume,
  secretVolume,
  downwardVolume,
  projectedVolume,
  persistentVolume,
  imageVolume,
];

/** A pod's volumes by name. */
export type PodVolumes = ReadonlyMap<string, MountableVolume>;

/** Makes pods' volumes, keeps their content current and clears them away. */
export class VolumeManager {
  readonly #services: VolumeServices;
  readonly #log: Log;

  constructor(services: VolumeServices, log: Log) {
    this.#services = services;
    this.#log = log;
  }

  /** Once, before the first pod. `inMemory`: what must not reach a disk gets a tmpfs. */
  async prepare(inMemory: boolean): Promise<void> {
    const { memoryDirectory, podsDirectory } = this.#services;
    await mkdir(podsDirectory, { recursive: true, mode: 0o750 });
    await mkdir(memoryDirectory, { recursive: true, mode: 0o750 });
    if (inMemory && !(await mountsBelow(memoryDirectory)).includes(memoryDirectory)) await mountTmpfs(memoryDirectory, 'mode=0750');
  }

  /** Every volume of the pod, made or brought up to date. Throws a {@link VolumeError} that names each that failed. */
  async setUp(pod: BoundPod, facts: PodFacts, signal: AbortSignal): Promise<PodVolumes> {
    const volumes = pod.spec.volumes ?? [];
    const results = await Promise.allSettled(
      volumes.map((volume) => this.#setUpOne({ pod, volume, facts, services: this.#services, signal })),
    );
    const failures = results.flatMap((result, index) =>
      result.status === 'rejected'
        ? [`MountVolume.SetUp failed for volume "${volumes[index]?.name}" : ${describeError(result.reason)}`]
        : [],
    );
    signal.throwIfAborted();
    if (failures.length > 0) throw new VolumeError(failures.join('; '));
    return new Map(results.flatMap((result, index) => (result.status === 'fulfilled' ? [[volumes[index]?.name ?? '', result.value]] : [])));
  }

  async #setUpOne(request: Parameters<VolumePlugin['setUp']>[0]): Promise<MountableVolume> {
    const plugin = plugins.find((candidate) => candidate.supports(request.volume));
    if (!plugin) throw new VolumeError('no volume plugin matched');
    return await plugin.setUp(request);
  }

  /** Unmounts and deletes everything of the pod; only after its containers are gone. */
  async tearDown(podUid: string): Promise<void> {
    this.#services.objects.release(podUid);
    this.#services.tokens.release(podUid);
    forgetPayloads(this.#services, podUid);
    for (const root of [this.#services.podsDirectory, this.#services.memoryDirectory]) await this.#removeTree(`${root}/${podUid}`);
  }

  /** What is still mounted is never deleted: it may be the node's own data. */
  async #removeTree(directory: string): Promise<void> {
    for (const target of await mountsBelow(directory)) {
      await unmount(target).catch((error: unknown) => this.#log.warn({ target, error: describeError(error) }, 'not unmounted'));
    }
    if ((await mountsBelow(directory)).length > 0) return;
    await rm(directory, { recursive: true, force: true });
  }
}
