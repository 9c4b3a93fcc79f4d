import { readFileSync, statfsSync } from 'node:fs';

/** Cumulative usage of the whole machine, or of the container that is the machine. */
export interface NodeUsage {
  cpuNanoseconds: number;
  memoryUsage: number;
  memoryWorkingSet: number;
  memoryRss: number;
  network: NetworkCounters[];
}

export interface NetworkCounters {
  name: string;
  rxBytes: number;
  rxErrors: number;
  txBytes: number;
  txErrors: number;
}

const CGROUP = '/sys/fs/cgroup';
const USER_HZ = 100;

export function nodeUsage(): NodeUsage {
  const memory = cgroupMemoryV1() ?? cgroupMemoryV2() ?? machineMemory();
  return { cpuNanoseconds: cpuNanoseconds(), ...memory, network: networkCounters() };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function cpuNanoseconds(): number {
  const v1 = read(`${CGROUP}/cpuacct/cpuacct.usage`);
  if (v1) return Number(v1);
  const v2 = field(read(`${CGROUP}/cpu.stat`), 'usage_usec');
  if (v2 !== undefined) return v2 * 1000;
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] =
    (read('/proc/stat') ?? '').split('\n')[0]?.split(/\s+/).slice(1).map(Number) ?? [];
  return ((user + nice + system + irq + softirq) / USER_HZ) * 1e9;
}

type Memory = Pick<NodeUsage, 'memoryUsage' | 'memoryWorkingSet' | 'memoryRss'>;

function cgroupMemoryV1(): Memory | undefined {
  const usage = read(`${CGROUP}/memory/memory.usage_in_bytes`);
  const stat = read(`${CGROUP}/memory/memory.stat`);
  if (usage === undefined) return undefined;
  return memoryOf(Number(usage), field(stat, 'total_inactive_file'), field(stat, 'total_rss'));
}

function cgroupMemoryV2(): Memory | undefined {
  const usage = read(`${CGROUP}/memory.current`);
  const stat = read(`${CGROUP}/memory.stat`);
  if (usage === undefined) return undefined;
  return memoryOf(Number(usage), field(stat, 'inactive_file'), field(stat, 'anon'));
}

function memoryOf(usage: number, inactiveFile = 0, rss = 0): Memory {
  return { memoryUsage: usage, memoryWorkingSet: Math.max(0, usage - inactiveFile), memoryRss: rss };
}

function machineMemory(): Memory {
  const table = read('/proc/meminfo') ?? '';
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(table)?.[1] ?? 0) * 1024;
  return memoryOf(bytes('MemTotal') - bytes('MemFree'), bytes('Inactive\\(file\\)'), bytes('AnonPages'));
}

function field(text: string | undefined, name: string): number | undefined {
  const value = new RegExp(`^${name} (\\d+)`, 'm').exec(text ?? '')?.[1];
  return value === undefined ? undefined : Number(value);
}

function networkCounters(): NetworkCounters[] {
  const lines = (read('/proc/net/dev') ?? '').split('\n').slice(2).filter(Boolean);
  return lines
    .map((line) => {
      const [name = '', counters = ''] = line.trim().split(/:\s*/);
      const values = counters.split(/\s+/).map(Number);
      return { name, rxBytes: values[0] ?? 0, rxErrors: values[2] ?? 0, txBytes: values[8] ?? 0, txErrors: values[10] ?? 0 };
    })
    .filter(({ name }) => name !== 'lo' && !name.startsWith('veth'))
    .sort((a, b) => Number(isBridge(a.name)) - Number(isBridge(b.name)));
}

/** The pods' bridge comes after the interface that leads out of the node. */
const isBridge = (name: string) => name.startsWith('cni');

export interface DiskUsage {
  availableBytes: number;
  capacityBytes: number;
  usedBytes: number;
  inodesFree: number;
  inodes: number;
  inodesUsed: number;
}

export function diskUsage(path: string): DiskUsage {
  const { bsize, blocks, bavail, bfree, files, ffree } = statfsSync(path);
  return {
    availableBytes: bavail * bsize,
    capacityBytes: blocks * bsize,
    usedBytes: (blocks - bfree) * bsize,
    inodesFree: ffree,
    inodes: files,
    inodesUsed: files - ffree,
  };
}
