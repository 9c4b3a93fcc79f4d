import { type Condition, conditionOf, isTrue, says, withCondition, withoutCondition } from '../../../api/apiextensions/conditions.ts';
import type { CustomResourceDefinition } from '../../../api/generated/apiextensions-v1.ts';
import { approvalOf, isProtectedGroup } from '../../../api/validation/custom-resource-definition/api-approval.ts';
import { structuralFaults } from '../../../api/validation/custom-resource-definition/schema/structural.ts';
import { isCertificateBundle } from '../../../api/validation/webhook-client.ts';
import type { JsonSchema } from '../../../machinery/structural/json-schema.ts';
import { namingOf } from './naming.ts';

const NOT_ACCEPTED: Condition = {
  type: 'Established',
  status: 'False',
  reason: 'NotAccepted',
  message: 'not all names are accepted',
};
const ESTABLISHED: Condition = {
  type: 'Established',
  status: 'True',
  reason: 'InitialNamesAccepted',
  message: 'the initial names have been accepted',
};
const BAD_BUNDLE: Condition = {
  type: 'Established',
  status: 'False',
  reason: 'InvalidCABundle',
  message: 'The conversion webhook CABundle is invalid',
};

/** What the status of a definition should say: the same object where it says so already. */
export function nextStatus(crd: CustomResourceDefinition, all: readonly CustomResourceDefinition[], now: number): CustomResourceDefinition {
  const set = (current: CustomResourceDefinition, condition: Condition) =>
    says(current, condition) ? current : withCondition(current, condition, now);
  let next = named(crd, all, set);
  if (!isTrue(next, 'Established')) next = set(next, establishing(next));
  const approval = approvalCondition(next);
  if (approval) next = set(next, approval);
  const structure = structureCondition(next);
  if (structure) return set(next, structure);
  return conditionOf(next, 'NonStructuralSchema') ? withoutCondition(next, 'NonStructuralSchema') : next;
}

type SetCondition = (current: CustomResourceDefinition, condition: Condition) => CustomResourceDefinition;

function named(crd: CustomResourceDefinition, all: readonly CustomResourceDefinition[], set: SetCondition): CustomResourceDefinition {
  const naming = namingOf(crd, all);
  if (!naming) return crd;
  const { acceptedNames, condition } = naming;
  const unchanged = JSON.stringify(crd.status?.acceptedNames) === JSON.stringify(acceptedNames);
  return set(unchanged ? crd : { ...crd, status: { ...crd.status, acceptedNames } }, condition);
}

/** Once established, a definition remains so. */
function establishing(crd: CustomResourceDefinition): Condition {
  if (!isTrue(crd, 'NamesAccepted')) return NOT_ACCEPTED;
  const bundle = crd.spec.conversion?.webhook?.clientConfig?.caBundle;
  return bundle && !isCertificateBundle(bundle) ? BAD_BUNDLE : ESTABLISHED;
}

const APPROVALS = {
  invalid: ['False', 'InvalidAnnotation'],
  missing: ['False', 'MissingAnnotation'],
  approved: ['True', 'ApprovedAnnotation'],
  bypassed: ['False', 'UnapprovedAnnotation'],
} as const;

function approvalCondition(crd: CustomResourceDefinition): Condition | undefined {
  if (!isProtectedGroup(crd.spec.group)) return undefined;
  const { state, reason: message } = approvalOf(crd);
  const [status, reason] = APPROVALS[state];
  return { type: 'KubernetesAPIApprovalPolicyConformant', status, reason, message };
}

function structureCondition({ spec }: CustomResourceDefinition): Condition | undefined {
  const faults = spec.preserveUnknownFields ? ['spec.preserveUnknownFields: Invalid value: true: must be false'] : [];
  for (const [index, { schema }] of spec.versions.entries()) {
    if (!schema?.openAPIV3Schema) continue;
    const found = structuralFaults(schema.openAPIV3Schema as JsonSchema, `spec.versions[${index}].schema.openAPIV3Schema`);
    faults.push(...found.map(({ field, message }) => `${field}: ${message}`));
  }
  if (faults.length === 0) return undefined;
  const message = faults.length === 1 ? (faults[0] as string) : `[${faults.join(', ')}]`;
  return { type: 'NonStructuralSchema', status: 'True', reason: 'Violations', message };
}
