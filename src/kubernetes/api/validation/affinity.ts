import type { FieldError } from '../../machinery/field-error.ts';
import type { LabelSelector } from '../../machinery/meta.ts';
import { complaints, duplicate, forbiddenField, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import { isDns1123Label, isQualifiedName } from '../../machinery/validation/names.ts';
import type { Affinity, PodAffinity, PodAffinityTerm, TopologySpreadConstraint } from '../generated/core-v1.ts';
import { labelSelectorRules } from './label-selector.ts';
import { expressionValueRules, nodeSelectorRules, nodeSelectorTermRules } from './node-selector.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** Faults of what a pod wants to be near to or away from. */
export function* affinityRules(affinity: Affinity | undefined, path: string): Iterable<FieldError> {
  if (affinity?.nodeAffinity) yield* nodeAffinityRules(affinity.nodeAffinity, `${path}.nodeAffinity`);
  if (affinity?.podAffinity) yield* podAffinityRules(affinity.podAffinity, `${path}.podAffinity`);
  if (affinity?.podAntiAffinity) yield* podAffinityRules(affinity.podAntiAffinity, `${path}.podAntiAffinity`);
}

function* nodeAffinityRules(affinity: NonNullable<Affinity['nodeAffinity']>, path: string): Iterable<FieldError> {
  const terms = affinity[REQUIRED];
  if (terms) {
    yield* nodeSelectorRules(terms, `${path}.${REQUIRED}`);
    for (const [index, term] of (terms.nodeSelectorTerms ?? []).entries())
      yield* expressionValueRules(term, `${path}.${REQUIRED}.nodeSelectorTerms[${index}]`);
  }
  for (const [index, { weight, preference }] of (affinity[PREFERRED] ?? []).entries()) {
    yield* weightRules(weight ?? 0, `${path}.${PREFERRED}[${index}].weight`);
    yield* nodeSelectorTermRules(preference ?? {}, `${path}.${PREFERRED}[${index}].preference`);
  }
}

function* weightRules(weight: number, path: string): Iterable<FieldError> {
  if (weight <= 0 || weight > 100) yield invalidValue(path, weight, 'must be in the range 1-100');
}

function* podAffinityRules(affinity: PodAffinity, path: string): Iterable<FieldError> {
  for (const [index, term] of (affinity[REQUIRED] ?? []).entries()) yield* termRules(term, `${path}.${REQUIRED}[${index}]`);
  for (const [index, { weight, podAffinityTerm }] of (affinity[PREFERRED] ?? []).entries()) {
    yield* weightRules(weight ?? 0, `${path}.${PREFERRED}[${index}].weight`);
    yield* termRules(podAffinityTerm ?? ({} as PodAffinityTerm), `${path}.${PREFERRED}[${index}].podAffinityTerm`);
  }
}

function* termRules(term: PodAffinityTerm, path: string): Iterable<FieldError> {
  const { topologyKey = '', matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  yield* labelSelectorRules(term.labelSelector, `${path}.labelSelector`);
  yield* labelSelectorRules(term.namespaceSelector, `${path}.namespaceSelector`);
  for (const name of term.namespaces ?? []) yield* complaints(`${path}.namespace`, name, isDns1123Label(name));
  yield* labelKeyRules(matchLabelKeys, term.labelSelector, `${path}.matchLabelKeys`);
  yield* labelKeyRules(mismatchLabelKeys, term.labelSelector, `${path}.mismatchLabelKeys`);
  for (const [index, key] of mismatchLabelKeys.entries()) {
    if (matchLabelKeys.includes(key))
      yield invalidValue(`${path}.mismatchLabelKeys[${index}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys');
  }
  if (!topologyKey) yield required(`${path}.topologyKey`, 'can not be empty');
  yield* complaints(`${path}.topologyKey`, topologyKey, isQualifiedName(topologyKey));
}

function* labelKeyRules(keys: readonly string[], selector: LabelSelector | undefined, path: string): Iterable<FieldError> {
  if (keys.length === 0) return;
  if (!selector) yield forbiddenField(path, 'must not be specified when labelSelector is not set');
  else for (const [index, key] of keys.entries()) yield* complaints(`${path}[${index}]`, key, isQualifiedName(key));
}

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];
const INCLUSION = ['Honor', 'Ignore'];

/** Faults of how pods spread over nodes, zones and the like. */
export function* topologySpreadRules(constraints: readonly TopologySpreadConstraint[], path: string): Iterable<FieldError> {
  for (const [index, constraint] of constraints.entries()) {
    const at = `${path}[${index}]`;
    yield* spreadRules(constraint, at);
    const { topologyKey = '', whenUnsatisfiable = '' } = constraint;
    const again = constraints
      .slice(index + 1)
      .some((other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable);
    if (again) yield duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`);
    yield* domainRules(constraint, at);
    yield* spreadKeyRules(constraint, `${at}.matchLabelKeys`);
    yield* labelSelectorRules(constraint.labelSelector, `${at}.labelSelector`);
  }
}

function* spreadRules({ maxSkew = 0, topologyKey = '', whenUnsatisfiable }: TopologySpreadConstraint, path: string): Iterable<FieldError> {
  if (maxSkew <= 0) yield invalidValue(`${path}.maxSkew`, maxSkew, 'must be greater than zero');
  if (!topologyKey) yield required(`${path}.topologyKey`, 'can not be empty');
  if (!whenUnsatisfiable || !ACTIONS.includes(whenUnsatisfiable))
    yield notSupported(`${path}.whenUnsatisfiable`, whenUnsatisfiable ?? '', ACTIONS);
}

function* domainRules(
  { minDomains, whenUnsatisfiable, nodeAffinityPolicy, nodeTaintsPolicy }: TopologySpreadConstraint,
  path: string,
): Iterable<FieldError> {
  if (minDomains !== undefined) {
    if (minDomains <= 0) yield invalidValue(`${path}.minDomains`, minDomains, 'must be greater than zero');
    if (whenUnsatisfiable !== 'DoNotSchedule') {
      yield invalidValue(
        `${path}.minDomains`,
        minDomains,
        `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable ?? ''}`,
      );
    }
  }
  if (nodeAffinityPolicy !== undefined && !INCLUSION.includes(nodeAffinityPolicy))
    yield notSupported(`${path}.nodeAffinityPolicy`, nodeAffinityPolicy, INCLUSION);
  if (nodeTaintsPolicy !== undefined && !INCLUSION.includes(nodeTaintsPolicy))
    yield notSupported(`${path}.nodeTaintsPolicy`, nodeTaintsPolicy, INCLUSION);
}

function* spreadKeyRules({ matchLabelKeys: keys = [], labelSelector }: TopologySpreadConstraint, path: string): Iterable<FieldError> {
  if (keys.length === 0) return;
  if (!labelSelector) {
    yield forbiddenField(path, 'must not be specified when labelSelector is not set');
    return;
  }
  const selected = new Set([
    ...Object.keys(labelSelector.matchLabels ?? {}),
    ...(labelSelector.matchExpressions ?? []).map(({ key }) => key),
  ]);
  for (const [index, key] of keys.entries()) {
    yield* complaints(`${path}[${index}]`, key, isQualifiedName(key));
    if (selected.has(key)) yield invalidValue(`${path}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector');
  }
}
