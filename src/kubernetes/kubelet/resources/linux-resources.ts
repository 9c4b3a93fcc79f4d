import type { Container, Pod } from '../../api/generated/core-v1.ts';
import { quantityMilliValue, quantityValue } from '../../machinery/quantity.ts';
import type { Init } from '../cri/codec.ts';
import type { LinuxContainerResources } from '../cri/runtime-v1.ts';
import { qosClassOf } from './qos.ts';

const MIN_SHARES = 2;
const MAX_SHARES = 262_144;
const SHARES_PER_CPU = 1024;
const PERIOD = 100_000;
const MIN_QUOTA = 1_000;

const GUARANTEED_OOM_SCORE = -997;
const BEST_EFFORT_OOM_SCORE = 1000;
const CRITICAL_PRIORITY = 2_000_000_000;

/** `cpu.shares` for a request; no request gets the kernel's minimum. */
export function sharesOf(milliCpu: number): number {
  if (milliCpu === 0) return MIN_SHARES;
  return Math.min(MAX_SHARES, Math.max(MIN_SHARES, Math.floor((milliCpu * SHARES_PER_CPU) / 1000)));
}

/** CFS quota for a limit; 0 means no limit. */
export function quotaOf(milliCpu: number): number {
  if (milliCpu === 0) return 0;
  return Math.max(MIN_QUOTA, Math.floor((milliCpu * PERIOD) / 1000));
}

export const cpuPeriod = PERIOD;

/** What one container gets of the machine. `memoryCapacity` is the node's, in bytes. */
export function linuxResourcesOf(pod: Pod, container: Container, memoryCapacity: number): Init<LinuxContainerResources> {
  const { limits, requests } = container.resources ?? {};
  const cpuLimit = limits?.cpu ? quantityMilliValue(limits.cpu) : 0;
  const cpuRequest = requests?.cpu ? quantityMilliValue(requests.cpu) : cpuLimit;
  const memoryLimit = limits?.memory ? quantityValue(limits.memory) : 0;
  const memoryRequest = requests?.memory ? quantityValue(requests.memory) : 0;
  return {
    cpuShares: sharesOf(cpuRequest),
    cpuPeriod: cpuLimit ? PERIOD : 0,
    cpuQuota: quotaOf(cpuLimit),
    memoryLimitInBytes: memoryLimit,
    oomScoreAdj: oomScoreOf(pod, memoryRequest, memoryCapacity),
    hugepageLimits: hugepages(limits),
  };
}

function hugepages(limits: Record<string, string> | undefined): { pageSize: string; limit: number }[] {
  return Object.entries(limits ?? {})
    .filter(([name]) => name.startsWith('hugepages-'))
    .map(([name, quantity]) => ({ pageSize: `${name.slice('hugepages-'.length).replace(/i$/, '')}B`, limit: quantityValue(quantity) }));
}

/** The more of the machine a burstable container asked for, the later it is killed when memory runs out. */
export function oomScoreOf(pod: Pod, memoryRequest: number, memoryCapacity: number): number {
  if ((pod.spec.priority ?? 0) >= CRITICAL_PRIORITY) return GUARANTEED_OOM_SCORE;
  const qos = qosClassOf(pod);
  if (qos === 'Guaranteed') return GUARANTEED_OOM_SCORE;
  if (qos === 'BestEffort') return BEST_EFFORT_OOM_SCORE;
  const score = 1000 - Math.floor((1000 * memoryRequest) / Math.max(1, memoryCapacity));
  return Math.min(BEST_EFFORT_OOM_SCORE - 1, Math.max(1000 + GUARANTEED_OOM_SCORE, score));
}
