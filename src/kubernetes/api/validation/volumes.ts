import type { FieldError } from '../../machinery/field-error.ts';
import { signOf } from '../../machinery/quantity.ts';
import { complaints, duplicate, forbiddenField, required } from '../../machinery/validation/faults.ts';
import { isDns1123Label } from '../../machinery/validation/names.ts';
import { annotationRules, labelRules } from '../../machinery/validation/object-meta.ts';
import type { Volume } from '../generated/core-v1.ts';
import { driverNameRules } from './csi-driver-name.ts';
import { claimSpecRules } from './persistent-volume-claim.ts';
import { configMapRules, downwardApiRules, projectedRules, secretRules } from './volume-files.ts';
import * as sources from './volume-sources.ts';

type Key = Exclude<keyof Volume, 'name'>;

interface SourceRules {
  field: Key;
  /** As the message about a second source calls it. */
  shown: string;
  rules(volume: Volume, path: string): Iterable<FieldError>;
}

function source<K extends Key>(
  field: K,
  rules: (value: NonNullable<Volume[K]>, path: string, parent: string) => Iterable<FieldError>,
  shown: string = field,
): SourceRules {
  return { field, shown, rules: (volume, path) => rules(volume[field] as NonNullable<Volume[K]>, `${path}.${field}`, path) };
}

/** In the order in which upstream looks for them; a misspelling is upstream's. */
const SOURCES: readonly SourceRules[] = [
  source('emptyDir', emptyDirRules),
  source('hostPath', sources.hostPathRules),
  source('gitRepo', gitRepoRules),
  source('gcePersistentDisk', (value, _path, parent) => sources.gcePersistentDiskRules(value, parent)),
  source('awsElasticBlockStore', sources.awsElasticBlockStoreRules),
  source('secret', secretRules),
  source('nfs', sources.nfsRules),
  source('iscsi', (value, path) => sources.iscsiRules(value, path, false)),
  source('glusterfs', sources.glusterfsRules),
  source('flocker', sources.flockerRules),
  source('persistentVolumeClaim', ({ claimName }, path) => (claimName ? [] : [required(`${path}.claimName`)])),
  source('rbd', sources.rbdRules),
  source('cinder', (value, path) => sources.cinderRules(value, path, false)),
  source('cephfs', sources.cephfsRules, 'cephFS'),
  source('quobyte', sources.quobyteRules),
  source('downwardAPI', (value, path) => downwardApiRules(value, path), 'downwarAPI'),
  source('fc', sources.fcRules),
  source('flexVolume', sources.flexVolumeRules),
  source('configMap', configMapRules),
  source('azureFile', sources.azureFileRules),
  source('vsphereVolume', sources.vsphereVolumeRules),
  source('photonPersistentDisk', sources.photonPersistentDiskRules),
  source('portworxVolume', sources.portworxVolumeRules),
  source('azureDisk', sources.azureDiskRules),
  source('storageos', sources.storageOsRules),
  source('scaleIO', sources.scaleIoRules),
  source('csi', csiRules),
  source('projected', projectedRules),
  source('ephemeral', ephemeralRules),
  source('image', () => []),
];

/** Faults of the volumes of a pod: named, each of exactly one kind. */
export function* volumesRules(volumes: readonly Volume[], path: string): Iterable<FieldError> {
  const names = new Set<string>();
  for (const [index, volume] of volumes.entries()) {
    const at = `${path}[${index}]`;
    const { name = '' } = volume;
    const faults = [
      ...sourceRules(volume, at),
      ...(name ? complaints(`${at}.name`, name, isDns1123Label(name)) : [required(`${at}.name`)]),
    ];
    yield* faults;
    if (name && names.has(name)) yield duplicate(`${at}.name`, name);
    else if (faults.length === 0) names.add(name);
  }
}

/** Names of the volumes that containers may mount: those without a fault. */
export function soundVolumes(volumes: readonly Volume[]): Map<string, Volume> {
  const sound = new Map<string, Volume>();
  for (const volume of volumes) {
    const name = volume.name ?? '';
    const faulty = !name || isDns1123Label(name).length > 0 || [...sourceRules(volume, '')].length > 0;
    if (!faulty && !sound.has(name)) sound.set(name, volume);
  }
  return sound;
}

function* sourceRules(volume: Volume, path: string): Iterable<FieldError> {
  let found = 0;
  for (const { field, shown, rules } of SOURCES) {
    if (volume[field] === undefined) continue;
    if (found > 0) yield forbiddenField(`${path}.${shown}`, 'may not specify more than 1 volume type');
    else yield* rules(volume, path);
    found++;
  }
  if (found === 0) yield required(path, 'must specify a volume type');
}

function* emptyDirRules({ sizeLimit }: NonNullable<Volume['emptyDir']>, path: string): Iterable<FieldError> {
  if (sizeLimit !== undefined && signOf(sizeLimit) < 0)
    yield forbiddenField(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity');
}

function* gitRepoRules({ repository, directory }: NonNullable<Volume['gitRepo']>, path: string): Iterable<FieldError> {
  if (!repository) yield required(`${path}.repository`);
  if (directory) yield* localPathRules(directory, `${path}.directory`);
}

function* localPathRules(text: string, path: string): Iterable<FieldError> {
  if (text.startsWith('/'))
    yield { type: 'FieldValueInvalid', field: path, message: `Invalid value: ${JSON.stringify(text)}: must be a relative path` };
  yield* sources.noBacksteps(text, path);
}

function* csiRules({ driver = '', nodePublishSecretRef }: NonNullable<Volume['csi']>, path: string): Iterable<FieldError> {
  yield* driverNameRules(driver, `${path}.driver`);
  if (nodePublishSecretRef && !nodePublishSecretRef.name) yield required(`${path}.nodePublishSecretRef.name`);
}

/** What a claim made for a pod may say of itself: labels and annotations. */
function* ephemeralRules({ volumeClaimTemplate }: NonNullable<Volume['ephemeral']>, path: string): Iterable<FieldError> {
  const at = `${path}.volumeClaimTemplate`;
  if (!volumeClaimTemplate) {
    yield required(at);
    return;
  }
  const { labels, annotations, ...others } = volumeClaimTemplate.metadata ?? {};
  yield* annotationRules(annotations, `${at}.metadata.annotations`);
  yield* labelRules(labels, `${at}.metadata.labels`);
  for (const [field, value] of Object.entries(others))
    if (value !== undefined && value !== null && value !== '') yield forbiddenField(`${at}.metadata.${field}`, 'cannot be set');
  yield* claimSpecRules(volumeClaimTemplate.spec ?? {}, `${at}.spec`);
}
