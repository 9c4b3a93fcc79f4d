import type { ServiceCIDR } from '../../api/generated/networking-v1.ts';
import { ipAddresses, serviceCIDrs } from '../../api/resources.ts';
import type { Condition } from '../../machinery/meta.ts';
import { conditionOf, withCondition } from '../framework/conditions.ts';
import { type ControllerContext, defineController, done, type Result, watchOf } from '../framework/controller.ts';
import { canGo, networksOfAddress, overlapping } from './networks.ts';

const FINALIZER = 'networking.k8s.io/service-cidr-finalizer';
/** API servers hear of a deletion by then and give out no more addresses of the network. */
const GRACE_MS = 10_000;

/** ServiceCIDRs are ready once they are protected, and go when no service would be left with an address of no network. */
export const serviceCidrController = defineController({
  name: 'service-cidr',
  primary: serviceCIDrs,
  watches: [
    // A network that comes or goes may free another from its addresses, or leave it alone with them.
    watchOf(serviceCIDrs, ({ next, previous }, cache) => {
      if (next && previous) return [];
      const changed = next ?? previous;
      return changed ? namesOf(overlapping(cache.list(serviceCIDrs), changed)) : [];
    }),
    // Addresses matter to networks that wait for their end.
    watchOf(ipAddresses, ({ next, previous }, cache) => {
      if (next && previous) return [];
      const waiting = cache.list(serviceCIDrs).filter(({ metadata }) => metadata.deletionTimestamp);
      return namesOf(networksOfAddress(waiting, (next ?? previous)?.metadata.name ?? ''));
    }),
  ],

  async reconcile(key, context, signal) {
    const network = context.cache.get(serviceCIDrs, key);
    if (!network) return done;
    if (network.metadata.deletionTimestamp) return release(network, context, signal);
    const safe = await protect(network, context, signal);
    await say(safe, { status: 'True', reason: '', message: 'Kubernetes Service CIDR is ready' }, context, signal);
    return done;
  },
});

const namesOf = (networks: readonly ServiceCIDR[]): string[] => networks.map(({ metadata }) => metadata.name ?? '');

async function protect(network: ServiceCIDR, { api }: ControllerContext, signal: AbortSignal): Promise<ServiceCIDR> {
  const { name = '', finalizers } = network.metadata;
  if (finalizers?.includes(FINALIZER)) return network;
  return api.patch(serviceCIDrs, { name }, { metadata: { finalizers: [FINALIZER] } }, { type: 'strategic' }, signal);
}

async function release(network: ServiceCIDR, context: ControllerContext, signal: AbortSignal): Promise<Result> {
  const { api, cache, clock } = context;
  const { name = '', deletionTimestamp, finalizers } = network.metadata;
  if (!finalizers?.includes(FINALIZER)) return done;
  if (!canGo(network, cache.list(serviceCIDrs), cache.list(ipAddresses))) {
    const message = 'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR';
    await say(network, { status: 'False', reason: 'Terminating', message }, context, signal);
    return done;
  }
  const wait = Date.parse(deletionTimestamp ?? '') + GRACE_MS - clock.now();
  if (wait > 0) return { after: wait };
  const patch = { metadata: { '$deleteFromPrimitiveList/finalizers': [FINALIZER] } };
  await api.patch(serviceCIDrs, { name }, patch, { type: 'strategic' }, signal);
  return done;
}

async function say(
  network: ServiceCIDR,
  wanted: Pick<Condition, 'status' | 'reason' | 'message'>,
  { api, clock, events }: ControllerContext,
  signal: AbortSignal,
): Promise<void> {
  const said = conditionOf(network.status?.conditions, 'Ready');
  if (said && said.status === wanted.status && said.reason === wanted.reason && said.message === wanted.message) return;
  const conditions = withCondition(network.status?.conditions, { type: 'Ready', ...wanted } as Condition, clock.now());
  try {
    await api.updateStatus(serviceCIDrs, { ...network, status: { ...network.status, conditions } }, {}, signal);
  } catch (error) {
    const failed = 'The ServiceCIDR Status can not be set to Ready=True';
    if (wanted.status === 'True') events.warning(network, 'KubernetesServiceCIDRError', failed);
    throw error;
  }
}
