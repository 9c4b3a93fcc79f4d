import type { FieldSelectorAttributes, LabelSelectorAttributes, ResourceAttributes, SelfSubjectAccessReviewSpec, SubjectAccessReviewSpec } from '../../../api/generated/authorization-v1.ts';
import type { FieldError } from '../../../machinery/field-error.ts';
import type { KubeObject } from '../../../machinery/meta.ts';
import { invalid } from '../../../machinery/status.ts';

type Spec = SubjectAccessReviewSpec | SelfSubjectAccessReviewSpec;

/** Throws 422 with every fault of an access review. Upstream leaves the kind out of the message. */
export function checkReview(review: KubeObject, faults: Iterable<FieldError>): void {
  const found = [...faults, ...metadataFaults(review)];
  if (found.length > 0) throw invalid({ group: 'authorization.k8s.io', kind: '' }, '', found);
}

export function* selfReviewFaults(spec: Spec): Iterable<FieldError> {
  const { resourceAttributes, nonResourceAttributes } = spec;
  if (resourceAttributes && nonResourceAttributes) {
    const value = JSON.stringify({ Path: nonResourceAttributes.path ?? '', Verb: nonResourceAttributes.verb ?? '' });
    yield { type: 'FieldValueInvalid', field: 'spec.nonResourceAttributes', message: `Invalid value: ${value}: cannot be specified in combination with resourceAttributes` };
  }
  if (!resourceAttributes && !nonResourceAttributes) {
    yield { type: 'FieldValueInvalid', field: 'spec.resourceAttributes', message: 'Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified' };
  }
  if (resourceAttributes) yield* selectorFaults(resourceAttributes);
}

export function* subjectReviewFaults(spec: SubjectAccessReviewSpec): Iterable<FieldError> {
  yield* selfReviewFaults(spec);
  if (!spec.user && !spec.groups?.length) {
    yield { type: 'FieldValueInvalid', field: 'spec.user', message: 'Invalid value: "": at least one of user or group must be specified' };
  }
}

function* selectorFaults({ fieldSelector, labelSelector }: ResourceAttributes): Iterable<FieldError> {
  if (fieldSelector) yield* oneSelector('fieldSelector', fieldSelector);
  if (labelSelector) yield* oneSelector('labelSelector', labelSelector);
}

function* oneSelector(name: string, selector: FieldSelectorAttributes | LabelSelectorAttributes): Iterable<FieldError> {
  const at = `spec.resourceAttributes.${name}`;
  const { rawSelector, requirements } = selector;
  if (rawSelector && requirements?.length) {
    const message = `Invalid value: ${JSON.stringify(rawSelector)}: may not specify both at once`;
    yield { type: 'FieldValueInvalid', field: `${at}.rawSelector`, message };
  }
  if (!rawSelector && !requirements?.length) {
    yield { type: 'FieldValueRequired', field: `${at}.requirements`, message: `Required value: when ${name} is specified, requirements or rawSelector is required` };
  }
  for (const [index, requirement] of (requirements ?? []).entries()) yield* requirementFaults(`${at}.requirements[${index}]`, requirement);
}

function* requirementFaults(at: string, requirement: { key?: string; operator?: string; values?: string[] } | null): Iterable<FieldError> {
  const { key, operator, values = [] } = requirement ?? {};
  if (!key) return yield { type: 'FieldValueRequired', field: `${at}.key`, message: 'Required value: must be specified' };
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) yield { type: 'FieldValueRequired', field: `${at}.values`, message: "Required value: must be specified when `operator` is 'In' or 'NotIn'" };
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) yield { type: 'FieldValueForbidden', field: `${at}.values`, message: "Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'" };
  } else {
    yield { type: 'FieldValueInvalid', field: `${at}.operator`, message: `Invalid value: ${JSON.stringify(operator ?? '')}: not a valid selector operator` };
  }
}

/** A review names nothing and is never kept, so that its metadata can only be a mistake. */
function* metadataFaults({ metadata, kind }: KubeObject): Iterable<FieldError> {
  const { managedFields: _managed, namespace: _namespace, creationTimestamp: _created, ...rest } = metadata ?? {};
  if (kind !== 'SelfSubjectRulesReview' && Object.keys(rest).length > 0) {
    yield { type: 'FieldValueInvalid', field: 'metadata', message: `Invalid value: ${JSON.stringify(metadata)}: must be empty` };
  }
}
