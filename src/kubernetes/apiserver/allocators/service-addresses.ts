import type { Service, ServiceSpec } from '../../api/generated/core-v1.ts';
import { internalError, invalid } from '../../machinery/status.ts';
import { invalidValue } from '../../machinery/validation/faults.ts';
import { AddressRefused, type ClusterIpAllocator } from './cluster-ips.ts';
import type { IpFamily } from './ip-range.ts';
import { keepsPreferredFamilies } from './service-families.ts';
import { addressesOf, hasAddresses, isHeadless, needsClusterIp } from './service-needs.ts';

/** The cluster addresses of one write: taken at once, given back when it is clear which ones nobody has. */
export class AddressOperation {
  readonly #addresses: ClusterIpAllocator;
  readonly #service: Service;
  readonly #dryRun: boolean;
  readonly #taken: string[] = [];
  #unneeded: readonly string[] = [];

  constructor(addresses: ClusterIpAllocator, service: Service, dryRun: boolean) {
    this.#addresses = addresses;
    this.#service = service;
    this.#dryRun = dryRun;
  }

  /** An address for each family that has none yet; those of the first `kept` families stay as they are. */
  async fill(kept = 0): Promise<void> {
    const spec = this.#service.spec as ServiceSpec;
    if (!hasAddresses(spec)) return;
    const families = spec.ipFamilies as IpFamily[];
    const wanted = families.map((_, index) => spec.clusterIPs?.[index] ?? '');
    for (const [index, family] of families.entries()) if (index >= kept) wanted[index] = await this.#have(wanted, index, family);
    spec.clusterIPs = wanted;
    spec.clusterIP = wanted[0];
  }

  /** Gives or takes what a change of the type or of the families calls for; any other change of an address is no business of an allocator. */
  async update(previous: ServiceSpec): Promise<void> {
    const spec = this.#service.spec as ServiceSpec;
    if (keepsPreferredFamilies(spec, previous)) return;
    const [before, after] = [previous.ipFamilies?.length ?? 0, spec.ipFamilies?.length ?? 0];
    if (!needsClusterIp(previous)) await this.fill();
    else if (isHeadless(previous)) return;
    else if (!needsClusterIp(spec)) this.#unneeded = addressesOf(previous);
    else if (before === 1 && after === 2) await this.fill(1);
    else if (before === 2 && after === 1) this.#unneeded = addressesOf(previous).slice(1);
  }

  async commit(): Promise<void> {
    await this.#release(this.#unneeded);
  }

  async revert(): Promise<void> {
    await this.#release(this.#taken);
  }

  async #release(addresses: readonly string[]): Promise<void> {
    if (!this.#dryRun) await Promise.all(addresses.map((address) => this.#addresses.release(address, this.#service)));
  }

  async #have(wanted: readonly string[], index: number, family: IpFamily): Promise<string> {
    const service = this.#service;
    const named = wanted[index] ?? '';
    try {
      if (this.#dryRun && named) this.#addresses.try(named, family);
      if (this.#dryRun) return named || this.#addresses.tryNext(family);
      if (named) await this.#addresses.take(named, family, service);
      const address = named || (await this.#addresses.takeNext(family, service));
      this.#taken.push(address);
      return address;
    } catch (error) {
      if (!(error instanceof AddressRefused)) throw error;
      if (!named) throw internalError(`failed to allocate a serviceIP: ${error.message}`);
      const fault = invalidValue('spec.clusterIPs', wanted, `failed to allocate IP ${named}: ${error.message}`);
      throw invalid({ group: '', kind: 'Service' }, service.metadata.name ?? '', [fault]);
    }
  }
}
