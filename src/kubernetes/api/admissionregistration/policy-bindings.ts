import type { LabelSelector } from '../../machinery/meta.ts';
import { ageColumn, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { MutatingAdmissionPolicyBinding, ParamRef, ValidatingAdmissionPolicyBinding } from '../generated/admissionregistration-v1.ts';
import { mutatingAdmissionPolicyBindings as mutatingType, validatingAdmissionPolicyBindings as validatingType } from '../resources.ts';
import { mutatingBindingRules, validatingBindingRules } from '../validation/admissionregistration/bindings.ts';
import { ALL_VERBS } from '../verbs.ts';
import { defaultMatchResources } from './rule-defaults.ts';

type Binding = MutatingAdmissionPolicyBinding | ValidatingAdmissionPolicyBinding;

const common = {
  verbs: ALL_VERBS,
  generation: true,
  categories: ['api-extensions'],
  anyFinalizer: true,
  metadataOnUpdate: ['whole'],
  defaults: ({ spec }: Binding) => defaultMatchResources(spec?.matchResources),
  columns: [
    nameColumn,
    text<Binding>('PolicyName', ({ spec }) => spec?.policyName ?? ''),
    text<Binding>('ParamRef', ({ spec }) => paramRefText(spec?.paramRef)),
    ageColumn,
  ],
} as const;

export const validatingAdmissionPolicyBindings = defineResource<ValidatingAdmissionPolicyBinding>({
  ...validatingType,
  ...common,
  singular: 'validatingadmissionpolicybinding',
  schema: 'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding',
  rules: validatingBindingRules,
});

export const mutatingAdmissionPolicyBindings = defineResource<MutatingAdmissionPolicyBinding>({
  ...mutatingType,
  ...common,
  singular: 'mutatingadmissionpolicybinding',
  schema: 'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBinding',
  rules: mutatingBindingRules,
});

function paramRefText(ref: ParamRef | undefined): string {
  if (ref?.name) return `${ref.namespace || '*'}/${ref.name}`;
  return ref?.selector ? selectorText(ref.selector) : '<unset>';
}

/** A label selector as Go's generated printers show it. */
function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.keys(matchLabels)
    .sort()
    .map((key) => `${key}: ${matchLabels[key]},`);
  const expressions = matchExpressions.map(
    ({ key, operator, values = [] }) => `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`;
}
