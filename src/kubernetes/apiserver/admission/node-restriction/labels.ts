/** Labels under kubernetes.io and k8s.io that a kubelet may set on its own node. */
const KUBELET_LABELS = new Set([
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'node.kubernetes.io/instance-type',
  'beta.kubernetes.io/instance-type',
  'kubernetes.io/os',
  'beta.kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/arch',
  'node.kubernetes.io/windows-build',
]);
const KUBELET_PREFIXES = ['kubelet.kubernetes.io', 'node.kubernetes.io'];
const RESTRICTED_PREFIX = 'node-restriction.kubernetes.io';

type Labels = Readonly<Record<string, string>> | undefined;

/** Changed labels that a node may not change on itself: they would let it draw pods that are meant for others. */
export function forbiddenLabelChanges(next: Labels, previous: Labels): string[] {
  const keys = new Set([...Object.keys(next ?? {}), ...Object.keys(previous ?? {})]);
  return [...keys].filter((key) => next?.[key] !== previous?.[key] && isForbidden(key)).sort();
}

function isForbidden(key: string): boolean {
  const prefix = key.includes('/') ? key.slice(0, key.indexOf('/')) : '';
  if (isUnder(prefix, RESTRICTED_PREFIX)) return true;
  if (!isUnder(prefix, 'kubernetes.io') && !isUnder(prefix, 'k8s.io')) return false;
  return !KUBELET_LABELS.has(key) && !KUBELET_PREFIXES.some((allowed) => isUnder(prefix, allowed));
}

function isUnder(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}
