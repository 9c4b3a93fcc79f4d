import { randomBytes } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { posix } from 'node:path';
import type { Container, VolumeMount } from '../../api/generated/core-v1.ts';
import { ContainerConfigError } from '../containers/errors.ts';
import { expandVariables } from '../containers/expansion.ts';
import type { Init } from '../cri/codec.ts';
import type { Mount } from '../cri/runtime-v1.ts';
import { MountPropagation } from '../cri/runtime-v1.ts';
import type { BoundPod } from '../pods/pod.ts';
import type { MountableVolume } from './plugin.ts';
import { mountSubPath } from './sub-path.ts';
import type { PodVolumes } from './volume-manager.ts';

const HOSTS = '/etc/hosts';

export interface ContainerMountsInput {
  pod: BoundPod;
  container: Container;
  volumes: PodVolumes;
  env: ReadonlyMap<string, string>;
  /** `/var/lib/kubelet/pods/<uid>` */
  podDirectory: string;
}

/** Where a pod's /etc/hosts is kept. */
export function hostsPath(podDirectory: string): string {
  return `${podDirectory}/etc-hosts`;
}

/** Everything mounted into one container: its volumes, /etc/hosts, the termination message file. */
export async function containerMounts(input: ContainerMountsInput): Promise<Init<Mount>[]> {
  const { container, podDirectory } = input;
  const own = await Promise.all((container.volumeMounts ?? []).map((mount, index) => volumeMount(input, mount, index)));
  const hosts = own.some((mount) => mount.containerPath === HOSTS) ? [] : [{ containerPath: HOSTS, hostPath: hostsPath(podDirectory) }];
  return [...own, ...hosts, ...(await terminationLog(container, podDirectory))];
}

async function volumeMount(input: ContainerMountsInput, mount: VolumeMount, index: number): Promise<Init<Mount>> {
  const volume = input.volumes.get(mount.name);
  if (!volume) throw new ContainerConfigError(`cannot find volume "${mount.name}" to mount into container "${input.container.name}"`);
  const containerPath = posix.isAbsolute(mount.mountPath) ? mount.mountPath : `/${mount.mountPath}`;
  const readonly = Boolean(mount.readOnly || volume.readOnly);
  const subPath = subPathOf(mount, input.env);
  if (volume.image) return { containerPath, image: { image: volume.image }, imageSubPath: subPath, readonly: true };
  return {
    containerPath,
    hostPath: subPath ? await subPathMount(input, mount, volume, subPath, index) : (volume.path ?? ''),
    readonly,
    recursiveReadOnly: readonly && mount.recursiveReadOnly === 'Enabled',
    propagation: propagationOf(mount),
  };
}

function subPathOf(mount: VolumeMount, env: ReadonlyMap<string, string>): string {
  if (!mount.subPathExpr) return mount.subPath ?? '';
  const expanded = expandVariables(mount.subPathExpr, (name) => env.get(name));
  if (/\$\([^)]*\)/.test(expanded)) throw new ContainerConfigError(`missing value for "${/\$\(([^)]*)\)/.exec(expanded)?.[1]}"`);
  return expanded;
}

async function subPathMount(
  { pod, container, podDirectory }: ContainerMountsInput,
  mount: VolumeMount,
  volume: MountableVolume,
  subPath: string,
  index: number,
): Promise<string> {
  if (subPath.startsWith('/')) throw new ContainerConfigError(`error SubPath "${subPath}" must not be an absolute path`);
  if (subPath.split('/').includes('..')) throw new ContainerConfigError(`unable to provision SubPath "${subPath}": must not contain '..'`);
  return await mountSubPath({
    volume: volume.path ?? '',
    subPath,
    target: `${podDirectory}/volume-subpaths/${mount.name}/${container.name}/${index}`,
    fsGroup: pod.spec.securityContext?.fsGroup,
    readOnly: volume.readOnly ?? false,
  });
}

function propagationOf({ mountPropagation }: VolumeMount): MountPropagation {
  if (mountPropagation === 'Bidirectional') return MountPropagation.PROPAGATION_BIDIRECTIONAL;
  if (mountPropagation === 'HostToContainer') return MountPropagation.PROPAGATION_HOST_TO_CONTAINER;
  return MountPropagation.PROPAGATION_PRIVATE;
}

/** A fresh file for each run, so that a message is never the one before. */
async function terminationLog(container: Container, podDirectory: string): Promise<Init<Mount>[]> {
  if (!container.terminationMessagePath) return [];
  const directory = `${podDirectory}/containers/${container.name}`;
  await mkdir(directory, { recursive: true, mode: 0o750 });
  const hostPath = `${directory}/${randomBytes(4).toString('hex')}`;
  await writeFile(hostPath, '');
  await chmod(hostPath, 0o666);
  return [{ containerPath: container.terminationMessagePath, hostPath }];
}
