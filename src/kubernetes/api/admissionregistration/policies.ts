import { ageColumn, integer, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { MutatingAdmissionPolicy, ParamKind, ValidatingAdmissionPolicy } from '../generated/admissionregistration-v1.ts';
import { mutatingAdmissionPolicies as mutatingType, validatingAdmissionPolicies as validatingType } from '../resources.ts';
import { mutatingPolicyRules } from '../validation/admissionregistration/mutating-policy.ts';
import { validatingPolicyRules, validatingPolicyStatusRules } from '../validation/admissionregistration/validating-policy.ts';
import { ALL_VERBS } from '../verbs.ts';
import { defaultMatchResources } from './rule-defaults.ts';

type Policy = MutatingAdmissionPolicy | ValidatingAdmissionPolicy;

const common = {
  verbs: ALL_VERBS,
  generation: true,
  categories: ['api-extensions'],
  anyFinalizer: true,
  metadataOnUpdate: ['whole'],
  defaults: defaultPolicy,
} as const;

const paramKindColumn = text<Policy>('ParamKind', ({ spec }) => paramKindText(spec?.paramKind));

export const validatingAdmissionPolicies = defineResource<ValidatingAdmissionPolicy>({
  ...validatingType,
  ...common,
  singular: 'validatingadmissionpolicy',
  subresources: ['status'],
  schema: 'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy',
  rules: validatingPolicyRules,
  statusRules: validatingPolicyStatusRules,
  prepareCreate: (policy) => {
    policy.status = {};
  },
  columns: [nameColumn, integer('Validations', ({ spec }) => spec?.validations?.length ?? 0), paramKindColumn, ageColumn],
});

export const mutatingAdmissionPolicies = defineResource<MutatingAdmissionPolicy>({
  ...mutatingType,
  ...common,
  singular: 'mutatingadmissionpolicy',
  schema: 'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicy',
  rules: mutatingPolicyRules,
  columns: [nameColumn, integer('Mutations', ({ spec }) => spec?.mutations?.length ?? 0), paramKindColumn, ageColumn],
});

function defaultPolicy({ spec }: Policy): void {
  if (!spec) return;
  spec.failurePolicy ??= 'Fail';
  defaultMatchResources(spec.matchConstraints);
}

function paramKindText(kind: ParamKind | undefined): string {
  return kind ? `${kind.apiVersion ?? ''}/${kind.kind ?? ''}` : '<unset>';
}
