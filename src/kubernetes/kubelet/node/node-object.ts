import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import type { ContainerImage, Node, NodeCondition, NodeStatus, NodeSystemInfo } from '../../api/generated/core-v1.ts';
import { formatTime } from '../../machinery/meta.ts';
import { quantityMilliValue, quantityOfMilli, quantityValue } from '../../machinery/quantity.ts';
import type { KubeletOptions } from '../options.ts';
import { KUBELET_VERSION } from '../options.ts';
import { foreignResources } from './foreign-resources.ts';
import type { NodeFacts } from './node-facts.ts';

const EVICTION_MEMORY = 100 * 1024 * 1024;
const EVICTION_DISK = 0.1;
const ARCHITECTURES: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };

export const architecture = ARCHITECTURES[process.arch] ?? process.arch;

/** What is found out about the machine's health. */
export interface NodeHealth {
  /** Why the node is not ready; empty when it is. */
  notReady: string[];
  memoryPressure: boolean;
  diskPressure: boolean;
}

/** The Node to register. Its status comes with the first report. */
export function nodeObject(options: KubeletOptions): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: options.nodeName,
      labels: { ...standardLabels(options), ...options.labels },
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: options.taints.length > 0 ? { taints: options.taints as NonNullable<Node['spec']>['taints'] } : {},
  };
}

export function standardLabels({ nodeName }: Pick<KubeletOptions, 'nodeName'>): Record<string, string> {
  return {
    'beta.kubernetes.io/arch': architecture,
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': architecture,
    'kubernetes.io/hostname': nodeName.toLowerCase(),
    'kubernetes.io/os': 'linux',
  };
}

export interface NodeStatusInput {
  options: KubeletOptions;
  facts: NodeFacts;
  health: NodeHealth;
  runtimeVersion: string;
  runtimeHandlers: { name: string; recursiveReadOnlyMounts: boolean; userNamespaces: boolean }[];
  images: ContainerImage[];
  /** As the API has it. */
  present: NodeStatus | undefined;
  previous: NodeStatus | undefined;
  now: number;
}

export function nodeStatus(input: NodeStatusInput): NodeStatus {
  const { options, facts, images, present, previous } = input;
  const { capacity, allocatable } = resources(options, facts);
  const foreign = foreignResources(present, capacity).present;
  return {
    capacity: { ...capacity, ...foreign },
    allocatable: { ...allocatable, ...foreign },
    conditions: conditions(input).map((draft) => stamped(draft, previous?.conditions, input.now)),
    addresses: [
      ...facts.hostIPs.map((address) => ({ type: 'InternalIP' as const, address })),
      { type: 'Hostname' as const, address: options.nodeName },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: options.port } },
    nodeInfo: systemInfo(input.runtimeVersion),
    images,
    runtimeHandlers: input.runtimeHandlers.map(({ name, ...features }) => ({ name, features })),
  };
}

type Amounts = Record<string, string>;

export function resources({ maxPods, systemReserved }: KubeletOptions, facts: NodeFacts): { capacity: Amounts; allocatable: Amounts } {
  const reservedCpu = systemReserved.cpu ? quantityMilliValue(systemReserved.cpu) : 0;
  const reservedMemory = systemReserved.memory ? quantityValue(systemReserved.memory) : 0;
  const fixed = { 'hugepages-1Gi': '0', 'hugepages-2Mi': '0', pods: String(maxPods) };
  const ki = (bytes: number) => `${Math.floor(bytes / 1024)}Ki`;
  return {
    capacity: { cpu: String(facts.cpuCount), memory: ki(facts.memoryCapacity), 'ephemeral-storage': ki(facts.diskCapacity), ...fixed },
    allocatable: {
      cpu: quantityOfMilli(facts.cpuCount * 1000 - reservedCpu),
      memory: ki(facts.memoryCapacity - EVICTION_MEMORY - reservedMemory),
      'ephemeral-storage': String(Math.floor(facts.diskCapacity * (1 - EVICTION_DISK))),
      ...fixed,
    },
  };
}

type Draft = Pick<NodeCondition, 'type' | 'status' | 'reason' | 'message'>;

function conditions({ health }: NodeStatusInput): Draft[] {
  const { notReady, memoryPressure, diskPressure } = health;
  return [
    memoryPressure
      ? {
          type: 'MemoryPressure',
          status: 'True',
          reason: 'KubeletHasInsufficientMemory',
          message: 'kubelet has insufficient memory available',
        }
      : {
          type: 'MemoryPressure',
          status: 'False',
          reason: 'KubeletHasSufficientMemory',
          message: 'kubelet has sufficient memory available',
        },
    diskPressure
      ? { type: 'DiskPressure', status: 'True', reason: 'KubeletHasDiskPressure', message: 'kubelet has disk pressure' }
      : { type: 'DiskPressure', status: 'False', reason: 'KubeletHasNoDiskPressure', message: 'kubelet has no disk pressure' },
    { type: 'PIDPressure', status: 'False', reason: 'KubeletHasSufficientPID', message: 'kubelet has sufficient PID available' },
    notReady.length === 0
      ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
      : {
          type: 'Ready',
          status: 'False',
          reason: 'KubeletNotReady',
          message: notReady.length === 1 ? (notReady[0] ?? '') : `[${notReady.join(', ')}]`,
        },
  ];
}

function stamped(draft: Draft, previous: NodeCondition[] | undefined, now: number): NodeCondition {
  const known = previous?.find(({ type }) => type === draft.type);
  const lastTransitionTime = known?.status === draft.status && known.lastTransitionTime ? known.lastTransitionTime : formatTime(now);
  return { ...draft, lastHeartbeatTime: formatTime(now), lastTransitionTime };
}

function systemInfo(runtimeVersion: string): NodeSystemInfo {
  return {
    machineID: readTrimmed('/etc/machine-id'),
    systemUUID: readTrimmed('/sys/class/dmi/id/product_uuid'),
    bootID: readTrimmed('/proc/sys/kernel/random/boot_id'),
    kernelVersion: release(),
    osImage: /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(readTrimmed('/etc/os-release'))?.[1] ?? 'Linux',
    containerRuntimeVersion: runtimeVersion,
    kubeletVersion: KUBELET_VERSION,
    kubeProxyVersion: '',
    operatingSystem: 'linux',
    architecture,
  };
}

function readTrimmed(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
