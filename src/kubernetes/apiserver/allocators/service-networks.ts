import type { ServiceCIDR } from '../../api/generated/networking-v1.ts';
import { serviceCIDrs } from '../../api/resources.ts';
import type { ObjectStore } from '../registry.ts';
import { type IpFamily, IpRange } from './ip-range.ts';

/** The ServiceCIDRs as ranges to take addresses from. */
export class ServiceNetworks implements Disposable {
  readonly #store: ObjectStore;
  readonly #subscription: Disposable;
  #ranges: { readonly ready: readonly IpRange[]; readonly all: readonly IpRange[] } | undefined;

  constructor(store: ObjectStore) {
    this.#store = store;
    this.#subscription = store.onChange(serviceCIDrs, () => {
      this.#ranges = undefined;
    });
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }

  /** Those that new addresses may come from. */
  ready(family: IpFamily): readonly IpRange[] {
    return this.#known().ready.filter((range) => range.family === family);
  }

  /** Whether an address is of any network, be it on its way out. */
  contain(address: string): boolean {
    return this.#known().all.some((range) => range.contains(address));
  }

  #known() {
    this.#ranges ??= rangesOf(this.#store.list(serviceCIDrs));
    return this.#ranges;
  }
}

function rangesOf(networks: readonly ServiceCIDR[]) {
  return { ready: uniqueRanges(networks.filter(isReady)), all: uniqueRanges(networks) };
}

function uniqueRanges(networks: readonly ServiceCIDR[]): IpRange[] {
  return [...new Set(networks.flatMap(({ spec }) => spec?.cidrs ?? []))].map((cidr) => new IpRange(cidr));
}

/** Without a word on it, a network is ready: the controller that says so may not be running. */
function isReady({ metadata, status }: ServiceCIDR): boolean {
  if (metadata.deletionTimestamp) return false;
  return (status?.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'True') === 'True';
}
