import type {
  FieldSelectorAttributes,
  LabelSelectorAttributes,
  ResourceAttributes,
  SelfSubjectAccessReviewSpec,
  SubjectAccessReviewSpec,
} from '../../../api/generated/authorization-v1.ts';
import type { FieldError } from '../../../machinery/field-error.ts';
import type { KubeObject } from '../../../machinery/meta.ts';
import { invalid } from '../../../machinery/status.ts';
import { complaints, forbiddenField, invalidValue, required } from '../../../machinery/validation/faults.ts';
import { isLabelValue, isQualifiedName } from '../../../machinery/validation/names.ts';

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
    yield {
      type: 'FieldValueInvalid',
      field: 'spec.nonResourceAttributes',
      message: `Invalid value: ${value}: cannot be specified in combination with resourceAttributes`,
    };
  }
  if (!resourceAttributes && !nonResourceAttributes) {
    yield {
      type: 'FieldValueInvalid',
      field: 'spec.resourceAttributes',
      message: 'Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
    };
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

function* oneSelector(
  name: 'fieldSelector' | 'labelSelector',
  selector: FieldSelectorAttributes | LabelSelectorAttributes,
): Iterable<FieldError> {
  const path = `spec.resourceAttributes.${name}`;
  const { rawSelector, requirements } = selector;
  if (rawSelector && requirements?.length) yield invalidValue(`${path}.rawSelector`, rawSelector, 'may not specify both at once');
  if (!rawSelector && !requirements?.length)
    yield required(`${path}.requirements`, `when ${path} is specified, requirements or rawSelector is required`);
  for (const [index, requirement] of (requirements ?? []).entries()) {
    const { key = '', operator = '', values = [] } = requirement ?? {};
    const at = `${path}.requirements[${index}]`;
    yield* name === 'labelSelector' ? labelFaults(at, key, values) : fieldFaults(at, key);
    yield* valueFaults(at, operator, values, Boolean(key));
  }
}

function* fieldFaults(at: string, key: string): Iterable<FieldError> {
  if (!key) yield required(`${at}.key`, 'must be specified');
}

function* labelFaults(at: string, key: string, values: readonly string[]): Iterable<FieldError> {
  yield* complaints(`${at}.key`, key, isQualifiedName(key));
  for (const [index, value] of values.entries()) yield* complaints(`${at}.values[${index}]`, value ?? '', isLabelValue(value ?? ''));
}

/** Operators that nobody knows are let through: newer clients may, and authorizers ignore them. */
function* valueFaults(at: string, operator: string, values: readonly string[], hasKey: boolean): Iterable<FieldError> {
  if (!hasKey) return;
  if ((operator === 'In' || operator === 'NotIn') && values.length === 0)
    yield required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
  if ((operator === 'Exists' || operator === 'DoesNotExist') && values.length > 0) {
    yield forbiddenField(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  }
}

/** Lists and maps that are empty, as clients send them that write every field. */
function saysNothing(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** A review names nothing and is never kept, so that its metadata can only be a mistake. */
function* metadataFaults({ metadata, kind }: KubeObject): Iterable<FieldError> {
  const { managedFields: _managed, namespace: _namespace, creationTimestamp: _created, ...rest } = metadata ?? {};
  if (kind !== 'SelfSubjectRulesReview' && !Object.values(rest).every(saysNothing)) {
    yield { type: 'FieldValueInvalid', field: 'metadata', message: `Invalid value: ${JSON.stringify(metadata)}: must be empty` };
  }
}
