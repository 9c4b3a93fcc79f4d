import type { Clock } from '../../../base/clock.ts';
import type { Service } from '../../api/generated/core-v1.ts';
import type { IPAddress } from '../../api/generated/networking-v1.ts';
import { ipAddresses, services } from '../../api/resources.ts';
import { keyOf } from '../../machinery/meta.ts';
import { isAlreadyExists, isNotFound } from '../../machinery/status.ts';
import type { ObjectStore } from '../registry.ts';
import { hasRightLabels, ipAddressFor, isAllocators, isOfService } from './ip-address-object.ts';
import { familyOf } from './ip-range.ts';
import type { ServerEvents } from './server-events.ts';
import { addressesOf } from './service-needs.ts';
import type { ServiceNetworks } from './service-networks.ts';

/** A record may be this much older than its service: a request does not take longer. */
const GRACE_MS = 60_000;

export interface AddressRepairParts {
  readonly store: ObjectStore;
  readonly networks: ServiceNetworks;
  readonly events: ServerEvents;
  readonly clock: Clock;
}

/** Makes the records of addresses fit the services there are: each address of a service has one, and none is without a service. */
export class AddressRepair {
  readonly #parts: AddressRepairParts;

  constructor(parts: AddressRepairParts) {
    this.#parts = parts;
  }

  async run(): Promise<void> {
    const { store } = this.#parts;
    for (const service of store.list(services)) await this.service(service);
    for (const record of store.list(ipAddresses)) if (isAllocators(record)) await this.#address(record);
  }

  /** Sees to it that every address of a service is on record as its own. */
  async service(service: Service): Promise<void> {
    for (const address of addressesOf(service.spec)) await this.#serviceAddress(service, address);
  }

  async #serviceAddress(service: Service, address: string): Promise<void> {
    const { store, networks, events } = this.#parts;
    const about = `[${familyOf(address)}]: ${address}`;
    if (!networks.contain(address)) {
      const message = `Cluster IP ${about} is not within any configured Service CIDR; please recreate service`;
      return events.warning(service, 'ClusterIPOutOfRange', message);
    }
    const record = store.get(ipAddresses, '', address);
    if (!record) {
      await events.warning(service, 'ClusterIPNotAllocated', `Cluster IP ${about} is not allocated; repairing`);
      return this.#create(address, service);
    }
    const owner = isOfService(record) ? store.get(services, record.spec.parentRef.namespace ?? '', record.spec.parentRef.name) : undefined;
    if (!owner) {
      const message = `the ClusterIP ${about} for Service ${keyOf(service)} has a wrong reference; repairing`;
      await events.warning(service, 'ClusterIPNotAllocated', message);
      return this.#recreate(record, service);
    }
    if (keyOf(owner) !== keyOf(service) && addressesOf(owner.spec).includes(address)) {
      const message = `Cluster IP [${familyOf(address)}]:${address} was assigned to multiple services; please recreate service`;
      return events.warning(service, 'ClusterIPAlreadyAllocated', message);
    }
    if (keyOf(owner) !== keyOf(service) || !hasRightLabels(record)) await this.#recreate(record, service);
  }

  /** Removes the record of an address that no service has. */
  async #address(record: IPAddress): Promise<void> {
    const { store, events, clock } = this.#parts;
    const { name = '', creationTimestamp } = record.metadata;
    if (!isOfService(record)) {
      const { group = '', resource, namespace = '', name: parent } = record.spec.parentRef;
      const reference = `&ParentReference{Group:${group},Resource:${resource},Namespace:${namespace},Name:${parent},}`;
      const message = `IPAddress ${name} appears to have been modified, not referencing a Service ${reference}: cleaning up`;
      await events.warning(record, 'IPAddressNotAllocated', message);
      return this.#delete(name);
    }
    const { namespace = '', name: parent } = record.spec.parentRef;
    const service = store.get(services, namespace, parent);
    if (service && addressesOf(service.spec).includes(name)) return;
    if (clock.now() - Date.parse(creationTimestamp ?? '') <= GRACE_MS) return;
    const about = `IPAddress: ${name} for Service ${namespace}/${parent}`;
    if (service) await events.warning(record, 'IPAddressWrongReference', `${about} has a wrong reference; cleaning up`);
    else await events.warning(record, 'IPAddressNotAllocated', `${about} appears to have leaked: cleaning up`);
    await this.#delete(name);
  }

  async #recreate(record: IPAddress, service: Service): Promise<void> {
    const { name = '' } = record.metadata;
    await this.#delete(name);
    await this.#create(name, service);
  }

  async #create(address: string, service: Service): Promise<void> {
    try {
      await this.#parts.store.create(ipAddresses, ipAddressFor(address, service));
    } catch (error) {
      // Another server mended it.
      if (!isAlreadyExists(error)) throw error;
    }
  }

  async #delete(name: string): Promise<void> {
    try {
      await this.#parts.store.delete(ipAddresses, '', name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
