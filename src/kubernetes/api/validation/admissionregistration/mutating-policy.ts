import type { FieldError } from '../../../machinery/field-error.ts';
import { sameJson } from '../../../machinery/patch/same-json.ts';
import { invalidValue, notSupported, required } from '../../../machinery/validation/faults.ts';
import type { MutatingAdmissionPolicy, Mutation } from '../../generated/admissionregistration-v1.ts';
import { REINVOCATION_POLICIES } from './enums.ts';
import { expressionRules, PolicyExpressions } from './expressions.ts';
import { mutatingOperationRules } from './match-resources.ts';
import { matchConditionRules, policyRules, variableRules } from './policies.ts';

const PATCH_TYPES = ['ApplyConfiguration', 'JSONPatch'];
const FIELDS = { ApplyConfiguration: 'applyConfiguration', JSONPatch: 'jsonPatch' } as const;
type PatchType = keyof typeof FIELDS;

/** Faults of a mutating policy. */
export function* mutatingPolicyRules(next: MutatingAdmissionPolicy, previous?: MutatingAdmissionPolicy): Iterable<FieldError> {
  const { spec = {} } = next;
  const { paramKind, matchConditions = [], variables = [], mutations = [], reinvocationPolicy } = spec;
  const scope = { params: paramKind !== undefined, authorizer: true };
  yield* policyRules(spec);
  yield* mutatingOperationRules(spec.matchConstraints, 'spec.matchConstraints');
  if (!previous || !sameJson([paramKind, spec.matchConditions], [previous.spec?.paramKind, previous.spec?.matchConditions])) {
    yield* matchConditionRules(matchConditions, 'spec.matchConditions', expressionRules('condition', scope));
  }
  const expressions = new PolicyExpressions(variables.length > 0);
  for (const [index, variable] of variables.entries()) {
    const check = (expression: string, path: string) =>
      expressions.variableRules(variable.name, expression, { ...scope, mutation: true }, path);
    yield* variableRules(variable, `spec.variables[${index}]`, check);
  }
  if (mutations.length === 0) yield required('spec.mutations', 'mutations must contain at least one item');
  for (const [index, mutation] of mutations.entries())
    yield* mutationRules(mutation, expressions, scope.params, `spec.mutations[${index}]`);
  if (!reinvocationPolicy) yield required('spec.reinvocationPolicy');
  else if (!REINVOCATION_POLICIES.includes(reinvocationPolicy))
    yield notSupported('spec.reinvocationPolicy', reinvocationPolicy, REINVOCATION_POLICIES);
}

function* mutationRules(mutation: Mutation, expressions: PolicyExpressions, params: boolean, path: string): Iterable<FieldError> {
  const { patchType } = mutation;
  if (!patchType) return yield required(`${path}.patchType`);
  if (!PATCH_TYPES.includes(patchType)) return yield notSupported(`${path}.patchType`, patchType, PATCH_TYPES);
  const type = patchType as PatchType;
  const [own, other] = type === 'JSONPatch' ? [FIELDS.JSONPatch, FIELDS.ApplyConfiguration] : [FIELDS.ApplyConfiguration, FIELDS.JSONPatch];
  const given = mutation[own];
  if (!given) yield required(`${path}.${own}`, `must be specified when patchType is ${type}`);
  else {
    const trimmed = (given.expression ?? '').trim();
    const at = `${path}.${own}.expression`;
    if (trimmed === '') yield required(at);
    else yield* expressions.rules(own, { params, authorizer: true, mutation: true })(trimmed, at);
  }
  if (mutation[other]) yield invalidValue(`${path}.${other}`, `{${other}}`, `must not be specified when patchType is ${type}`);
}
