import type { StatefulSet } from '../../api/generated/apps-v1.ts';
import type { PersistentVolumeClaim, Pod, PodTemplateSpec } from '../../api/generated/core-v1.ts';
import { statefulSets } from '../../api/resources.ts';
import { podFromTemplate } from '../framework/pod-control.ts';
import { REVISION_HASH } from '../framework/revisions.ts';

const POD_NAME = 'statefulset.kubernetes.io/pod-name';
const POD_INDEX = 'apps.kubernetes.io/pod-index';

export const firstOrdinal = ({ spec }: StatefulSet): number => spec.ordinals?.start ?? 0;
export const podName = ({ metadata }: StatefulSet, ordinal: number): string => `${metadata.name}-${ordinal}`;

/** The number at the end of a pod's name; undefined for a pod that is none of the set's. */
export function ordinalOf({ metadata }: StatefulSet, pod: Pod): number | undefined {
  const match = /^(.*)-(\d+)$/.exec(pod.metadata.name ?? '');
  return match?.[1] === metadata.name ? Number(match?.[2]) : undefined;
}

/** Pod `ordinal` of the set, of a template: with its own name, host name and claims. */
export function statefulPod(set: StatefulSet, template: PodTemplateSpec, ordinal: number, revisionName: string): Pod {
  const pod = podFromTemplate(template, set, statefulSets);
  const name = podName(set, ordinal);
  delete pod.metadata.generateName;
  pod.metadata.name = name;
  pod.metadata.labels = { ...pod.metadata.labels, ...identityLabels(set, ordinal), [REVISION_HASH]: revisionName };
  pod.spec.hostname = name;
  pod.spec.subdomain = set.spec.serviceName;
  pod.spec.volumes = withClaims(set, pod, ordinal);
  return pod;
}

function identityLabels(set: StatefulSet, ordinal: number): Record<string, string> {
  return { [POD_NAME]: podName(set, ordinal), [POD_INDEX]: String(ordinal) };
}

/** True where someone changed a pod's labels so that it would no longer be found under its name. */
export function lostIdentity(set: StatefulSet, pod: Pod, ordinal: number): boolean {
  return pod.metadata.labels?.[POD_NAME] !== podName(set, ordinal);
}

export function withIdentity(set: StatefulSet, pod: Pod, ordinal: number): Pod {
  return { ...pod, metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, ...identityLabels(set, ordinal) } } };
}

export function claimName(set: StatefulSet, template: PersistentVolumeClaim, ordinal: number): string {
  return `${template.metadata.name}-${podName(set, ordinal)}`;
}

function withClaims(set: StatefulSet, pod: Pod, ordinal: number): Pod['spec']['volumes'] {
  const templates = set.spec.volumeClaimTemplates ?? [];
  const ofClaims = templates.map((template) => ({
    name: template.metadata.name ?? '',
    persistentVolumeClaim: { claimName: claimName(set, template, ordinal) },
  }));
  const names = new Set(ofClaims.map(({ name }) => name));
  return [...ofClaims, ...(pod.spec.volumes ?? []).filter(({ name }) => !names.has(name))];
}
