import type { NamespaceCondition } from '../../api/generated/core-v1.ts';
import { withCondition } from '../framework/conditions.ts';
import type { Leftovers } from './content.ts';

/** Why a namespace is still there, for those who wait for it to go; `stale` are APIs nobody knows the content of. */
export function deletionConditions(
  present: readonly NamespaceCondition[] | undefined,
  leftovers: Leftovers,
  stale: readonly string[],
  now: number,
): NamespaceCondition[] {
  let conditions = [...(present ?? [])];
  for (const condition of conditionsOf(leftovers, stale)) conditions = withCondition(conditions, condition, now);
  return conditions;
}

function conditionsOf({ objects, finalizers, failures }: Leftovers, stale: readonly string[]): NamespaceCondition[] {
  return [
    stale.length > 0
      ? yes('NamespaceDeletionDiscoveryFailure', 'DiscoveryFailed', undiscovered(stale))
      : no('NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'),
    no('NamespaceDeletionGroupVersionParsingFailure', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'),
    failures.length > 0
      ? yes(
          'NamespaceDeletionContentFailure',
          'ContentDeletionFailed',
          `Failed to delete all resource types, ${failures.length} remaining: ${failures.sort().join(', ')}`,
        )
      : no('NamespaceDeletionContentFailure', 'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'),
    objects.size > 0
      ? yes('NamespaceContentRemaining', 'SomeResourcesRemain', `Some resources are remaining: ${listed(objects, 'has')}`)
      : no('NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'),
    finalizers.size > 0
      ? yes(
          'NamespaceFinalizersRemaining',
          'SomeFinalizersRemain',
          `Some content in the namespace has finalizers remaining: ${listed(finalizers, 'in')}`,
        )
      : no('NamespaceFinalizersRemaining', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'),
  ];
}

const yes = (type: string, reason: string, message: string): NamespaceCondition => ({ type, status: 'True', reason, message });
const no = (type: string, reason: string, message: string): NamespaceCondition => ({ type, status: 'False', reason, message });

function undiscovered(stale: readonly string[]): string {
  const why = stale.map((version) => `${version}: stale GroupVersion discovery: ${version}`).sort();
  const failing = `Discovery failed for some groups, ${stale.length} failing`;
  return `${failing}: unable to retrieve the complete list of server APIs: ${why.join(', ')}`;
}

function listed(counts: Map<string, number>, word: string): string {
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${word} ${count} resource instances`)
    .join(', ');
}
