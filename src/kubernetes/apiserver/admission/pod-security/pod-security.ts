import type { Namespace, Pod } from '../../../api/generated/core-v1.ts';
import { namespaces, pods } from '../../../api/resources.ts';
import { groupResource } from '../../../machinery/resource.ts';
import { invalid } from '../../../machinery/status.ts';
import type { ObjectStore } from '../../registry.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission.ts';
import { isCore, rejection } from '../rejection.ts';
import { podTemplateOf } from './pod-template.ts';
import { describeViolations, formatLevel, LEVELS, type LevelVersion, policyOf, violations } from './policy.ts';
import type { ObjectMetaLike, PodSpec } from './types.ts';

const MAX_PODS_TO_CHECK = 3000;
const POD_SUBRESOURCES = new Set(['', 'ephemeralcontainers', 'resize']);

/** The Pod Security Standards, as labels on the namespace ask for them. */
export class PodSecurity implements AdmissionPlugin {
  readonly name = 'PodSecurity';
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  handles({ operation, resource, subresource }: AdmissionAttributes): boolean {
    if (operation !== 'CREATE' && operation !== 'UPDATE') return false;
    if (resource.group === '' && resource.plural === 'pods') return POD_SUBRESOURCES.has(subresource);
    if (resource.group === '' && resource.plural === 'namespaces') return subresource === '';
    return subresource === '' && podTemplateOf(groupResource(resource)) !== undefined;
  }

  validate(attributes: AdmissionAttributes): void {
    if (isCore(attributes, 'namespaces')) this.#checkNamespace(attributes);
    else if (attributes.resource.group === '' && attributes.resource.plural === 'pods') this.#checkPod(attributes);
    else this.#checkController(attributes);
  }

  #policyFor(namespace: string): ReturnType<typeof policyOf>['policy'] {
    return policyOf(this.#store.get(namespaces, '', namespace)?.metadata.labels).policy;
  }

  #checkPod(attributes: AdmissionAttributes): void {
    const pod = attributes.object as Pod;
    if (!pod.spec || (attributes.operation === 'UPDATE' && !changesSecurity(pod, attributes.oldObject as Pod))) return;
    const policy = this.#policyFor(attributes.namespace);
    const found = violations(policy.enforce, pod.metadata, pod.spec);
    if (found.length > 0)
      throw rejection(attributes, `violates PodSecurity "${formatLevel(policy.enforce)}": ${describeViolations(found)}`);
    warn(attributes, policy.warn, pod.metadata, pod.spec);
  }

  /** What a template would make is only warned about: its pods are stopped when they are created. */
  #checkController(attributes: AdmissionAttributes): void {
    const template = attributes.object && podTemplateOf(groupResource(attributes.resource))?.(attributes.object);
    if (template?.spec) warn(attributes, this.#policyFor(attributes.namespace).warn, template.metadata ?? {}, template.spec);
  }

  #checkNamespace(attributes: AdmissionAttributes): void {
    const next = attributes.object as Namespace;
    const previous = attributes.oldObject as Namespace | undefined;
    const { policy, faults } = policyOf(next.metadata.labels);
    const before = policyOf(previous?.metadata.labels);
    if (faults.length > 0 && JSON.stringify(faults) !== JSON.stringify(before.faults))
      throw invalid(attributes.resource, next.metadata.name ?? '', faults);
    if (previous && isStricter(policy.enforce, before.policy.enforce)) this.#warnOfExisting(attributes, policy.enforce);
  }

  #warnOfExisting(attributes: AdmissionAttributes, enforce: LevelVersion): void {
    const all = this.#store.list(pods, attributes.name);
    const byWarning = Map.groupBy(
      all.slice(0, MAX_PODS_TO_CHECK).flatMap((pod) => {
        const found = pod.spec ? violations(enforce, pod.metadata, pod.spec) : [];
        return found.length > 0 ? [{ name: pod.metadata.name ?? '', reasons: found.map((violation) => violation.reason).join(', ') }] : [];
      }),
      (entry) => entry.reasons,
    );
    if (byWarning.size === 0) return;
    if (all.length > MAX_PODS_TO_CHECK)
      attributes.warn(`new PodSecurity enforce level only checked against the first ${MAX_PODS_TO_CHECK} of ${all.length} existing pods`);
    attributes.warn(`existing pods in namespace "${attributes.name}" violate the new PodSecurity enforce level "${formatLevel(enforce)}"`);
    const texts = [...byWarning].map(([reasons, entries]) => `${podsText(entries.map((entry) => entry.name).sort())}: ${reasons}`);
    for (const text of texts.sort()) attributes.warn(text);
  }
}

function podsText([first, ...others]: string[]): string {
  if (others.length === 0) return first ?? '';
  return `${first} (and ${others.length} other ${others.length === 1 ? 'pod' : 'pods'})`;
}

function isStricter(next: LevelVersion, previous: LevelVersion): boolean {
  if (next.level === 'privileged' || formatLevel(next) === formatLevel(previous)) return false;
  return next.version !== previous.version || LEVELS.indexOf(next.level) > LEVELS.indexOf(previous.level);
}

function warn(attributes: AdmissionAttributes, level: LevelVersion, metadata: ObjectMetaLike, spec: PodSpec): void {
  const found = violations(level, metadata, spec);
  if (found.length > 0) attributes.warn(`would violate PodSecurity "${formatLevel(level)}": ${describeViolations(found)}`);
}

/** Only images and added containers can make a running pod less safe: nothing else may change. */
function changesSecurity(next: Pod, previous: Pod): boolean {
  const images = ({ spec }: Pod) =>
    [...(spec?.initContainers ?? []), ...(spec?.containers ?? []), ...(spec?.ephemeralContainers ?? [])].map(
      ({ name, image }) => `${name}=${image}`,
    );
  return images(next).join() !== images(previous).join();
}
