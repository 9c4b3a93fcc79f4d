import { readFileSync, statfsSync } from 'node:fs';
import { cpus, networkInterfaces, totalmem } from 'node:os';
import type { PodFacts } from '../containers/fields.ts';
import type { KubeletOptions } from '../options.ts';

/** The machine's memory, or less where the node is a container with a limit. */
function memoryLimit(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}

const ADDRESSES_FRESH = 5_000;

/** What the kubelet knows of its machine. */
export class NodeFacts {
  readonly name: string;
  readonly cpuCount = cpus().length;
  readonly memoryCapacity: number;
  readonly #nodeIP: string | undefined;
  readonly #root: string;
  #addresses: string[] = [];
  #addressesAt = Number.NEGATIVE_INFINITY;

  constructor(options: Pick<KubeletOptions, 'nodeName' | 'nodeIP' | 'rootDirectory'>) {
    this.name = options.nodeName;
    this.#nodeIP = options.nodeIP;
    this.#root = options.rootDirectory;
    this.memoryCapacity = memoryLimit();
  }

  /** The addresses under which others reach this node, as they are now: a restarted container may have got another. */
  get hostIPs(): string[] {
    if (this.#nodeIP) return [this.#nodeIP];
    // Asking the kernel costs milliseconds where there are many interfaces, one for each pod.
    if (performance.now() - this.#addressesAt > ADDRESSES_FRESH) {
      this.#addresses = detectAddresses();
      this.#addressesAt = performance.now();
    }
    return this.#addresses;
  }

  /** Bytes of the file system that images, logs and volumes share. */
  get diskCapacity(): number {
    const { blocks, bsize } = statfsSync(this.#root);
    return blocks * bsize;
  }

  podFacts(podIPs: readonly string[]): PodFacts {
    return {
      podIPs,
      hostIPs: this.hostIPs,
      nodeName: this.name,
      allocatable: { cpuMilli: this.cpuCount * 1000, memory: this.memoryCapacity, ephemeralStorage: this.diskCapacity },
    };
  }
}

/** The first address of each family on the interface of the default route; on any interface where there is none. */
export function detectAddresses(): string[] {
  const interfaces = networkInterfaces();
  const name = defaultInterface();
  const candidates =
    (name ? interfaces[name] : undefined) ??
    Object.entries(interfaces)
      .filter(([key]) => !isVirtual(key))
      .flatMap(([, list]) => list ?? []);
  const usable = candidates.filter(({ internal, address }) => !internal && !address.startsWith('fe80:'));
  const v4 = usable.find(({ family }) => family === 'IPv4');
  const v6 = usable.find(({ family }) => family === 'IPv6');
  return [v4, v6].flatMap((found) => (found ? [found.address] : [])).slice(0, 1);
}

const isVirtual = (name: string) => /^(lo|cni|veth|docker|br-|flannel|kube)/.test(name);

function defaultInterface(): string | undefined {
  try {
    const routes = readFileSync('/proc/net/route', 'utf8').split('\n').slice(1);
    return routes.map((line) => line.split('\t')).find(([, destination]) => destination === '00000000')?.[0];
  } catch {
    return undefined;
  }
}
