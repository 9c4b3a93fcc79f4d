import { describeError } from '../../../base/errors.ts';
import type { ServiceCIDR } from '../../api/generated/networking-v1.ts';
import { serviceCIDrs } from '../../api/resources.ts';
import { formatTime } from '../../machinery/meta.ts';
import { ServerEvents } from '../allocators/server-events.ts';
import { configuredNetworks } from '../allocators/service-allocators.ts';
import type { ApiServerConfig } from '../config.ts';
import type { ServerCore, StartHook } from '../extensions.ts';
import { createMissing } from './create-missing.ts';

const NAME = 'kubernetes';
const INTERVAL_MS = 10_000;

/** Makes the network of `--service-cluster-ip-range` known as a ServiceCIDR, and again when somebody removed it. */
export const serviceNetworkHook: StartHook = {
  name: 'start-kubernetes-service-cidr-controller',
  async run(core) {
    if (!core.store.serves(serviceCIDrs)) return;
    await sync(core);
    await tellOfOther(core);
    void keep(core);
  },
};

/** A network that is there stays, whatever the flag says: services have its addresses. */
async function tellOfOther({ store, config, clock, log }: ServerCore): Promise<void> {
  const found = store.get(serviceCIDrs, '', NAME);
  const [wanted, cidrs] = [configuredCidrs(config), found?.spec.cidrs ?? []];
  if (!found || cidrs.join() === wanted.join()) return;
  const events = new ServerEvents({ component: 'kubernetes-service-cidr-controller', action: 'ServiceCIDRCheck', store, clock, log });
  const message = `The default ServiceCIDR [${cidrs.join(' ')}] does not match the controller flag configurations [${wanted.join(' ')}]`;
  await events.warning(found, 'KubernetesDefaultServiceCIDRInconsistent', message);
}

const configuredCidrs = ({ serviceClusterIPRange }: ApiServerConfig) => configuredNetworks(serviceClusterIPRange).map(({ cidr }) => cidr);

async function keep(core: ServerCore): Promise<void> {
  while (!core.signal.aborted) {
    try {
      await core.clock.sleep(INTERVAL_MS, core.signal);
      await sync(core);
    } catch (error) {
      if (!core.signal.aborted) core.log.warn({ error: describeError(error) }, 'the network of services was not checked');
    }
  }
}

async function sync({ store, config, clock }: ServerCore): Promise<void> {
  const cidrs = configuredCidrs(config);
  const wanted: ServiceCIDR = { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: { name: NAME }, spec: { cidrs } };
  await createMissing(store, serviceCIDrs, [wanted], withSecondFamily);
  const found = store.get(serviceCIDrs, '', NAME);
  if (!found || found.metadata.deletionTimestamp || found.spec.cidrs?.join() !== cidrs.join() || readyCondition(found)) return;
  await store.changeStatus(serviceCIDrs, '', NAME, (current) =>
    readyCondition(current) ? undefined : { ...current, status: { conditions: [ready(clock.now())] } },
  );
}

/** A cluster of one family may become one of both; any other change of the flag needs the old network removed. */
function withSecondFamily(existing: ServiceCIDR, wanted: ServiceCIDR): ServiceCIDR | undefined {
  const [before = [], after = []] = [existing.spec.cidrs, wanted.spec.cidrs];
  return before.length === 1 && after.length === 2 && before[0] === after[0] ? { ...existing, spec: wanted.spec } : undefined;
}

const readyCondition = ({ status }: ServiceCIDR) =>
  status?.conditions?.find(({ type, status }) => type === 'Ready' && status !== 'Unknown');

const ready = (now: number) => ({
  type: 'Ready',
  status: 'True' as const,
  reason: '',
  message: 'Kubernetes default Service CIDR is ready',
  lastTransitionTime: formatTime(now),
});
