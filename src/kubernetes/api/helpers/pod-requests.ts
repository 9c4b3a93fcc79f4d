import { quantityMilliValue, quantityValue } from '../../machinery/quantity.ts';
import type { Container, Pod } from '../generated/core-v1.ts';

/** Amounts by resource name: CPU in thousandths, everything else in whole units. */
export type Amounts = Record<string, number>;

/** What the scheduler and the kubelet set aside for a pod: containers together, or its hungriest init step, plus overhead. */
export function podRequests({ spec }: Pod): Amounts {
  const amounts: Amounts = {};
  for (const container of spec.containers) add(amounts, amountsOf(container.resources?.requests));
  const sidecars: Amounts = {};
  let peak: Amounts = {};
  for (const container of spec.initContainers ?? []) {
    const own = amountsOf(container.resources?.requests);
    // A sidecar runs on, beside what comes after it; another init container only beside the sidecars before it.
    if (isSidecar(container)) {
      add(amounts, own);
      add(sidecars, own);
      peak = most(peak, sidecars);
    } else {
      peak = most(peak, sum(own, sidecars));
    }
  }
  // Resources of the pod as a whole, which only some resources can have, replace the containers'.
  const total = { ...most(amounts, peak), ...amountsOf(spec.resources?.requests) };
  const overhead = amountsOf(spec.overhead);
  for (const [name, amount] of Object.entries(overhead)) {
    total[name] = (total[name] ?? 0) + amount;
  }
  return total;
}

export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

/** A resource list as numbers. */
export function amountsOf(list: Record<string, string> | undefined): Amounts {
  const amounts: Amounts = {};
  for (const name in list) amounts[name] = name === 'cpu' ? quantityMilliValue(list[name] ?? '0') : quantityValue(list[name] ?? '0');
  return amounts;
}

function add(to: Amounts, amounts: Amounts): void {
  for (const name in amounts) to[name] = (to[name] ?? 0) + (amounts[name] ?? 0);
}

function sum(a: Amounts, b: Amounts): Amounts {
  // Resources of the pod as a whole, which only some resources can have, replace the containers'.
  const total = { ...a };
  add(total, b);
  return total;
}

function most(a: Amounts, b: Amounts): Amounts {
  const result = { ...a };
  for (const name in b) result[name] = Math.max(result[name] ?? 0, b[name] ?? 0);
  return result;
}
