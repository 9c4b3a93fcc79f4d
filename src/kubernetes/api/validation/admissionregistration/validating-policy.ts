import type { FieldError } from '../../../machinery/field-error.ts';
import { sameJson } from '../../../machinery/patch/same-json.ts';
import { complaints, duplicate, invalidValue, notSupported, required } from '../../../machinery/validation/faults.ts';
import { isQualifiedName } from '../../../machinery/validation/names.ts';
import type { AuditAnnotation, ValidatingAdmissionPolicy, Validation } from '../../generated/admissionregistration-v1.ts';
import { conditionRules } from '../conditions.ts';
import { expressionRules, PolicyExpressions } from './expressions.ts';
import { matchConditionRules, policyRules, variableRules } from './policies.ts';

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const NEITHER = 'validations or auditAnnotations must contain at least one item';
const MAX_ANNOTATIONS = 20;
/** Shorter than an annotation may become: expressions that join texts grow. */
const MAX_VALUE_EXPRESSION = 5 * 1024;

/** Faults of a validating policy. */
export function* validatingPolicyRules(next: ValidatingAdmissionPolicy, previous?: ValidatingAdmissionPolicy): Iterable<FieldError> {
  const { metadata, spec = {} } = next;
  const { paramKind, matchConditions = [], variables = [], validations = [], auditAnnotations = [] } = spec;
  const scope = { params: paramKind !== undefined, authorizer: true };
  yield* policyRules(spec);
  if (!previous || !sameJson([paramKind, spec.matchConditions], [previous.spec?.paramKind, previous.spec?.matchConditions])) {
    yield* matchConditionRules(matchConditions, 'spec.matchConditions', expressionRules('condition', scope));
  }
  const expressions = new PolicyExpressions(variables.length > 0);
  for (const [index, variable] of variables.entries()) {
    const check = (expression: string, path: string) => expressions.variableRules(variable.name, expression, scope, path);
    yield* variableRules(variable, `spec.variables[${index}]`, check);
  }
  if (validations.length === 0 && auditAnnotations.length === 0) {
    yield required('spec.validations', NEITHER);
    yield required('spec.auditAnnotations', NEITHER);
    return;
  }
  for (const [index, validation] of validations.entries())
    yield* validationRules(validation, expressions, scope.params, `spec.validations[${index}]`);
  yield* annotationsRules(auditAnnotations, metadata.name ?? '', expressions, scope.params);
}

function* validationRules(validation: Validation, expressions: PolicyExpressions, params: boolean, path: string): Iterable<FieldError> {
  const { expression = '', message = '', messageExpression = '', reason } = validation;
  if (expression.trim() === '') yield required(`${path}.expression`, 'expression is not specified');
  else yield* expressions.rules('condition', { params, authorizer: true })(expression, `${path}.expression`);
  if (messageExpression !== '' && messageExpression.trim() === '')
    yield invalidValue(`${path}.messageExpression`, messageExpression, 'must be non-empty if specified');
  else if (messageExpression !== '')
    yield* expressions.rules('message', { params, authorizer: false })(messageExpression, `${path}.messageExpression`);
  if (message !== '' && message.trim() === '') yield invalidValue(`${path}.message`, message, 'message must be non-empty if specified');
  else if (/[\n\r]/.test(message.trim())) yield invalidValue(`${path}.message`, message, 'message must not contain line breaks');
  if (reason !== undefined && !REASONS.includes(reason)) yield notSupported(`${path}.reason`, reason, REASONS);
}

function* annotationsRules(
  annotations: readonly AuditAnnotation[],
  policy: string,
  expressions: PolicyExpressions,
  params: boolean,
): Iterable<FieldError> {
  const path = 'spec.auditAnnotations';
  if (annotations.length > MAX_ANNOTATIONS)
    yield invalidValue(path, annotations, `must not have more than ${MAX_ANNOTATIONS} auditAnnotations`);
  const seen = new Set<string>();
  const check = expressions.rules('annotation', { params, authorizer: true });
  for (const [index, { key = '', valueExpression = '' }] of annotations.entries()) {
    const at = `${path}[${index}]`;
    if (policy === '') yield invalidValue(`${at}.key`, key, 'requires metadata.name be non-empty');
    else yield* complaints(`${at}.key`, `${policy}/${key}`, isQualifiedName(`${policy}/${key}`));
    const trimmed = valueExpression.trim();
    if (trimmed === '') yield required(`${at}.valueExpression`, 'valueExpression is not specified');
    else if (trimmed.length > MAX_VALUE_EXPRESSION)
      yield required(`${at}.valueExpression`, `must not exceed ${MAX_VALUE_EXPRESSION} bytes in length`);
    else yield* check(trimmed, `${at}.valueExpression`, valueExpression);
    if (seen.has(key)) yield duplicate(`${at}.key`, key);
    seen.add(key);
  }
}

/** Faults of a write to the status of a validating policy. */
export function* validatingPolicyStatusRules({ status }: ValidatingAdmissionPolicy): Iterable<FieldError> {
  for (const [index, { fieldRef = '', warning = '' }] of (status?.typeChecking?.expressionWarnings ?? []).entries()) {
    const path = `status.typeChecking.expressionWarnings[${index}]`;
    if (warning === '') yield required(`${path}.warning`);
    if (fieldRef.trim() === '') yield required(`${path}.fieldRef`);
  }
  yield* conditionRules(status?.conditions, 'status.conditions');
}
