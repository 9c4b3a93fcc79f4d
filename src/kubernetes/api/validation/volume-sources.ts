import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import { isDns1123Label } from '../../machinery/validation/names.ts';
import type { PersistentVolumeSpec, Volume } from '../generated/core-v1.ts';

/** Faults of the volume sources that pods and persistent volumes share. `path` is the source's own. */

type Source<K extends keyof Volume> = NonNullable<Volume[K]>;
type Persistent<K extends keyof PersistentVolumeSpec> = NonNullable<PersistentVolumeSpec[K]>;

const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];

/** Each named field must be there. */
function* present(source: object, path: string, ...fields: readonly string[]): Iterable<FieldError> {
  for (const field of fields) if (!(source as Record<string, unknown>)[field]) yield required(`${path}.${field}`);
}

/** A path must not climb out of its place. */
export function* noBacksteps(text: string, path: string): Iterable<FieldError> {
  if (text.split('/').includes('..')) yield invalidValue(path, text, "must not contain '..'");
}

export function* hostPathRules(source: Source<'hostPath'>, path: string): Iterable<FieldError> {
  if (!source.path) {
    yield required(`${path}.path`);
    return;
  }
  yield* noBacksteps(source.path, `${path}.path`);
  if (source.type !== undefined && !HOST_PATH_TYPES.includes(source.type)) yield notSupported(`${path}.type`, source.type, HOST_PATH_TYPES);
}

/** Upstream's messages call this one `persistentDisk`. */
export function* gcePersistentDiskRules({ pdName, partition }: Source<'gcePersistentDisk'>, parent: string): Iterable<FieldError> {
  if (!pdName) yield required(`${parent}.persistentDisk.pdName`);
  yield* partitionRules(partition, `${parent}.persistentDisk.partition`);
}

export function* awsElasticBlockStoreRules(source: Source<'awsElasticBlockStore'>, path: string): Iterable<FieldError> {
  yield* present(source, path, 'volumeID');
  yield* partitionRules(source.partition, `${path}.partition`);
}

function* partitionRules(partition = 0, path: string): Iterable<FieldError> {
  if (partition < 0 || partition > 255) yield invalidValue(path, partition, 'must be between 1 and 255, inclusive');
}

export function* nfsRules(source: Source<'nfs'>, path: string): Iterable<FieldError> {
  yield* present(source, path, 'server', 'path');
  if (!source.path?.startsWith('/')) yield invalidValue(`${path}.path`, source.path ?? '', 'must be an absolute path');
}

export function* iscsiRules(source: Source<'iscsi'> | Persistent<'iscsi'>, path: string, persistent: boolean): Iterable<FieldError> {
  const { iqn = '', lun = 0, initiatorName, chapAuthDiscovery, chapAuthSession, secretRef } = source;
  yield* present(source, path, 'targetPortal');
  if (!iqn) yield required(`${path}.iqn`);
  else if (!isStorageName(iqn)) yield invalidValue(`${path}.iqn`, iqn, 'must be valid format');
  if (lun < 0 || lun > 255) yield invalidValue(`${path}.lun`, lun, 'must be between 0 and 255, inclusive');
  if ((chapAuthDiscovery || chapAuthSession) && !secretRef) yield required(`${path}.secretRef`);
  if (persistent && secretRef && !secretRef.name) yield required(`${path}.secretRef.name`);
  if (initiatorName !== undefined && !isStorageName(initiatorName))
    yield invalidValue(`${path}.initiatorname`, initiatorName, 'must be valid format');
}

const IQN = /^iqn\.\d{4}-\d{2}\.([A-Za-z0-9-.]+)(:[^,;*&$|\s]+)$/;
const EUI = /^eui\.[A-Za-z0-9]{16}$/;
const NAA = /^naa\.[A-Za-z0-9]{32}$/;

const isStorageName = (name: string): boolean => IQN.test(name) || EUI.test(name) || NAA.test(name);

export function* glusterfsRules(source: Source<'glusterfs'> | Persistent<'glusterfs'>, path: string): Iterable<FieldError> {
  yield* present(source, path, 'endpoints', 'path');
  const namespace = 'endpointsNamespace' in source ? source.endpointsNamespace : undefined;
  if (namespace === '')
    yield invalidValue(`${path}.endpointsNamespace`, namespace, 'if the endpointnamespace is set, it must be a valid namespace name');
  else if (namespace) yield* complaints(`${path}.endpointsNamespace`, namespace, isDns1123Label(namespace));
}

export function* flockerRules({ datasetName, datasetUUID }: Source<'flocker'>, path: string): Iterable<FieldError> {
  if (!datasetName && !datasetUUID) yield required(path, 'one of datasetName and datasetUUID is required');
  if (datasetName && datasetUUID) yield invalidValue(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously');
  if (datasetName?.includes('/')) yield invalidValue(`${path}.datasetName`, datasetName, "must not contain '/'");
}

export function* rbdRules({ monitors, image }: Source<'rbd'> | Persistent<'rbd'>, path: string): Iterable<FieldError> {
  if (!monitors?.length) yield required(`${path}.monitors`);
  if (!image) yield required(`${path}.image`);
}

export function* cephfsRules({ monitors }: Source<'cephfs'> | Persistent<'cephfs'>, path: string): Iterable<FieldError> {
  if (!monitors?.length) yield required(`${path}.monitors`);
}

export function* cinderRules(source: Source<'cinder'> | Persistent<'cinder'>, path: string, persistent: boolean): Iterable<FieldError> {
  yield* present(source, path, 'volumeID');
  const { secretRef } = source;
  if (!secretRef) return;
  if (!secretRef.name) yield required(`${path}.secretRef.name`);
  if (persistent && !('namespace' in secretRef && secretRef.namespace)) yield required(`${path}.secretRef.namespace`);
}

export function* quobyteRules({ registry = '', volume, tenant = '' }: Source<'quobyte'>, path: string): Iterable<FieldError> {
  const shape = 'must be a host:port pair or multiple pairs separated by commas';
  if (!registry) yield required(`${path}.registry`, shape);
  else if (tenant.length >= 65) yield invalidValue(`${path}.tenant`, tenant, 'must be a UUID and may not exceed a length of 64 characters');
  else
    for (const pair of registry.split(','))
      if (!/^(\[[^\]]*\]|[^:]*):[^:]*$/.test(pair)) yield invalidValue(`${path}.registry`, registry, shape);
  if (!volume) yield required(`${path}.volume`);
}

export function* fcRules({ targetWWNs = [], wwids = [], lun }: Source<'fc'>, path: string): Iterable<FieldError> {
  const either = 'must specify either targetWWNs or wwids, but not both';
  if (!targetWWNs?.length && !wwids?.length) yield required(`${path}.targetWWNs`, either);
  if (targetWWNs?.length && wwids?.length) yield invalidValue(`${path}.targetWWNs`, targetWWNs, either);
  if (!targetWWNs?.length) return;
  if (lun === undefined) yield required(`${path}.lun`, 'lun is required if targetWWNs is specified');
  else if (lun < 0 || lun > 255) yield invalidValue(`${path}.lun`, lun, 'must be between 0 and 255, inclusive');
}

export function* flexVolumeRules(source: Source<'flexVolume'> | Persistent<'flexVolume'>, path: string): Iterable<FieldError> {
  yield* present(source, path, 'driver');
  for (const option of Object.keys(source.options ?? {})) {
    const domain = option.includes('/') ? option.slice(0, option.indexOf('/')) : option;
    const reserved = ['kubernetes.io', 'k8s.io'].some((own) => domain === own || domain.endsWith(`.${own}`));
    if (reserved) yield invalidValue(`${path}.options[${option}]`, option, 'kubernetes.io and k8s.io namespaces are reserved');
  }
}

export function* azureFileRules(source: Source<'azureFile'> | Persistent<'azureFile'>, path: string): Iterable<FieldError> {
  yield* present(source, path, 'secretName', 'shareName');
  if ('secretNamespace' in source && source.secretNamespace === '') yield required(`${path}.secretNamespace`);
}

export function* vsphereVolumeRules(source: Source<'vsphereVolume'>, path: string): Iterable<FieldError> {
  yield* present(source, path, 'volumePath');
}

export function* photonPersistentDiskRules(source: Source<'photonPersistentDisk'>, path: string): Iterable<FieldError> {
  yield* present(source, path, 'pdID');
}

export function* portworxVolumeRules(source: Source<'portworxVolume'>, path: string): Iterable<FieldError> {
  yield* present(source, path, 'volumeID');
}

const CACHING_MODES = ['None', 'ReadOnly', 'ReadWrite'];
const DISK_KINDS = ['Dedicated', 'Managed', 'Shared'];

export function* azureDiskRules(source: Source<'azureDisk'>, path: string): Iterable<FieldError> {
  const { diskURI = '', cachingMode, kind = '' } = source;
  yield* present(source, path, 'diskName', 'diskURI');
  if (cachingMode !== undefined && !CACHING_MODES.includes(cachingMode))
    yield notSupported(`${path}.cachingMode`, cachingMode, CACHING_MODES);
  if (!DISK_KINDS.includes(kind)) yield notSupported(`${path}.kind`, kind, DISK_KINDS);
  const uri =
    kind === 'Managed'
      ? '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}'
      : 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';
  if (!diskURI.startsWith(kind === 'Managed' ? '/subscriptions' : 'https://')) yield notSupported(`${path}.diskURI`, diskURI, [uri]);
}

export function* scaleIoRules(source: Source<'scaleIO'> | Persistent<'scaleIO'>, path: string): Iterable<FieldError> {
  yield* present(source, path, 'gateway', 'system', 'volumeName');
}

export function* storageOsRules(source: Source<'storageos'> | Persistent<'storageos'>, path: string): Iterable<FieldError> {
  const { volumeName, volumeNamespace, secretRef } = source;
  if (!volumeName) yield required(`${path}.volumeName`);
  else yield* complaints(`${path}.volumeName`, volumeName, isDns1123Label(volumeName));
  if (volumeNamespace) yield* complaints(`${path}.volumeNamespace`, volumeNamespace, isDns1123Label(volumeNamespace));
  if (secretRef && !secretRef.name) yield required(`${path}.secretRef.name`);
}
