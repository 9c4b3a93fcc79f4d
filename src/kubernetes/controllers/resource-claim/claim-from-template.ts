import type { Pod } from '../../api/generated/core-v1.ts';
import type { ResourceClaim, ResourceClaimTemplate } from '../../api/generated/resource-v1.ts';
import { controllerReference } from '../../api/helpers/owners.ts';
import { pods } from '../../api/resources.ts';

/** Says for which entry of its pod a claim was made. */
export const ENTRY_ANNOTATION = 'resource.kubernetes.io/pod-claim-name';

/** What leaves room for five random characters in a name of 63. */
const MAX_PREFIX = 57;

/** The claim that is made for an entry of a pod. */
export function claimFor(pod: Pod, entry: string, { spec }: ResourceClaimTemplate): ResourceClaim {
  const { labels, annotations } = spec.metadata ?? {};
  return {
    metadata: {
      generateName: prefixOf(pod.metadata.name ?? '', entry),
      namespace: pod.metadata.namespace,
      ownerReferences: [controllerReference(pods, pod)],
      annotations: { ...annotations, [ENTRY_ANNOTATION]: entry },
      ...(labels ? { labels } : {}),
    },
    spec: structuredClone(spec.spec),
  };
}

/** Both names, each shortened by its share where they are too long together. */
function prefixOf(pod: string, entry: string): string {
  const { length } = `${pod}-${entry}-`;
  if (length <= MAX_PREFIX) return `${pod}-${entry}-`;
  const shortened = (name: string): string => name.slice(0, Math.floor((name.length * MAX_PREFIX) / length));
  return `${shortened(pod)}-${shortened(entry)}`;
}
