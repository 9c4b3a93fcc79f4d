import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, forbiddenField, invalidValue, required } from '../../machinery/validation/faults.ts';
import { isDns1123Subdomain, isLabelValue, isQualifiedName } from '../../machinery/validation/names.ts';
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from '../generated/core-v1.ts';

/** Fields of nodes that a selector may match. */
const NODE_FIELDS = new Set(['metadata.name']);

export interface NodeSelectorOptions {
  /** Values must be values of labels. */
  readonly labelValues?: boolean;
}

/** Faults of a node selector: at least one term, each of sound requirements. */
export function* nodeSelectorRules(
  { nodeSelectorTerms = [] }: NodeSelector,
  path: string,
  options: NodeSelectorOptions = {},
): Iterable<FieldError> {
  const at = `${path}.nodeSelectorTerms`;
  if (!nodeSelectorTerms?.length) {
    yield required(at, 'must have at least one node selector term');
    return;
  }
  for (const [index, term] of nodeSelectorTerms.entries()) yield* nodeSelectorTermRules(term, `${at}[${index}]`, options);
}

export function* nodeSelectorTermRules(
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  path: string,
  { labelValues = false }: NodeSelectorOptions = {},
): Iterable<FieldError> {
  for (const [index, requirement] of (matchExpressions ?? []).entries()) {
    yield* expressionRules(requirement, `${path}.matchExpressions[${index}]`);
    if (labelValues) yield* valueRules(requirement, `${path}.matchExpressions[${index}]`);
  }
  for (const [index, requirement] of (matchFields ?? []).entries()) yield* fieldRules(requirement, `${path}.matchFields[${index}]`);
}

function* expressionRules({ key = '', operator, values }: NodeSelectorRequirement, path: string): Iterable<FieldError> {
  const given = values ?? [];
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (given.length === 0) yield required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (given.length > 0) yield forbiddenField(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
      break;
    case 'Gt':
    case 'Lt':
      if (given.length !== 1) yield required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'");
      break;
    default:
      yield invalidValue(`${path}.operator`, operator ?? '', 'not a valid selector operator');
  }
  yield* complaints(`${path}.key`, key, isQualifiedName(key));
}

function* fieldRules({ key = '', operator, values }: NodeSelectorRequirement, path: string): Iterable<FieldError> {
  const given = values ?? [];
  if (operator !== 'In' && operator !== 'NotIn') yield invalidValue(`${path}.operator`, operator ?? '', 'not a valid selector operator');
  else if (given.length !== 1)
    yield required(`${path}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
  if (!NODE_FIELDS.has(key)) yield invalidValue(`${path}.key`, key, 'not a valid field selector key');
  else for (const [index, value] of given.entries()) yield* complaints(`${path}.values[${index}]`, value, isDns1123Subdomain(value));
}

/** Values of required expressions were checked late, so only new objects are held to it. */
export function* expressionValueRules({ matchExpressions = [] }: NodeSelectorTerm, path: string): Iterable<FieldError> {
  for (const [index, requirement] of (matchExpressions ?? []).entries())
    yield* valueRules(requirement, `${path}.matchExpressions[${index}]`);
}

function* valueRules({ values }: NodeSelectorRequirement, path: string): Iterable<FieldError> {
  for (const [index, value] of (values ?? []).entries()) yield* complaints(`${path}.values[${index}]`, value, isLabelValue(value));
}
