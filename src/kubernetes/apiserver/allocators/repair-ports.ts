import type { Service } from '../../api/generated/core-v1.ts';
import { services } from '../../api/resources.ts';
import type { ObjectStore } from '../registry.ts';
import type { NodePortAllocator } from './node-ports.ts';
import { PortBitmap } from './port-bitmap.ts';
import type { PortRecord, PortState } from './port-record.ts';
import type { ServerEvents } from './server-events.ts';

/** A port that no service has is kept for so many runs: it may have been taken for a service that is being stored. */
const RUNS_BEFORE_CLEANUP = 3;
const ATTEMPTS = 10;

export interface PortRepairParts {
  readonly store: ObjectStore;
  readonly ports: NodePortAllocator;
  readonly record: PortRecord;
  readonly events: ServerEvents;
  /** Waits until the store shows everything that is stored now. */
  catchUp(): Promise<void>;
}

/** Makes the record of node ports fit the services there are. */
export class PortRepair {
  readonly #parts: PortRepairParts;
  /** Ports nobody has, and how many runs they are still kept. */
  readonly #leaks = new Map<number, number>();

  constructor(parts: PortRepairParts) {
    this.#parts = parts;
  }

  async run(): Promise<void> {
    const { record, ports, catchUp } = this.#parts;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      // The record first: a service that is stored later has its port on a later record, and the write below fails.
      const stored = await record.read();
      await catchUp();
      const { taken, findings, leaks } = this.#rebuild(stored);
      const same = stored.range === ports.rangeText && String(taken) === String(stored.taken);
      if (!same && !(await record.write(ports.rangeText, taken, stored))) continue;
      this.#leaks.clear();
      for (const [port, runs] of leaks) this.#leaks.set(port, runs);
      for (const { service, reason, message } of findings) await this.#parts.events.warning(service, reason, message);
      return;
    }
    throw new Error('unable to persist the updated port allocations: other servers keep writing');
  }

  /** The record as it should be; changes nothing. */
  #rebuild(stored: PortState): Rebuilt {
    const { ports, store } = this.#parts;
    const taken = new PortBitmap();
    const findings: Finding[] = [];
    const unused = new Set(portsOf(stored));
    for (const service of store.list(services)) {
      for (const port of allPortsOf(service)) {
        if (!ports.contains(port)) findings.push(outOfRange(service, port, ports.rangeText));
        else if (taken.has(ports.indexOf(port))) findings.push(assignedTwice(service, port));
        else {
          taken.add(ports.indexOf(port));
          if (!unused.delete(port)) findings.push(notAllocated(service, port));
        }
      }
    }
    const leaks = new Map<number, number>();
    for (const port of unused) {
      const runs = this.#leaks.get(port) ?? RUNS_BEFORE_CLEANUP;
      if (runs <= 0 || !ports.contains(port)) continue;
      leaks.set(port, runs - 1);
      taken.add(ports.indexOf(port));
    }
    return { taken, findings, leaks };
  }
}

interface Rebuilt {
  readonly taken: PortBitmap;
  readonly findings: readonly Finding[];
  readonly leaks: ReadonlyMap<number, number>;
}

interface Finding {
  readonly service: Service;
  readonly reason: string;
  readonly message: string;
}

const notAllocated = (service: Service, port: number): Finding => ({
  service,
  reason: 'PortNotAllocated',
  message: `Port ${port} is not allocated; repairing`,
});

const assignedTwice = (service: Service, port: number): Finding => ({
  service,
  reason: 'PortAlreadyAllocated',
  message: `Port ${port} was assigned to multiple services; please recreate service`,
});

const outOfRange = (service: Service, port: number, range: string): Finding => ({
  service,
  reason: 'PortOutOfRange',
  message: `Port ${port} is not within the port range ${range}; please recreate service`,
});

/** The ports of a record, whatever range it is of. */
function portsOf({ range, taken }: PortState): number[] {
  const [from = 0, to = -1] = range ? range.split('-').map(Number) : [];
  return [...taken.taken(to - from + 1)].map((index) => from + index);
}

/** A port that serves two protocols is one port; one that serves the same twice is a mistake, and shows as such. */
function allPortsOf({ spec = {} }: Service): number[] {
  const seen = new Set<string>();
  const known = new Set<number>();
  const health = spec.healthCheckNodePort ? [{ nodePort: spec.healthCheckNodePort, protocol: 'TCP' }] : [];
  return [...(spec.ports ?? []), ...health].flatMap(({ nodePort, protocol = 'TCP' }) => {
    if (!nodePort) return [];
    const use = `${protocol}/${nodePort}`;
    const counts = !known.has(nodePort) || seen.has(use);
    known.add(nodePort);
    seen.add(use);
    return counts ? [nodePort] : [];
  });
}
