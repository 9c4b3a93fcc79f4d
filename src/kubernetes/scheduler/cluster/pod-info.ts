import type { Pod, PodAffinityTerm } from '../../api/generated/core-v1.ts';
import type { Amounts } from '../../api/helpers/pod-requests.ts';
import { podRequests } from '../../api/helpers/pod-requests.ts';
import { keyOf } from '../../machinery/meta.ts';
import type { Selector } from '../../machinery/selectors.ts';
import { selectorFrom } from '../../machinery/selectors.ts';

/** So much a container without requests counts when nodes are compared, though not when they are filled. */
const DEFAULT_CPU = 100;
const DEFAULT_MEMORY = 200 * 1024 * 1024;

export interface HostPort {
  ip: string;
  protocol: string;
  port: number;
}

/** A pod affinity term, ready to be matched. */
export interface AffinityTerm {
  topologyKey: string;
  namespaces: ReadonlySet<string>;
  namespaceSelector: Selector | undefined;
  selector: Selector;
}

export interface WeightedTerm extends AffinityTerm {
  weight: number;
}

/** A pod with what scheduling needs of it, computed once. */
export interface PodInfo {
  readonly pod: Pod;
  readonly key: string;
  readonly priority: number;
  readonly requests: Amounts;
  /** CPU and memory with stand-ins for containers that ask for none. */
  readonly weight: { cpu: number; memory: number };
  readonly hostPorts: readonly HostPort[];
  readonly affinity: readonly AffinityTerm[];
  readonly antiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly WeightedTerm[];
  readonly preferredAntiAffinity: readonly WeightedTerm[];
}

const infos = new WeakMap<Pod, PodInfo>();

/** The same pod object gives the same info: objects of the cache never change. */
export function podInfo(pod: Pod): PodInfo {
  const present = infos.get(pod);
  if (present) return present;
  const info = computed(pod);
  infos.set(pod, info);
  return info;
}

const NONE: readonly never[] = [];

function computed(pod: Pod): PodInfo {
  const requests = podRequests(pod);
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  const required = (terms: readonly PodAffinityTerm[] | undefined) => terms?.map((term) => affinityTerm(term, pod)) ?? NONE;
  const preferred = (terms: readonly { weight: number; podAffinityTerm: PodAffinityTerm }[] | undefined) =>
    terms?.map(({ weight, podAffinityTerm }) => ({ ...affinityTerm(podAffinityTerm, pod), weight })) ?? NONE;
  return {
    pod,
    key: keyOf(pod),
    priority: pod.spec.priority ?? 0,
    requests,
    weight: weightOf(pod, requests),
    hostPorts: hostPortsOf(pod),
    affinity: required(podAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    antiAffinity: required(podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    preferredAffinity: preferred(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
    preferredAntiAffinity: preferred(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
  };
}

function weightOf(pod: Pod, requests: Amounts): PodInfo['weight'] {
  const silent = (name: string) => pod.spec.containers.filter(({ resources }) => resources?.requests?.[name] === undefined).length;
  const podLevel = pod.spec.resources?.requests ?? {};
  return {
    cpu: (requests.cpu ?? 0) + (podLevel.cpu ? 0 : silent('cpu') * DEFAULT_CPU),
    memory: (requests.memory ?? 0) + (podLevel.memory ? 0 : silent('memory') * DEFAULT_MEMORY),
  };
}

function hostPortsOf({ spec }: Pod): readonly HostPort[] {
  const containers = [...spec.containers, ...(spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')];
  const ports = containers.flatMap((container) => container.ports ?? []).filter(({ hostPort }) => hostPort);
  return ports.length === 0
    ? NONE
    : ports.map(({ hostIP, protocol, hostPort = 0 }) => ({ ip: hostIP || '0.0.0.0', protocol: protocol ?? 'TCP', port: hostPort }));
}

function affinityTerm(term: PodAffinityTerm, pod: Pod): AffinityTerm {
  const namespaces = term.namespaces ?? [];
  // Neither namespaces nor a selector of them means the pod's own.
  const own = namespaces.length === 0 && !term.namespaceSelector;
  return {
    topologyKey: term.topologyKey,
    namespaces: new Set(own ? [pod.metadata.namespace ?? ''] : namespaces),
    namespaceSelector: term.namespaceSelector && selectorFrom(term.namespaceSelector),
    selector: selectorFrom(withLabelKeys(term, pod)),
  };
}

/** `matchLabelKeys` stand for the pod's own values of these labels; the server usually has put them in already. */
function withLabelKeys(
  { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] }: PodAffinityTerm,
  pod: Pod,
): PodAffinityTerm['labelSelector'] {
  if (!labelSelector || matchLabelKeys.length + mismatchLabelKeys.length === 0) return labelSelector;
  const requirement = (operator: 'In' | 'NotIn') => (key: string) => ({ key, operator, values: [pod.metadata.labels?.[key] ?? ''] });
  const present = (key: string) => pod.metadata.labels?.[key] !== undefined;
  const added = [...matchLabelKeys.filter(present).map(requirement('In')), ...mismatchLabelKeys.filter(present).map(requirement('NotIn'))];
  return { ...labelSelector, matchExpressions: [...(labelSelector.matchExpressions ?? []), ...added] };
}

/** True where `candidate` is one of the pods the term speaks of. */
export function termMatches(
  term: AffinityTerm,
  candidate: Pod,
  namespaceLabels: (namespace: string) => Record<string, string> | undefined,
): boolean {
  const namespace = candidate.metadata.namespace ?? '';
  const inNamespace = term.namespaces.has(namespace) || (term.namespaceSelector?.matches(namespaceLabels(namespace)) ?? false);
  return inNamespace && term.selector.matches(candidate.metadata.labels);
}
