import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, forbiddenField, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import { isDns1123Label } from '../../machinery/validation/names.ts';
import { annotationRules, labelRules } from '../../machinery/validation/object-meta.ts';
import type { StatefulSet, StatefulSetSpec, StatefulSetUpdateStrategy } from '../generated/apps-v1.ts';
import type { PersistentVolumeClaim, PodTemplateSpec } from '../generated/core-v1.ts';
import { internalForm } from '../internal-form/internal-form.ts';
import { sameValue } from './equal.ts';
import { isSelector, labelSelectorRules } from './label-selector.ts';
import { claimSpecRules } from './persistent-volume-claim.ts';
import { alwaysRestartsRules, isEmpty, nonNegative, podTemplateRules, selectsTemplateRules, shownSelector } from './workload.ts';

const RETENTION = ['Retain', 'Delete'];
const CHANGEABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const;

/** Faults of a stateful set. */
export function* statefulSetRules(next: StatefulSet, previous?: StatefulSet): Iterable<FieldError> {
  const spec = next.spec ?? ({} as StatefulSetSpec);
  yield* specRules(spec, previous === undefined);
  if (previous) yield* updateRules(spec, previous.spec ?? ({} as StatefulSetSpec));
}

function* specRules(spec: StatefulSetSpec, created: boolean): Iterable<FieldError> {
  const { podManagementPolicy: policy = '', persistentVolumeClaimRetentionPolicy: retention = {} } = spec;
  if (policy === '') yield required('spec.podManagementPolicy');
  else if (policy !== 'OrderedReady' && policy !== 'Parallel')
    yield invalidValue('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'");
  yield* strategyRules(spec.updateStrategy ?? {}, 'spec.updateStrategy');
  for (const when of ['whenDeleted', 'whenScaled'] as const) {
    const value = retention[when] ?? '';
    if (!RETENTION.includes(value)) yield notSupported(`spec.persistentVolumeClaimRetentionPolicy.${when}`, value, RETENTION);
  }
  yield* nonNegative(spec.replicas, 'spec.replicas');
  yield* nonNegative(spec.minReadySeconds, 'spec.minReadySeconds');
  yield* nonNegative(spec.ordinals?.start, 'spec.ordinals.start');
  // What cannot change, an update does not answer for.
  if (created && spec.serviceName) yield* complaints('spec.serviceName', spec.serviceName, isDns1123Label(spec.serviceName));
  if (created) yield* claimTemplateRules(spec.volumeClaimTemplates ?? []);
  yield* selectedTemplateRules(spec);
}

function* selectedTemplateRules({ selector, template, volumeClaimTemplates = [] }: StatefulSetSpec): Iterable<FieldError> {
  if (!selector) yield required('spec.selector');
  else {
    yield* labelSelectorRules(selector, 'spec.selector');
    if (isEmpty(selector)) yield invalidValue('spec.selector', {}, 'empty selector is invalid for statefulset');
  }
  const { labels, annotations } = template?.metadata ?? {};
  if (isSelector(selector)) {
    if (!selector || !isEmpty(selector)) yield* selectsTemplateRules(selector, template, 'spec.template');
    yield* podTemplateRules(withClaims(template, volumeClaimTemplates), 'spec.template');
    // Upstream checks these twice.
    yield* labelRules(labels, 'spec.template.labels');
    yield* annotationRules(annotations, 'spec.template.annotations');
  } else yield invalidValue('spec.selector', shownSelector(selector), '');
  yield* alwaysRestartsRules(template, 'StatefulSet', 'spec.template');
}

/** The template as pods get it: every claim is a volume, in the place of one of the same name. */
function withClaims(template: PodTemplateSpec | undefined, claims: readonly PersistentVolumeClaim[]): PodTemplateSpec | undefined {
  if (!template?.spec || claims.length === 0) return template;
  const names = [...new Set(claims.map(({ metadata }) => metadata?.name ?? ''))];
  const volumes = names.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  const others = template.spec.volumes?.filter(({ name }) => !names.includes(name)) ?? [];
  return { ...template, spec: { ...template.spec, volumes: [...volumes, ...others] } };
}

function* strategyRules({ type, rollingUpdate }: StatefulSetUpdateStrategy, path: string): Iterable<FieldError> {
  if (!type) yield required(path);
  else if (type === 'OnDelete') {
    if (rollingUpdate) {
      yield invalidValue(
        `${path}.rollingUpdate`,
        internalForm(rollingUpdate, 'io.k8s.api.apps.v1.RollingUpdateStatefulSetStrategy'),
        "only allowed for updateStrategy 'RollingUpdate'",
      );
    }
  } else if (type === 'RollingUpdate') {
    yield* nonNegative(rollingUpdate?.partition, `${path}.rollingUpdate.partition`);
  } else
    yield invalidValue(
      path,
      internalForm({ type, rollingUpdate }, 'io.k8s.api.apps.v1.StatefulSetUpdateStrategy'),
      "must be 'RollingUpdate' or 'OnDelete'",
    );
}

function* claimTemplateRules(templates: NonNullable<StatefulSetSpec['volumeClaimTemplates']>): Iterable<FieldError> {
  for (const [index, { spec = {} }] of templates.entries()) yield* claimSpecRules(spec, `spec.volumeClaimTemplates[${index}].spec`);
}

function* updateRules(after: StatefulSetSpec, before: StatefulSetSpec): Iterable<FieldError> {
  if (sameValue(comparable(after, before), comparable(before, before))) return;
  const [last, ...others] = [...CHANGEABLE].reverse();
  const named = others.reverse().map((field) => `'${field}'`);
  yield forbiddenField('spec', `updates to statefulset spec for fields other than ${named.join(', ')} and '${last}' are forbidden`);
}

/** A spec with what may change as it was. */
function comparable(spec: StatefulSetSpec, before: StatefulSetSpec): object {
  const kept = { ...spec };
  for (const field of CHANGEABLE) Object.assign(kept, { [field]: before[field] });
  return kept;
}

const COUNTS = [
  'replicas',
  'readyReplicas',
  'currentReplicas',
  'updatedReplicas',
  'availableReplicas',
  'observedGeneration',
  'collisionCount',
] as const;

/** Faults of a write to the status of a stateful set. */
export function* statefulSetStatusRules({ status = { replicas: 0 } }: StatefulSet): Iterable<FieldError> {
  for (const field of COUNTS) yield* nonNegative(status[field], `status.${field}`);
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  for (const field of ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'] as const) {
    const count = status[field] ?? 0;
    if (count > replicas) yield invalidValue(`status.${field}`, count, 'cannot be greater than status.replicas');
  }
  if (availableReplicas > readyReplicas)
    yield invalidValue('status.availableReplicas', availableReplicas, 'cannot be greater than status.readyReplicas');
}
