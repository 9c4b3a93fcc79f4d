import { addQuantities } from '../../machinery/quantity.ts';
import type { Container, ContainerStatus, Pod, ResourceRequirements } from '../generated/core-v1.ts';
import { isSidecar } from '../helpers/pod-requests.ts';
import { type Amounts, addAmounts, mostAmounts, parseAmounts } from './amounts.ts';

type Kind = 'requests' | 'limits';

export interface PodAmountOptions {
  /** Count what running containers have where it is more than what they ask for: a resize takes its time. */
  status?: boolean;
  /** Count what the pod's runtime needs besides. */
  overhead?: boolean;
}

/** Resources that a pod can have as a whole; they then replace what its containers sum up to. */
const isPodLevel = (name: string): boolean => name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');

/** Whether a pod says what it needs as a whole. */
export function hasPodLevelResources({ spec }: Pod): boolean {
  const { requests = {}, limits = {} } = spec?.resources ?? {};
  return [...Object.keys(requests), ...Object.keys(limits)].some(isPodLevel);
}

/** What a pod needs, exactly: its containers together or its hungriest init step, whichever is more. */
export function podAmounts(pod: Pod, kind: Kind, options: PodAmountOptions = {}): Amounts {
  const { spec } = pod;
  const total = mostOf(pod, kind, options);
  const own = podLevelAmounts(spec?.resources, kind);
  const amounts = { ...total, ...own };
  if (!options.overhead || !spec?.overhead) return amounts;
  const overhead = parseAmounts(spec.overhead);
  if (kind === 'requests') return addAmounts(amounts, overhead);
  const limited = Object.entries(amounts).map(([name, amount]) => {
    const more = overhead[name];
    return [name, more ? addQuantities(amount, more) : amount] as const;
  });
  return Object.fromEntries(limited);
}

function podLevelAmounts(resources: ResourceRequirements | undefined, kind: Kind): Amounts {
  const list = Object.entries(resources?.[kind] ?? {}).filter(([name]) => isPodLevel(name));
  return parseAmounts(Object.fromEntries(list));
}

function mostOf({ spec, status }: Pod, kind: Kind, options: PodAmountOptions): Amounts {
  const amountsOf = (container: Container, statuses: readonly ContainerStatus[] | undefined): Amounts =>
    containerAmounts(container, kind, options.status ? statuses?.find(({ name }) => name === container.name) : undefined);
  let running: Amounts = {};
  for (const container of spec?.containers ?? []) running = addAmounts(running, amountsOf(container, status?.containerStatuses));
  let sidecars: Amounts = {};
  let peak: Amounts = {};
  for (const container of spec?.initContainers ?? []) {
    const own = amountsOf(container, status?.initContainerStatuses);
    if (isSidecar(container)) {
      running = addAmounts(running, own);
      sidecars = addAmounts(sidecars, own);
      peak = mostAmounts(peak, sidecars);
    } else {
      peak = mostAmounts(peak, addAmounts(own, sidecars));
    }
  }
  return mostAmounts(running, peak);
}

function containerAmounts({ resources }: Container, kind: Kind, status: ContainerStatus | undefined): Amounts {
  const asked = parseAmounts(resources?.[kind]);
  if (!status) return asked;
  const actual = mostAmounts(asked, parseAmounts(status.resources?.[kind]));
  return kind === 'requests' ? mostAmounts(actual, parseAmounts(status.allocatedResources)) : actual;
}
