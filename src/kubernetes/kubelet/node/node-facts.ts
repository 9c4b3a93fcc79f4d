import { readFileSync, statfsSync } from 'node:fs';
import { cpus, networkInterfaces, totalmem } from 'node:os';
import { quantityMilliValue, quantityValue } from '../../machinery/quantity.ts';
import type { PodFacts } from '../containers/fields.ts';
import type { KubeletOptions } from '../options.ts';
import { resources } from './node-object.ts';

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
  readonly #options: KubeletOptions;
  #addresses: string[] = [];
  #addressesAt = Number.NEGATIVE_INFINITY;

  constructor(options: KubeletOptions) {
    this.name = options.nodeName;
    this.#options = options;
    this.memoryCapacity = memoryLimit();
  }

  /** The addresses under which others reach this node, as they are now: a restarted container may have got another. */
  get hostIPs(): string[] {
    const { nodeIP } = this.#options;
    if (nodeIP) return [nodeIP];
    // Asking the kernel costs milliseconds where there are many interfaces, one for each pod.
    if (performance.now() - this.#addressesAt > ADDRESSES_FRESH) {
      this.#addresses = detectAddresses();
      this.#addressesAt = performance.now();
    }
    return this.#addresses;
  }

  /** Bytes of the file system that images, logs and volumes share. */
  get diskCapacity(): number {
    const { blocks, bsize } = statfsSync(this.#options.rootDirectory);
    return blocks * bsize;
  }

  podFacts(podIPs: readonly string[]): PodFacts {
    const { allocatable } = resources(this.#options, this);
    return {
      podIPs,
      hostIPs: this.hostIPs,
      nodeName: this.name,
      allocatable: {
        cpuMilli: quantityMilliValue(allocatable.cpu ?? '0'),
        memory: quantityValue(allocatable.memory ?? '0'),
        ephemeralStorage: quantityValue(allocatable['ephemeral-storage'] ?? '0'),
      },
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
