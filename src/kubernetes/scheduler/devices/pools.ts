import type { Node, NodeSelector } from '../../api/generated/core-v1.ts';
import type { Counter, Device, ResourceSlice, ResourceSliceSpec } from '../../api/generated/resource-v1.ts';
import { matchesNodeSelector } from '../../api/helpers/node-affinity.ts';

/** Where devices can be used from. */
export interface Reach {
  readonly nodeName?: string;
  readonly nodeSelector?: NodeSelector;
  readonly allNodes?: boolean;
}

/** A device of a pool. */
export interface PoolDevice {
  /** Unique among all devices. */
  readonly id: string;
  readonly driver: string;
  readonly pool: Pool;
  readonly device: Device;
  readonly reach: Reach;
}

/** The devices that a driver manages together. */
export interface Pool {
  readonly driver: string;
  readonly name: string;
  /** False while a driver is publishing it: nothing is taken from half a pool. */
  readonly complete: boolean;
  readonly devices: readonly PoolDevice[];
  /** What devices take their parts from, by set and counter. */
  readonly counters: ReadonlyMap<string, Readonly<Record<string, Counter>>>;
}

export const deviceId = (driver: string, pool: string, device: string): string => JSON.stringify([driver, pool, device]);

/** The pools of the cluster, each as its newest generation says. */
export function poolsOf(slices: readonly ResourceSlice[]): Pool[] {
  const byPool = Map.groupBy(slices, ({ spec }) => JSON.stringify([spec.driver, spec.pool.name]));
  return [...byPool.values()].map(newestOf);
}

function newestOf(slices: readonly ResourceSlice[]): Pool {
  const newest = Math.max(...slices.map(({ spec }) => spec.pool.generation ?? 0));
  const specs = slices.map(({ spec }) => spec).filter(({ pool }) => (pool.generation ?? 0) === newest);
  const [{ driver, pool }] = specs as [ResourceSliceSpec];
  const counters = new Map(specs.flatMap(({ sharedCounters = [] }) => sharedCounters.map((set) => [set.name, set.counters] as const)));
  const devices: PoolDevice[] = [];
  const made = { driver, name: pool.name, complete: specs.length === pool.resourceSliceCount, devices, counters };
  for (const spec of specs) for (const device of spec.devices ?? []) devices.push(inPool(made, device, spec));
  return made;
}

function inPool(pool: Pool, device: Device, spec: ResourceSliceSpec): PoolDevice {
  const reach: Reach = spec.perDeviceNodeSelection ? device : spec;
  return { id: deviceId(spec.driver, spec.pool.name, device.name), driver: spec.driver, pool, device, reach };
}

/** Whether a device can be used on a node. */
export function reaches({ nodeName, nodeSelector, allNodes }: Reach, node: Node): boolean {
  if (nodeName) return nodeName === node.metadata.name;
  return allNodes === true || (nodeSelector !== undefined && matchesNodeSelector(nodeSelector, node));
}
