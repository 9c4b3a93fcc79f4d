import type { ContainerCreateOptions, HostConfig } from 'dockerode';
import type { MachineSpec } from '../provider.ts';
import { CLUSTER_LABEL, containerName, NODE_LABEL, networkName, ROLE_LABEL, volumeName } from './labels.ts';

/** Time for pods to end when a node stops, in seconds; after that Docker kills it. */
const STOP_SECONDS = 15;

/** The Engine takes it since API 1.41; dockerode's types do not know it. */
interface NodeHostConfig extends HostConfig {
  CgroupnsMode: 'private' | 'host';
}

/**
 * How a node container runs. Not `--privileged`: that fails where the engine itself may not raise resource limits.
 * The `/var` volume is needed because overlayfs does not stack on the container's own root.
 */
export function containerOptions(spec: MachineSpec): ContainerCreateOptions {
  const labels = { [CLUSTER_LABEL]: spec.cluster, [NODE_LABEL]: spec.nodeName, [ROLE_LABEL]: spec.role };
  const exposed = spec.ports.map(({ node }) => [`${node}/tcp`, {}] as const);
  return {
    name: containerName(spec.nodeName),
    Hostname: spec.nodeName,
    Image: spec.image,
    // The image is a bare file system; its own init reaps what pods leave behind and passes signals on.
    Entrypoint: ['/usr/bin/tini', '--', '/usr/local/sbin/slipway-entry'],
    Labels: labels,
    Env: ['container=docker'],
    ExposedPorts: Object.fromEntries(exposed),
    StopSignal: 'SIGTERM',
    StopTimeout: STOP_SECONDS,
    HostConfig: hostConfig(spec, labels),
    NetworkingConfig: { EndpointsConfig: { [networkName(spec.cluster)]: { Aliases: [spec.nodeName] } } },
  };
}

function hostConfig(spec: MachineSpec, labels: Record<string, string>): NodeHostConfig {
  const bindings = spec.ports.map(({ host, node }) => [`${node}/tcp`, [{ HostIp: '127.0.0.1', HostPort: String(host) }]] as const);
  return {
    CapAdd: ['ALL'],
    CapDrop: ['SYS_RESOURCE'],
    SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined'],
    MaskedPaths: [],
    ReadonlyPaths: [],
    DeviceCgroupRules: ['a *:* rwm'],
    CgroupnsMode: 'private',
    Tmpfs: { '/run': '', '/tmp': '' },
    Mounts: [
      {
        Type: 'volume',
        Source: volumeName(spec.nodeName),
        Target: '/var',
        VolumeOptions: { NoCopy: false, Labels: labels, DriverConfig: { Name: 'local', Options: {} } },
      },
    ],
    PortBindings: Object.fromEntries(bindings),
    NetworkMode: networkName(spec.cluster),
    RestartPolicy: { Name: 'unless-stopped' },
    LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
  };
}
