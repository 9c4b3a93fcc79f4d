import type { FieldError } from '../../../machinery/field-error.ts';
import { complaints, duplicate, forbiddenField, invalidValue, notSupported, required } from '../../../machinery/validation/faults.ts';
import { isDns1123Subdomain, isPathSegment } from '../../../machinery/validation/names.ts';
import type {
  MatchResources,
  MutatingAdmissionPolicyBinding,
  ParamRef,
  ValidatingAdmissionPolicyBinding,
} from '../../generated/admissionregistration-v1.ts';
import { labelSelectorRules } from '../label-selector.ts';
import { matchResourcesRules, mutatingOperationRules } from './match-resources.ts';

const ACTIONS = ['Audit', 'Deny', 'Warn'];
const NOT_FOUND_ACTIONS = ['Deny', 'Allow'];
const EXCLUSIVE = 'name and selector are mutually exclusive';

/** Faults of a binding of a validating policy. */
export function* validatingBindingRules({ spec }: ValidatingAdmissionPolicyBinding): Iterable<FieldError> {
  yield* bindingRules(spec ?? {});
  yield* actionRules(spec?.validationActions ?? [], 'spec.validationActions');
}

/** Faults of a binding of a mutating policy. */
export function* mutatingBindingRules({ spec }: MutatingAdmissionPolicyBinding): Iterable<FieldError> {
  yield* bindingRules(spec ?? {});
  yield* mutatingOperationRules(spec?.matchResources, 'spec.matchResources');
}

function* bindingRules(spec: { policyName?: string; paramRef?: ParamRef; matchResources?: MatchResources }): Iterable<FieldError> {
  const { policyName = '', paramRef, matchResources } = spec;
  if (policyName === '') yield required('spec.policyName');
  else yield* complaints('spec.policyName', policyName, isDns1123Subdomain(policyName));
  if (paramRef) yield* paramRefRules(paramRef, 'spec.paramRef');
  yield* matchResourcesRules(matchResources, 'spec.matchResources');
}

function* paramRefRules({ name = '', selector, parameterNotFoundAction = '' }: ParamRef, path: string): Iterable<FieldError> {
  if (name) {
    yield* complaints(`${path}.name`, name, isPathSegment(name));
    if (selector) yield forbiddenField(`${path}.name`, EXCLUSIVE);
  }
  if (selector) {
    yield* labelSelectorRules(selector, `${path}.selector`);
    if (name) yield forbiddenField(`${path}.selector`, EXCLUSIVE);
  }
  if (!name && !selector) yield required(path, 'one of name or selector must be specified');
  if (parameterNotFoundAction === '') yield required(`${path}.parameterNotFoundAction`);
  else if (!NOT_FOUND_ACTIONS.includes(parameterNotFoundAction))
    yield notSupported(`${path}.parameterNotFoundAction`, parameterNotFoundAction, NOT_FOUND_ACTIONS);
}

function* actionRules(actions: readonly string[], path: string): Iterable<FieldError> {
  for (const [index, action] of actions.entries()) {
    if (!ACTIONS.includes(action)) yield notSupported(`${path}[${index}]`, action, ACTIONS);
    if (actions.indexOf(action) < index) yield duplicate(`${path}[${index}]`, action);
  }
  if (actions.includes('Deny') && actions.includes('Warn')) {
    const why = 'repeating the same validation failure information in the API response and headers serves no purpose';
    yield invalidValue(path, actions, `must not contain both Deny and Warn (${why})`);
  }
  if (actions.length === 0) yield required(path, 'at least one validation action is required');
}
