import { type Amounts, one } from './amounts.ts';
import type { QuotaEvaluator } from './evaluator.ts';

/** Kinds that quotas counted by their own name before `count/` was there. */
const OLD_NAMES = new Set(['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets']);
const COUNT = 'count/';

/** What a quota on the number of objects of a kind is called: `count/deployments.apps`. */
export function countName(groupResource: string): string {
  return COUNT + groupResource;
}

/** The kind whose objects a quota's resource counts, `deployments.apps`; undefined where it counts something else. */
export function countedKind(resource: string): string | undefined {
  if (resource.startsWith(COUNT)) return resource.slice(COUNT.length);
  return OLD_NAMES.has(resource) ? resource : undefined;
}

/** Counts objects of any kind. */
export function countEvaluator(groupResource: string): QuotaEvaluator {
  const names = [countName(groupResource), ...(OLD_NAMES.has(groupResource) ? [groupResource] : [])];
  const usage: Amounts = Object.fromEntries(names.map((name) => [name, one]));
  return {
    measures: (resource) => names.includes(resource),
    concerns: ({ operation, subresource }) => operation === 'CREATE' && subresource === '',
    inScope: () => false,
    usage: () => usage,
  };
}
