import { describeError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { Service } from '../../api/generated/core-v1.ts';
import { endpoints } from '../../api/resources.ts';
import { keyOf } from '../../machinery/meta.ts';
import { isNotFound } from '../../machinery/status.ts';
import type { ObjectStore } from '../registry.ts';
import type { KindHooks, Transaction } from '../writes/kind-hooks.ts';
import type { ClusterIpAllocator } from './cluster-ips.ts';
import type { IpFamily } from './ip-range.ts';
import type { NodePortAllocator } from './node-ports.ts';
import { PortOperation } from './port-operation.ts';
import { AddressOperation } from './service-addresses.ts';
import { chooseFamilies } from './service-families.ts';
import { addressesOf, needsHealthCheckPort, nodePortsOf } from './service-needs.ts';
import { takePorts, updatePorts } from './service-ports.ts';
import { dropUnneeded, keepAllocated, normalizeClusterIps } from './service-update.ts';

export interface ServiceAllocationParts {
  readonly addresses: ClusterIpAllocator;
  readonly ports: NodePortAllocator;
  /** Address families of the cluster, its own first. */
  readonly families: readonly IpFamily[];
  readonly store: ObjectStore;
  readonly log: Log;
}

interface Operations {
  readonly addresses: AddressOperation;
  readonly ports: PortOperation;
}

/** Waits for all, which happen at once; throws what would have been thrown first one after the other. */
async function inOrder(...parts: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(parts);
  for (const part of parts) await part;
}

/** Gives services addresses, families and ports before they are stored, and takes them back. */
export class ServiceAllocation implements KindHooks<Service> {
  readonly #parts: ServiceAllocationParts;

  constructor(parts: ServiceAllocationParts) {
    this.#parts = parts;
  }

  beginCreate(service: Service, { dryRun }: { dryRun: boolean }): Promise<Transaction> {
    return this.#begin(service, dryRun, async ({ addresses, ports }) => {
      const { spec } = service;
      if (!spec) return;
      normalizeClusterIps(spec, undefined);
      chooseFamilies(service, undefined, this.#parts.families);
      await inOrder(addresses.fill(), takePorts(service, ports));
    });
  }

  beginUpdate(service: Service, { spec: previous }: Service, { dryRun }: { dryRun: boolean }): Promise<Transaction> {
    return this.#begin(service, dryRun, async ({ addresses, ports }) => {
      const { spec } = service;
      if (!spec || !previous) return;
      keepAllocated(spec, previous);
      normalizeClusterIps(spec, previous);
      chooseFamilies(service, previous, this.#parts.families);
      await addresses.update(previous);
      await updatePorts(service, previous, ports);
      dropUnneeded(spec, previous);
    });
  }

  async afterDelete(service: Service): Promise<void> {
    const spec = service.spec ?? {};
    const ports = [...nodePortsOf(spec), ...(needsHealthCheckPort(spec) && spec.healthCheckNodePort ? [spec.healthCheckNodePort] : [])];
    await this.#released(service, [
      this.#deleteEndpoints(service),
      ...addressesOf(spec).map((address) => this.#parts.addresses.release(address, service)),
      this.#parts.ports.release(ports),
    ]);
  }

  /** A service of the same name must not start with the endpoints of this one. */
  async #deleteEndpoints({ metadata: { namespace = '', name = '' } }: Service): Promise<void> {
    const { store } = this.#parts;
    if (!store.get(endpoints, namespace, name)) return;
    try {
      await store.delete(endpoints, namespace, name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async #begin(service: Service, dryRun: boolean, allocate: (operations: Operations) => Promise<void>): Promise<Transaction> {
    const operations: Operations = {
      addresses: new AddressOperation(this.#parts.addresses, service, dryRun),
      ports: new PortOperation(this.#parts.ports, dryRun),
    };
    const both = (settle: 'commit' | 'revert') => this.#released(service, [operations.addresses[settle](), operations.ports[settle]()]);
    try {
      await allocate(operations);
    } catch (error) {
      await both('revert');
      throw error;
    }
    return { commit: () => both('commit'), revert: () => both('revert') };
  }

  /** What cannot be given back now is found by the repair loops. */
  async #released(service: Service, releases: readonly Promise<void>[]): Promise<void> {
    for (const result of await Promise.allSettled(releases)) {
      if (result.status === 'rejected')
        this.#parts.log.warn({ service: keyOf(service), error: describeError(result.reason) }, 'not everything was given back');
    }
  }
}
