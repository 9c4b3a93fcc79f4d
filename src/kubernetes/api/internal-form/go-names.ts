/** Words that Go writes in capitals where a name begins with them. */
const CAPITALS = new Set('api aws csi dns fc fs gce gmsa grpc http id ip iqn iscsi nfs os pd rbd se ssl tcp ttl tty uid url'.split(' '));

/** Names that follow no rule, by what JSON calls them; with a type in front where only its field is meant. */
const NAMES: Readonly<Record<string, string>> = {
  cephfs: 'CephFS',
  ips: 'IPs',
  storageos: 'StorageOS',
  wwids: 'WWIDs',
  'AzureDiskVolumeSource.diskURI': 'DataDiskURI',
  'CephFSVolumeSource.monitors': 'Monitors',
  'GlusterfsVolumeSource.endpoints': 'EndpointsName',
  'GlusterfsPersistentVolumeSource.endpoints': 'EndpointsName',
  'PhotonPersistentDiskVolumeSource.pdID': 'PdID',
  'DeviceSelector.cel': 'CEL',
};
const SHARED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  RBD: { monitors: 'CephMonitors', image: 'RBDImage', pool: 'RBDPool', user: 'RadosUser' },
  DeviceAttribute: Object.fromEntries(
    ['int', 'bool', 'string', 'version'].flatMap((name) => [
      [name, `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Value`],
      [`${name}s`, `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Values`],
    ]),
  ),
  ISCSI: { chapAuthDiscovery: 'DiscoveryCHAPAuth', chapAuthSession: 'SessionCHAPAuth' },
};

/** What upstream's own struct calls the field that JSON calls `name`. */
export function goName(type: string, name: string): string {
  const known = NAMES[`${type}.${name}`] ?? NAMES[name] ?? SHARED[/^(RBD|ISCSI|DeviceAttribute)/.exec(type)?.[0] ?? '']?.[name];
  if (known) return known;
  const word = /^[a-z]+/.exec(name)?.[0] ?? '';
  return CAPITALS.has(word) ? word.toUpperCase() + name.slice(word.length) : name.slice(0, 1).toUpperCase() + name.slice(1);
}
