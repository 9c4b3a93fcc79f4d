import type { FieldError } from '../../../machinery/field-error.ts';
import { duplicate, invalidValue, notSupported, required, tooMany } from '../../../machinery/validation/faults.ts';
import { isDns1035Label, isDns1123Subdomain, isQualifiedName } from '../../../machinery/validation/names.ts';
import type { MatchCondition, MatchResources, ParamKind, Variable } from '../../generated/admissionregistration-v1.ts';
import { FAILURE_POLICIES } from './enums.ts';
import type { CheckExpression } from './expressions.ts';
import { matchResourcesRules } from './match-resources.ts';

/** What both kinds of policy have. */
export interface PolicySpec {
  paramKind?: ParamKind;
  matchConstraints?: MatchResources;
  failurePolicy?: string;
  matchConditions?: MatchCondition[];
  variables?: Variable[];
}

const MAX_CONDITIONS = 64;
const IDENTIFIER = /^[_a-zA-Z][_a-zA-Z0-9]*$/;
const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);

/** Faults of how a policy fails, what it takes as its parameter and what it is about. */
export function* policyRules({ failurePolicy, paramKind, matchConstraints }: PolicySpec): Iterable<FieldError> {
  if (failurePolicy === undefined) yield required('spec.failurePolicy');
  else if (!FAILURE_POLICIES.includes(failurePolicy)) yield notSupported('spec.failurePolicy', failurePolicy, FAILURE_POLICIES);
  if (paramKind) yield* paramKindRules(paramKind, 'spec.paramKind');
  if (!matchConstraints) return yield required('spec.matchConstraints');
  yield* matchResourcesRules(matchConstraints, 'spec.matchConstraints');
  if (!matchConstraints.resourceRules?.length) yield required('spec.matchConstraints.resourceRules');
}

function* paramKindRules({ apiVersion = '', kind = '' }: ParamKind, path: string): Iterable<FieldError> {
  yield* apiVersionRules(apiVersion, `${path}.apiVersion`);
  if (kind === '') return yield required(`${path}.kind`);
  const faults = isDns1035Label(kind.toLowerCase());
  if (faults.length > 0) yield invalidValue(`${path}.kind`, kind, `may have mixed case, but should otherwise match: ${faults.join(',')}`);
}

function* apiVersionRules(apiVersion: string, path: string): Iterable<FieldError> {
  if (apiVersion === '') return yield required(path);
  const parts = apiVersion === '/' ? ['', ''] : apiVersion.split('/');
  if (parts.length > 2) return yield invalidValue(path, apiVersion, `unexpected GroupVersion string: ${apiVersion}`);
  const [group, version] = parts.length === 2 ? [parts[0] ?? '', parts[1] ?? ''] : ['', parts[0] ?? ''];
  const groupFaults = group ? isDns1123Subdomain(group) : [];
  if (groupFaults.length > 0) yield invalidValue(path, group, groupFaults.join(','));
  if (version === '') return yield invalidValue(path, apiVersion, 'version must be specified');
  const versionFaults = isDns1035Label(version);
  if (versionFaults.length > 0) yield invalidValue(path, version, versionFaults.join(','));
}

/** Faults of conditions without which a webhook or a policy is not asked. */
export function* matchConditionRules(conditions: readonly MatchCondition[], path: string, check: CheckExpression): Iterable<FieldError> {
  if (conditions.length > MAX_CONDITIONS) yield tooMany(path, conditions.length, MAX_CONDITIONS);
  const seen = new Set<string>();
  for (const [index, { name = '', expression = '' }] of conditions.entries()) {
    const at = `${path}[${index}]`;
    const trimmed = expression.trim();
    if (trimmed === '') yield required(`${at}.expression`);
    else yield* check(trimmed, `${at}.expression`);
    if (name === '') yield required(`${at}.name`);
    else for (const fault of isQualifiedName(name)) yield invalidValue(`${at}.name`, name, fault);
    if (name && seen.has(name)) yield duplicate(`${at}.name`, name);
    seen.add(name);
  }
}

/** Faults of the name and presence of a variable; its expression is `check`'s. */
export function* variableRules({ name = '', expression = '' }: Variable, path: string, check: CheckExpression): Iterable<FieldError> {
  if (name.trim() === '') yield required(`${path}.name`, 'name is not specified');
  else if (!IDENTIFIER.test(name) || RESERVED.has(name)) yield invalidValue(`${path}.name`, name, 'must be a valid CEL identifier');
  if (expression.trim() === '') yield required(`${path}.expression`, 'expression is not specified');
  else yield* check(expression, `${path}.expression`);
}
