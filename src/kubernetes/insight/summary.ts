/** The parts of a kubelet's `/stats/summary` that are read here. */
export interface Summary {
  node: Measured & { nodeName: string };
  pods?: (Measured & { podRef: { name: string; namespace: string; uid: string }; containers?: (Measured & { name: string })[] })[];
}

interface Measured {
  cpu?: { time?: string; usageNanoCores?: number; usageCoreNanoSeconds?: number };
  memory?: { time?: string; workingSetBytes?: number };
}

interface ContainerUse {
  name: string;
  cpu: number;
  memory: number;
}

export interface PodUse {
  namespace: string;
  name: string;
  containers: ContainerUse[];
}

/** What one node used at a moment. */
export interface NodeUse {
  node: string;
  /** Milliseconds since the epoch. */
  at: number;
  /** Milliseconds over which the CPU use is averaged. */
  window: number;
  cpu: number;
  memory: number;
  pods: PodUse[];
}

interface Counter {
  at: number;
  nanoseconds: number;
}

/** Turns one node's summaries into use: the CPU of a window is the difference of two counters. */
export class SummaryReader {
  #counters = new Map<string, Counter>();
  #lastAt: number | undefined;

  /** Undefined until there are two summaries to compare. Containers that are new are left out until the next one. */
  read(summary: Summary, now: number): NodeUse | undefined {
    const before = this.#counters;
    const lastAt = this.#lastAt;
    this.#counters = new Map();
    this.#lastAt = now;
    const rate = (key: string, measured: Measured) => this.#rate(before, key, measured, now);
    const cpu = rate('', summary.node);
    const pods = (summary.pods ?? []).map(({ podRef, containers = [] }) => ({
      namespace: podRef.namespace,
      name: podRef.name,
      containers: containers.flatMap((container) => {
        const cores = rate(`${podRef.uid}/${container.name}`, container);
        const memory = container.memory?.workingSetBytes;
        return cores === undefined || memory === undefined ? [] : [{ name: container.name, cpu: cores, memory }];
      }),
    }));
    const memory = summary.node.memory?.workingSetBytes;
    if (cpu === undefined || memory === undefined || lastAt === undefined) return undefined;
    const measured = pods.filter(({ containers }) => containers.length > 0);
    return { node: summary.node.nodeName, at: now, window: now - lastAt, cpu, memory, pods: measured };
  }

  #rate(before: ReadonlyMap<string, Counter>, key: string, { cpu }: Measured, now: number): number | undefined {
    if (cpu?.usageCoreNanoSeconds === undefined) return undefined;
    const counter = { at: cpu.time ? Date.parse(cpu.time) : now, nanoseconds: cpu.usageCoreNanoSeconds };
    this.#counters.set(key, counter);
    const last = before.get(key);
    // A counter that went back belongs to a container that was started again.
    if (!last || counter.nanoseconds < last.nanoseconds) return undefined;
    if (counter.at <= last.at) return cpu.usageNanoCores === undefined ? undefined : cpu.usageNanoCores / 1e9;
    return (counter.nanoseconds - last.nanoseconds) / 1e6 / (counter.at - last.at);
  }
}
