import { addQuantities, compareQuantities, type Quantity, signOf } from '../../machinery/quantity.ts';
import type { PodQOSClass, PodSpec } from '../generated/core-v1.ts';

const COMPUTE = ['cpu', 'memory'] as const;

type Totals = Record<string, Quantity>;

/** Guaranteed when every container's limits equal its requests, BestEffort when none asks for anything. */
export function qosClassOf(spec: PodSpec): PodQOSClass {
  const parts = spec.resources
    ? [spec.resources]
    : [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ resources = {} }) => resources);
  const requests: Totals = {};
  const limits: Totals = {};
  let guaranteed = true;
  for (const part of parts) {
    addTo(requests, part.requests);
    const limited = addTo(limits, part.limits);
    if (limited < COMPUTE.length) guaranteed = false;
  }
  if (Object.keys(requests).length === 0 && Object.keys(limits).length === 0) return 'BestEffort';
  const same =
    Object.keys(requests).length === Object.keys(limits).length &&
    Object.entries(requests).every(([name, amount]) => limits[name] !== undefined && compareQuantities(limits[name], amount) === 0);
  return guaranteed && same ? 'Guaranteed' : 'Burstable';
}

/** Adds what is asked for of CPU and memory; returns how many of the two were named. */
function addTo(totals: Totals, list: Readonly<Record<string, string>> | undefined): number {
  let named = 0;
  for (const name of COMPUTE) {
    const amount = list?.[name];
    if (amount === undefined || signOf(amount) <= 0) continue;
    named++;
    totals[name] = addQuantities(totals[name] ?? '0', amount);
  }
  return named;
}
