import type { FieldError } from '../../machinery/field-error.ts';
import { forbiddenField, invalidValue, notFoundValue, notSupported, required } from '../../machinery/validation/faults.ts';
import type { Container, Volume, VolumeDevice, VolumeMount } from '../generated/core-v1.ts';
import { noBacksteps } from './volume-sources.ts';

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];
const RECURSIVE = ['Disabled', 'Enabled', 'IfPossible'];

type Mounting = Pick<Container, 'volumeMounts' | 'volumeDevices' | 'securityContext'>;

/** Faults of where a container sees the volumes of its pod. */
export function* volumeMountRules(container: Mounting, volumes: ReadonlyMap<string, Volume>, path: string): Iterable<FieldError> {
  const devices = new Set((container.volumeDevices ?? []).map(({ name }) => name));
  const devicePaths = new Set((container.volumeDevices ?? []).map(({ devicePath }) => devicePath));
  const places = new Set<string>();
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const at = `${path}[${index}]`;
    yield* mountRules(mount, volumes, at);
    const { name = '', mountPath = '' } = mount;
    if (places.has(mountPath)) yield invalidValue(`${at}.mountPath`, mountPath, 'must be unique');
    places.add(mountPath);
    if (devices.has(name)) yield invalidValue(`${at}.name`, name, 'must not already exist in volumeDevices');
    if (devicePaths.has(mountPath)) yield invalidValue(`${at}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices');
    // Upstream's paths of these have no index.
    yield* subPathRules(mount, path);
    yield* propagationRules(mount, container, `${path}.mountPropagation`);
    yield* recursiveRules(mount, path);
  }
}

function* mountRules({ name = '', mountPath }: VolumeMount, volumes: ReadonlyMap<string, Volume>, path: string): Iterable<FieldError> {
  if (!name) yield required(`${path}.name`);
  if (!volumes.has(name)) yield notFoundValue(`${path}.name`, name);
  if (!mountPath) yield required(`${path}.mountPath`);
}

function* subPathRules({ subPath, subPathExpr }: VolumeMount, path: string): Iterable<FieldError> {
  if (subPath) yield* relativeRules(subPath, `${path}.subPath`);
  if (!subPathExpr) return;
  if (subPath) yield invalidValue(`${path}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive');
  yield* relativeRules(subPathExpr, `${path}.subPathExpr`);
}

function* relativeRules(text: string, path: string): Iterable<FieldError> {
  if (text.startsWith('/')) yield invalidValue(path, text, 'must be a relative path');
  yield* noBacksteps(text, path);
}

function* propagationRules({ mountPropagation }: VolumeMount, { securityContext }: Mounting, path: string): Iterable<FieldError> {
  if (mountPropagation === undefined) return;
  if (!PROPAGATIONS.includes(mountPropagation)) yield notSupported(path, mountPropagation, PROPAGATIONS);
  if (mountPropagation === 'Bidirectional' && !securityContext?.privileged) {
    yield forbiddenField(path, 'Bidirectional mount propagation is available only to privileged containers');
  }
}

function* recursiveRules({ recursiveReadOnly: mode, readOnly, mountPropagation }: VolumeMount, mount: string): Iterable<FieldError> {
  const path = `${mount}.recursiveReadOnly`;
  if (mode === undefined || mode === 'Disabled') return;
  if (!RECURSIVE.includes(mode)) {
    yield notSupported(path, mode, RECURSIVE);
    return;
  }
  if (!readOnly) yield forbiddenField(path, 'may only be specified when readOnly is true');
  if (mountPropagation !== undefined && mountPropagation !== 'None')
    yield forbiddenField(path, 'may only be specified when mountPropagation is None or not specified');
}

/** Faults of the block devices of a container. */
export function* volumeDeviceRules(
  devices: readonly VolumeDevice[],
  mounts: readonly VolumeMount[],
  volumes: ReadonlyMap<string, Volume>,
  path: string,
): Iterable<FieldError> {
  const names = new Set<string>();
  const places = new Set<string>();
  const mountNames = new Set(mounts.map(({ name }) => name));
  const mountPaths = new Set(mounts.map(({ mountPath }) => mountPath));
  for (const [index, { name = '', devicePath = '' }] of devices.entries()) {
    const at = `${path}[${index}]`;
    if (!name) yield required(`${at}.name`);
    if (names.has(name)) yield invalidValue(`${at}.name`, name, 'must be unique');
    const volume = volumes.get(name);
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral)
      yield invalidValue(`${at}.name`, name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode');
    if (!volume) yield notFoundValue(`${at}.name`, name);
    if (!devicePath) yield required(`${at}.devicePath`);
    if (places.has(devicePath)) yield invalidValue(`${at}.devicePath`, devicePath, 'must be unique');
    if (devicePath.includes('..')) yield invalidValue(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')");
    else places.add(devicePath);
    if (mountNames.has(name)) yield invalidValue(`${at}.name`, name, 'must not already exist in volumeMounts');
    if (mountPaths.has(devicePath)) yield invalidValue(`${at}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts');
    if (name) names.add(name);
  }
}
