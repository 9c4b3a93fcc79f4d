import { ageColumn, nameColumn, text, wide } from '../columns.ts';
import { type Column, defineResource } from '../define.ts';
import type { Pod } from '../generated/core-v1.ts';
import { pods as type } from '../resources.ts';
import { ephemeralContainersUpdateRules, podRules, podStatusRules, resizeRules } from '../validation/pod.ts';
import { ALL_VERBS } from '../verbs.ts';
import { defaultPod } from './pod-defaults.ts';
import { dropDisabledPodFields } from './pod-disabled.ts';
import { qosClassOf } from './pod-qos.ts';
import { formatRestarts, summarizePod } from './pod-status-text.ts';

const columns: readonly Column<Pod>[] = [
  nameColumn,
  text('Ready', (pod) => {
    const { ready, total } = summarizePod(pod);
    return `${ready}/${total}`;
  }),
  text('Status', (pod) => summarizePod(pod).status),
  text('Restarts', (pod, now) => formatRestarts(summarizePod(pod), now)),
  ageColumn,
  wide('IP', ({ status }) => status?.podIPs?.[0]?.ip || '<none>'),
  wide('Node', ({ spec }) => spec.nodeName || '<none>'),
  wide('Nominated Node', ({ status }) => status?.nominatedNodeName || '<none>'),
  wide('Readiness Gates', formatReadinessGates),
];

export const pods = defineResource<Pod>({
  ...type,
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  verbs: ALL_VERBS,
  subresources: ['status', 'ephemeralcontainers', 'resize', 'binding', 'eviction', 'log', 'exec', 'attach', 'portforward', 'proxy'],
  schema: 'io.k8s.api.core.v1.Pod',
  resetFields: { main: ['status'], status: ['spec', 'metadata.deletionTimestamp', 'metadata.ownerReferences'] },
  defaults: defaultPod,
  rules: podRules,
  statusRules: podStatusRules,
  subresourceRules: { ephemeralcontainers: ephemeralContainersUpdateRules, resize: resizeRules },
  prepareCreate: preparePod,
  prepareUpdate: (next, previous) => dropDisabledPodFields(next.spec, previous.spec),
  prepareStatus: keepWhatIsLeftOut,
  columns,
  selectableFields: {
    'spec.nodeName': ({ spec }) => spec.nodeName ?? '',
    'spec.restartPolicy': ({ spec }) => spec.restartPolicy ?? '',
    'spec.schedulerName': ({ spec }) => spec.schedulerName ?? '',
    'spec.serviceAccountName': ({ spec }) => spec.serviceAccountName ?? '',
    'spec.hostNetwork': ({ spec }) => String(spec.hostNetwork ?? false),
    'status.phase': ({ status }) => status?.phase ?? '',
    'status.podIP': ({ status }) => status?.podIPs?.[0]?.ip ?? '',
    'status.podIPs': ({ status }) => status?.podIPs?.[0]?.ip ?? '',
    'status.nominatedNodeName': ({ status }) => status?.nominatedNodeName ?? '',
  },
});

/** A new pod is pending, says its quality of service, and may be held back by gates. */
function preparePod(pod: Pod): void {
  dropDisabledPodFields(pod.spec);
  // What once meant to kill without waiting.
  if ((pod.spec.terminationGracePeriodSeconds ?? 0) < 0) pod.spec.terminationGracePeriodSeconds = 1;
  pod.status = { phase: 'Pending', qosClass: qosClassOf(pod.spec) };
  if (!pod.spec.schedulingGates?.length) return;
  const message = 'Scheduling is blocked due to non-empty scheduling gates';
  const lastTransitionTime = pod.metadata.creationTimestamp ?? undefined;
  pod.status.conditions = [{ type: 'PodScheduled', status: 'False', lastTransitionTime, reason: 'SchedulingGated', message }];
}

/** Whoever writes a status may not know of its class, or of generations. */
function keepWhatIsLeftOut({ status }: Pod, { status: before }: Pod): void {
  if (!status) return;
  if (!status.qosClass && before?.qosClass) status.qosClass = before.qosClass;
  if (!status.observedGeneration && before?.observedGeneration) status.observedGeneration = before.observedGeneration;
  const generations = Map.groupBy(before?.conditions ?? [], ({ type }) => type);
  status.conditions = status.conditions?.map((condition) => {
    const observedGeneration = condition.observedGeneration || generations.get(condition.type)?.shift()?.observedGeneration;
    return observedGeneration ? { ...condition, observedGeneration } : condition;
  });
  if (!status.conditions) delete status.conditions;
}

function formatReadinessGates({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const open = gates.filter(({ conditionType }) => status?.conditions?.find(({ type: name }) => name === conditionType)?.status === 'True');
  return `${open.length}/${gates.length}`;
}
