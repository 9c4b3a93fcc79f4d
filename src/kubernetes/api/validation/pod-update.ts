import type { FieldError } from '../../machinery/field-error.ts';
import { forbiddenField, invalidValue, required } from '../../machinery/validation/faults.ts';
import type { Container, NodeAffinity, NodeSelectorTerm, Pod, PodSpec, Toleration } from '../generated/core-v1.ts';
import { internalDiff } from '../internal-form/internal-diff.ts';
import { internalForm } from '../internal-form/internal-form.ts';
import { imageRules } from './containers.ts';
import { sameValue } from './equal.ts';
import { tolerationsRules } from './tolerations.ts';

const MAX_INT32 = 2 ** 31 - 1;
const MIRROR = 'kubernetes.io/config.mirror';
const CHANGEABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

/** What may change in a pod that exists: images, deadlines, more tolerations, fewer gates. */
export function* podUpdateRules(next: Pod, previous: Pod): Iterable<FieldError> {
  yield* mirrorRules(next, previous);
  const [after, before] = [next.spec, previous.spec];
  for (const list of ['containers', 'initContainers'] as const) {
    const stop = yield* sameContainers(after[list] ?? [], before[list] ?? [], `spec.${list}`);
    if (stop) return;
  }
  const stop = yield* deadlineRules(after.activeDeadlineSeconds, before.activeDeadlineSeconds);
  if (stop) return;
  yield* addedTolerationRules(after.tolerations ?? [], before.tolerations ?? []);
  yield* removedGateRules(after, before);
  if (sameValue(after, before)) return;
  const munged = withoutChangeable(after, before);
  if (before.schedulingGates?.length) yield* gatedRules(munged, before);
  if (sameValue(munged, before)) return;
  const diff = internalDiff(before, munged, 'io.k8s.api.core.v1.PodSpec');
  yield forbiddenField('spec', `pod updates may not change fields other than ${CHANGEABLE}\n${diff}`);
}

function* mirrorRules(next: Pod, previous: Pod): Iterable<FieldError> {
  const [after, before] = [next.metadata.annotations?.[MIRROR], previous.metadata.annotations?.[MIRROR]];
  if (after === before) return;
  yield forbiddenField(
    `metadata.annotations[${MIRROR}]`,
    before === undefined ? 'may not add mirror pod annotation' : 'may not remove or update mirror pod annotation',
  );
}

function* sameContainers(after: readonly Container[], before: readonly Container[], path: string): Generator<FieldError, boolean> {
  if (after.length !== before.length) {
    yield forbiddenField(path, 'pod updates may not add or remove containers');
    return true;
  }
  for (const [index, container] of after.entries()) {
    if (!container.image) yield required(`${path}[${index}].image`);
    yield* imageRules(container, `${path}[${index}]`);
  }
  return false;
}

function* deadlineRules(after: number | undefined, before: number | undefined): Generator<FieldError, boolean> {
  const path = 'spec.activeDeadlineSeconds';
  if (after === undefined) {
    if (before !== undefined) yield invalidValue(path, null, 'must not update from a positive integer to nil value');
    return false;
  }
  if (after < 0 || after > MAX_INT32) yield invalidValue(path, after, `must be between 0 and ${MAX_INT32}, inclusive`);
  else if (before !== undefined && before < after) yield invalidValue(path, after, 'must be less than or equal to previous value');
  else return false;
  return true;
}

function* addedTolerationRules(after: readonly Toleration[], before: readonly Toleration[]): Iterable<FieldError> {
  const kept = (old: Toleration) =>
    after.some((toleration) => sameValue({ ...old, tolerationSeconds: toleration.tolerationSeconds }, toleration));
  if (!before.every(kept)) yield forbiddenField('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds');
  else yield* tolerationsRules(after, 'spec.tolerations');
}

function* removedGateRules({ schedulingGates: after = [] }: PodSpec, { schedulingGates: before = [] }: PodSpec): Iterable<FieldError> {
  for (const [index, { name = '' }] of after.entries()) {
    if (!before.some((gate) => gate.name === name))
      yield forbiddenField(`spec.schedulingGates[${index}].name`, `only deletion is allowed, but found new scheduling gate '${name}'`);
  }
}

/** The new spec with everything that may change put back. */
function withoutChangeable(after: PodSpec, before: PodSpec): PodSpec {
  const images = (list: 'containers' | 'initContainers') =>
    after[list]?.map((container, index) => ({ ...container, image: before[list]?.[index]?.image }));
  const graceWasNegative = (before.terminationGracePeriodSeconds ?? 0) < 0 && after.terminationGracePeriodSeconds === 1;
  return {
    ...after,
    containers: images('containers') ?? [],
    initContainers: images('initContainers'),
    activeDeadlineSeconds: before.activeDeadlineSeconds,
    schedulingGates: before.schedulingGates,
    tolerations: before.tolerations,
    terminationGracePeriodSeconds: graceWasNegative ? before.terminationGracePeriodSeconds : after.terminationGracePeriodSeconds,
  };
}

/** While a gate holds a pod back, where it may go can still be narrowed. */
function* gatedRules(munged: PodSpec, before: PodSpec): Iterable<FieldError> {
  if (!sameValue(munged.nodeSelector ?? {}, before.nodeSelector ?? {})) {
    const kept = Object.entries(before.nodeSelector ?? {}).every(([key, value]) => munged.nodeSelector?.[key] === value);
    if (!kept)
      yield invalidValue(
        'spec.nodeSelector',
        munged.nodeSelector,
        'only additions to spec.nodeSelector are allowed (no mutations or deletions)',
      );
    munged.nodeSelector = before.nodeSelector;
  }
  const [after, old] = [munged.affinity?.nodeAffinity, before.affinity?.nodeAffinity];
  if (sameValue(after, old)) return;
  yield* affinityRules(after, old);
  if (munged.affinity && !before.affinity && !munged.affinity.podAffinity && !munged.affinity.podAntiAffinity) munged.affinity = undefined;
  else if (munged.affinity || old) munged.affinity = { ...munged.affinity, nodeAffinity: old };
}

const TERMS = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';

function* affinityRules(after: NodeAffinity | undefined, before: NodeAffinity | undefined): Iterable<FieldError> {
  if (!before) return;
  const terms = (affinity: NodeAffinity | undefined) => affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const [now, old] = [terms(after), terms(before)];
  if (old.length > 0 && old.length !== now.length) {
    yield invalidValue(
      TERMS,
      now.length ? now.map((term) => internalForm(term, 'io.k8s.api.core.v1.NodeSelectorTerm')) : null,
      'no additions/deletions to non-empty NodeSelectorTerms list are allowed',
    );
    return;
  }
  for (const [index, term] of old.entries()) {
    if (!onlyAdds(now[index] ?? {}, term))
      yield invalidValue(
        `${TERMS}[${index}]`,
        internalForm(now[index], 'io.k8s.api.core.v1.NodeSelectorTerm'),
        'only additions are allowed (no mutations or deletions)',
      );
  }
}

function onlyAdds(now: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const lists = ['matchExpressions', 'matchFields'] as const;
  if (lists.every((list) => !old[list]?.length)) return lists.every((list) => !now[list]?.length);
  return lists.every((list) => {
    const length = old[list]?.length ?? 0;
    return length === 0 || ((now[list]?.length ?? 0) >= length && sameValue(now[list]?.slice(0, length), old[list]));
  });
}
