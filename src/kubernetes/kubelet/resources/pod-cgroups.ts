import { existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../../base/log.ts';
import type { BoundPod } from '../pods/pod.ts';
import { cpuPeriod, quotaOf, sharesOf } from './linux-resources.ts';
import { podAmount } from './pod-resources.ts';
import { qosClassOf } from './qos.ts';

const ROOT = '/kubepods';
const CONTROLLERS_V1 = ['cpu', 'cpuacct', 'cpuset', 'memory', 'pids', 'blkio', 'devices', 'freezer', 'systemd'];
const CONTROLLERS_V2 = ['cpu', 'memory', 'pids', 'cpuset', 'io'];

/** `/kubepods/burstable/pod<uid>`; guaranteed pods sit directly below the root. */
export function podCgroup(pod: BoundPod): string {
  const qos = qosClassOf(pod);
  const parent = qos === 'Guaranteed' ? ROOT : `${ROOT}/${qos.toLowerCase()}`;
  return `${parent}/pod${pod.metadata.uid}`;
}

/** The cgroups of pods, in whichever cgroup version the machine has. Containers' own are the runtime's business. */
export class PodCgroups {
  readonly #mount: string;
  readonly #unified: boolean;
  readonly #log: Log;
  /** CPU requests of burstable pods, in milli-CPUs. */
  readonly #burstable = new Map<string, number>();

  constructor(log: Log, mount: string) {
    this.#mount = mount;
    this.#unified = existsSync(join(mount, 'cgroup.controllers'));
    this.#log = log;
  }

  /** Makes the pod's cgroup with the pod's totals. Idempotent. */
  create(pod: BoundPod): void {
    const cpu = podAmount(pod, 'requests', 'cpu') ?? 0;
    const cpuLimit = podAmount(pod, 'limits', 'cpu') ?? 0;
    const memoryLimit = podAmount(pod, 'limits', 'memory') ?? 0;
    if (this.#unified) this.#createV2(podCgroup(pod), sharesOf(cpu), quotaOf(cpuLimit), memoryLimit);
    else this.#createV1(podCgroup(pod), sharesOf(cpu), quotaOf(cpuLimit), memoryLimit);
    if (qosClassOf(pod) === 'Burstable') this.#burstable.set(pod.metadata.uid, cpu);
    this.#shareOut();
  }

  /** Between classes: burstable pods weigh as much as they asked for together, best-effort pods as little as possible. */
  #shareOut(): void {
    const burstable = [...this.#burstable.values()].reduce((sum, cpu) => sum + cpu, 0);
    this.#writeShares(`${ROOT}/burstable`, sharesOf(burstable));
    this.#writeShares(`${ROOT}/besteffort`, sharesOf(0));
  }

  #writeShares(path: string, shares: number): void {
    if (this.#unified) this.#write('', path, 'cpu.weight', weightOf(shares));
    else this.#write('cpu', path, 'cpu.shares', shares);
  }

  /** Removes the pod's cgroup and what is left below it; processes must be gone. */
  remove(pod: BoundPod): void {
    const path = podCgroup(pod);
    if (this.#burstable.delete(pod.metadata.uid)) this.#shareOut();
    const roots = this.#unified ? [this.#mount] : CONTROLLERS_V1.map((controller) => join(this.#mount, controller));
    for (const root of roots) this.#removeTree(join(root, path));
  }

  /** Removes the cgroups of pods that are not known. */
  removeExcept(isKnown: (uid: string) => boolean): void {
    const roots = this.#unified ? [this.#mount] : CONTROLLERS_V1.map((controller) => join(this.#mount, controller));
    for (const parent of [ROOT, `${ROOT}/burstable`, `${ROOT}/besteffort`]) {
      for (const root of roots) this.#removeUnknown(join(root, parent), isKnown);
    }
  }

  #removeUnknown(parent: string, isKnown: (uid: string) => boolean): void {
    if (!existsSync(parent)) return;
    for (const name of readdirSync(parent))
      if (name.startsWith('pod') && !isKnown(name.slice('pod'.length))) this.#removeTree(join(parent, name));
  }

  #createV1(path: string, shares: number, quota: number, memory: number): void {
    for (const controller of CONTROLLERS_V1) {
      const root = join(this.#mount, controller);
      if (existsSync(root)) mkdirSync(join(root, path), { recursive: true });
    }
    this.#write('cpu', path, 'cpu.shares', shares);
    this.#write('cpu', path, 'cpu.cfs_period_us', cpuPeriod);
    this.#write('cpu', path, 'cpu.cfs_quota_us', quota || -1);
    this.#write('memory', path, 'memory.use_hierarchy', 1);
    this.#write('memory', path, 'memory.limit_in_bytes', memory || -1);
  }

  #createV2(path: string, shares: number, quota: number, memory: number): void {
    let at = this.#mount;
    for (const part of path.split('/').filter(Boolean)) {
      this.#delegate(at);
      at = join(at, part);
      mkdirSync(at, { recursive: true });
    }
    this.#delegate(at);
    this.#write('', path, 'cpu.weight', weightOf(shares));
    this.#write('', path, 'cpu.max', `${quota || 'max'} ${cpuPeriod}`);
    this.#write('', path, 'memory.max', memory || 'max');
  }

  #delegate(directory: string): void {
    for (const controller of CONTROLLERS_V2) this.#tryWrite(join(directory, 'cgroup.subtree_control'), `+${controller}`);
  }

  #write(controller: string, path: string, file: string, value: number | string): void {
    this.#tryWrite(join(this.#mount, controller, path, file), String(value));
  }

  #tryWrite(file: string, value: string): void {
    if (!existsSync(file)) return;
    try {
      writeFileSync(file, value);
    } catch (error) {
      this.#log.debug({ err: error, file, value }, 'cgroup value refused');
    }
  }

  #removeTree(directory: string): void {
    if (!existsSync(directory)) return;
    try {
      for (const entry of readdirSync(directory, { withFileTypes: true })) {
        if (entry.isDirectory()) this.#removeTree(join(directory, entry.name));
      }
      rmdirSync(directory);
    } catch (error) {
      this.#log.debug({ err: error, directory }, 'cgroup not removed');
    }
  }
}

/** cgroup v2 weights (1..10000) for v1 shares (2..262144), as runc converts them. */
function weightOf(shares: number): number {
  return 1 + Math.floor(((shares - 2) * 9999) / 262_142);
}
