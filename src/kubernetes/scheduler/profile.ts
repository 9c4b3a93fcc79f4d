import type { ApiClient } from '../client/api-client.ts';
import type { FilterPlugin, Profile, ScorePlugin } from './framework/plugin.ts';
import type { DeviceSources } from './plugins/dynamic-resources.ts';
import { dynamicResources } from './plugins/dynamic-resources.ts';
import { imageLocality } from './plugins/image-locality.ts';
import { interPodAffinity } from './plugins/inter-pod-affinity.ts';
import { nodeAffinity } from './plugins/node-affinity.ts';
import { nodeName } from './plugins/node-name.ts';
import { nodePorts } from './plugins/node-ports.ts';
import { nodeResourcesBalancedAllocation } from './plugins/node-resources-balanced-allocation.ts';
import { nodeResourcesFit } from './plugins/node-resources-fit.ts';
import { nodeUnschedulable } from './plugins/node-unschedulable.ts';
import type { DefaultSelector } from './plugins/pod-topology-spread.ts';
import { podTopologySpread } from './plugins/pod-topology-spread.ts';
import { schedulingGates } from './plugins/scheduling-gates.ts';
import { taintToleration } from './plugins/taint-toleration.ts';
import type { StorageListers } from './plugins/volume-binding.ts';
import { volumeBinding } from './plugins/volume-binding.ts';

export interface ProfileInputs {
  defaultSelector: DefaultSelector;
  /** Absent where the server has no storage kinds. */
  storage?: StorageListers;
  /** Absent where the server has no kinds for devices. */
  devices?: DeviceSources;
  api: ApiClient;
}

/** The plugins of `default-scheduler`, in upstream's order and with its weights. */
export function defaultProfile({ defaultSelector, storage, devices, api }: ProfileInputs): Profile {
  const spread = podTopologySpread(defaultSelector);
  const volumes = storage ? [volumeBinding(storage, api)] : [];
  const claims = devices ? [dynamicResources(devices, api)] : [];
  return {
    name: 'default-scheduler',
    preEnqueue: [schedulingGates, ...claims],
    filters: [
      nodeUnschedulable,
      nodeName,
      taintToleration,
      nodeAffinity,
      nodePorts,
      nodeResourcesFit,
      ...volumes,
      spread,
      interPodAffinity,
      ...claims,
    ] as readonly FilterPlugin[],
    scores: [
      { plugin: taintToleration, weight: 3 },
      { plugin: nodeAffinity, weight: 2 },
      { plugin: nodeResourcesFit, weight: 1 },
      { plugin: spread, weight: 2 },
      { plugin: interPodAffinity, weight: 2 },
      { plugin: nodeResourcesBalancedAllocation, weight: 1 },
      { plugin: imageLocality, weight: 1 },
    ] as readonly { plugin: ScorePlugin; weight: number }[],
    reserve: claims,
    preBind: [...volumes, ...claims],
  };
}
