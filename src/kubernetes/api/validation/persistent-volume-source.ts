import type { FieldError } from '../../machinery/field-error.ts';
import { forbiddenField, required } from '../../machinery/validation/faults.ts';
import type { PersistentVolumeSpec } from '../generated/core-v1.ts';
import { driverNameRules } from './csi-driver-name.ts';
import * as sources from './volume-sources.ts';

type Key = keyof PersistentVolumeSpec;

interface SourceRules {
  field: Key;
  /** As the message about a second source calls it. */
  shown: string;
  rules(spec: PersistentVolumeSpec, path: string): Iterable<FieldError>;
  /** A source that may stand beside another one, as upstream never looked. */
  alone?: false;
}

/** `K` in its place in the spec, checked by `rules`. */
function source<K extends Key>(
  field: K,
  rules: (value: NonNullable<PersistentVolumeSpec[K]>, path: string, parent: string) => Iterable<FieldError>,
  shown: string = field,
): SourceRules {
  return { field, shown, rules: (spec, path) => rules(spec[field] as NonNullable<PersistentVolumeSpec[K]>, `${path}.${field}`, path) };
}

/** In the order in which upstream looks for them. */
const SOURCES: readonly SourceRules[] = [
  source('hostPath', sources.hostPathRules),
  source('gcePersistentDisk', (value, _path, parent) => sources.gcePersistentDiskRules(value, parent)),
  source('awsElasticBlockStore', sources.awsElasticBlockStoreRules),
  source('glusterfs', sources.glusterfsRules),
  source('flocker', sources.flockerRules),
  source('nfs', sources.nfsRules),
  source('rbd', sources.rbdRules),
  source('quobyte', sources.quobyteRules),
  source('cephfs', sources.cephfsRules, 'cephFS'),
  source('iscsi', (value, path) => sources.iscsiRules(value, path, true)),
  source('cinder', (value, path) => sources.cinderRules(value, path, true)),
  source('fc', sources.fcRules),
  { ...source('flexVolume', sources.flexVolumeRules), alone: false },
  source('azureFile', sources.azureFileRules),
  source('vsphereVolume', sources.vsphereVolumeRules),
  source('photonPersistentDisk', sources.photonPersistentDiskRules),
  source('portworxVolume', sources.portworxVolumeRules),
  source('azureDisk', sources.azureDiskRules),
  source('scaleIO', sources.scaleIoRules),
  source('local', localRules),
  source('storageos', sources.storageOsRules),
  source('csi', csiRules),
];

export const SOURCE_FIELDS = SOURCES.map(({ field }) => field);

/** Exactly one source, and a sound one. */
export function* persistentVolumeSourceRules(spec: PersistentVolumeSpec, path: string): Iterable<FieldError> {
  let found = 0;
  for (const { field, shown, rules, alone = true } of SOURCES) {
    if (spec[field] === undefined) continue;
    if (found > 0 && alone) yield forbiddenField(`${path}.${shown}`, 'may not specify more than 1 volume type');
    else yield* rules(spec, path);
    found++;
  }
  if (found === 0) yield required(path, 'must specify a volume type');
}

function* localRules({ path: place }: NonNullable<PersistentVolumeSpec['local']>, path: string): Iterable<FieldError> {
  if (place) yield* sources.noBacksteps(place, `${path}.path`);
  else yield required(`${path}.path`);
}

function* csiRules({ driver = '', volumeHandle, ...csi }: NonNullable<PersistentVolumeSpec['csi']>, path: string): Iterable<FieldError> {
  yield* driverNameRules(driver, `${path}.driver`);
  if (!volumeHandle) yield required(`${path}.volumeHandle`);
  for (const field of [
    'controllerPublishSecretRef',
    'controllerExpandSecretRef',
    'nodePublishSecretRef',
    'nodeExpandSecretRef',
    'nodeStageSecretRef',
  ] as const) {
    const reference = csi[field];
    if (!reference) continue;
    if (!reference.name) yield required(`${path}.${field}.name`);
    if (!reference.namespace) yield required(`${path}.${field}.namespace`);
  }
}
