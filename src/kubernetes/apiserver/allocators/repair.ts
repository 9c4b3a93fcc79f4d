import { describeError } from '../../../base/errors.ts';
import { ipAddresses, services } from '../../api/resources.ts';
import type { ServerCore, StartHook } from '../extensions.ts';
import { isAllocators, isOfService } from './ip-address-object.ts';
import { AddressRepair } from './repair-addresses.ts';
import { PortRepair } from './repair-ports.ts';
import { ServerEvents } from './server-events.ts';
import type { ServiceAllocators } from './service-allocators.ts';

const INTERVAL_MS = 3 * 60_000;

/**
 * Mends what crashes, restored backups, changed ranges and meddling leave behind: once before the server serves, which also
 * makes the records of services that an older version stored, and every few minutes from then on.
 */
export function serviceRepairHook(allocators: ServiceAllocators, owned: DisposableStack): StartHook {
  return {
    name: 'start-service-ip-repair-controllers',
    async run(core) {
      if (!core.store.serves(services) || !core.store.serves(ipAddresses)) return;
      const repairs = repairsOf(core, allocators);
      await repairs.addresses.run();
      await repairs.ports.run();
      owned.use(watchRecords(core, repairs.addresses));
      void every(INTERVAL_MS, core, async () => {
        await repairs.addresses.run();
        await repairs.ports.run();
      });
    },
  };
}

function repairsOf({ store, clock, log, registry }: ServerCore, { networks, ports, record }: ServiceAllocators) {
  const events = (component: string, action: string) => new ServerEvents({ component, action, store, clock, log });
  return {
    addresses: new AddressRepair({ store, networks, clock, events: events('ipallocator-repair-controller', 'ClusterIPAllocation') }),
    ports: new PortRepair({
      store,
      ports,
      record,
      events: events('portallocator-repair-controller', 'PortAllocation'),
      catchUp: () => registry.cache.catchUp(),
    }),
  };
}

/** A record that somebody deletes while its service has the address is made again at once. */
function watchRecords({ store, log }: ServerCore, repair: AddressRepair): Disposable {
  return store.onChange(ipAddresses, (next, previous) => {
    if (next || !previous || !isAllocators(previous) || !isOfService(previous)) return;
    const { namespace = '', name } = previous.spec.parentRef;
    const service = store.get(services, namespace, name);
    if (!service) return;
    repair.service(service).catch((error: unknown) => log.warn({ error: describeError(error) }, 'address of a service not repaired'));
  });
}

async function every(ms: number, { clock, signal, log }: ServerCore, run: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    try {
      await clock.sleep(ms, signal);
      await run();
    } catch (error) {
      if (!signal.aborted) log.warn({ error: describeError(error) }, 'addresses and ports of services not checked');
    }
  }
}
