import type { FieldError } from '../../machinery/field-error.ts';
import { immutable, invalidValue, required } from '../../machinery/validation/faults.ts';
import type { ResourceQuota, ResourceQuotaSpec, ScopedResourceSelectorRequirement } from '../generated/core-v1.ts';
import { fitsScope, isQuotaScope, quotaNameRules } from './quota-names.ts';
import { resourceAmountRules } from './resource-names.ts';

const OPPOSITES = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
];
/** Scopes that a pod is either in or not in. */
const YES_OR_NO = new Set(['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity']);

/** Faults of a quota. */
export function* resourceQuotaRules(next: ResourceQuota, previous?: ResourceQuota): Iterable<FieldError> {
  const { spec = {} } = next;
  yield* hardRules(spec.hard, 'spec.hard');
  yield* scopeRules(spec, 'spec.scopes');
  yield* scopeSelectorRules(spec, 'spec.scopeSelector.matchExpressions');
  if (previous && !sameSet(spec.scopes, previous.spec?.scopes)) yield immutable('spec.scopes', spec.scopes);
}

/** Faults of a write to the status of a quota. */
export function* resourceQuotaStatusRules({ metadata, status }: ResourceQuota): Iterable<FieldError> {
  if (!metadata.resourceVersion) yield required('resourceVersion');
  yield* hardRules(status?.hard, 'status.hard');
  yield* hardRules(status?.used, 'status.used');
}

function* hardRules(list: Readonly<Record<string, string>> | undefined, path: string): Iterable<FieldError> {
  for (const [name, amount] of Object.entries(list ?? {})) {
    yield* quotaNameRules(name, `${path}[${name}]`);
    yield* resourceAmountRules(name, amount, `${path}[${name}]`);
  }
}

function* scopeRules({ scopes = [], hard = {} }: ResourceQuotaSpec, path: string): Iterable<FieldError> {
  for (const scope of scopes ?? []) {
    if (!isQuotaScope(scope)) yield invalidValue(path, scopes, 'unsupported scope');
    for (const name of Object.keys(hard).sort()) {
      if (!fitsScope(scope, name)) yield invalidValue(path, scopes, 'unsupported scope applied to resource');
    }
  }
  yield* oppositeRules(scopes ?? [], scopes, path);
}

function* scopeSelectorRules({ scopes, scopeSelector, hard = {} }: ResourceQuotaSpec, path: string): Iterable<FieldError> {
  const requirements = scopeSelector?.matchExpressions ?? [];
  for (const requirement of requirements) {
    const { scopeName = '' } = requirement;
    if (!isQuotaScope(scopeName)) yield invalidValue(`${path}.scopeName`, scopeName, 'unsupported scope');
    for (const name of Object.keys(hard).sort()) {
      if (!fitsScope(scopeName, name)) yield invalidValue(path, asInGo(requirements), 'unsupported scope applied to resource');
    }
    yield* operatorRules(requirement, path);
  }
  yield* oppositeRules(
    requirements.map(({ scopeName }) => scopeName),
    scopes ?? null,
    path,
  );
}

function* operatorRules({ scopeName, operator, values = [] }: ScopedResourceSelectorRequirement, path: string): Iterable<FieldError> {
  if (YES_OR_NO.has(scopeName ?? '') && operator !== 'Exists') {
    const scopes =
      'ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity';
    yield invalidValue(`${path}.operator`, operator ?? '', `must be 'Exist' when scope is any of ${scopes}`);
  }
  switch (operator as string) {
    case 'In':
    case 'NotIn':
      if (!values?.length)
        yield required(`${path}.values`, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values?.length)
        yield invalidValue(`${path}.values`, values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
      break;
    default:
      yield invalidValue(`${path}.operator`, operator ?? '', 'not a valid selector operator');
  }
}

function* oppositeRules(names: readonly string[], shown: unknown, path: string): Iterable<FieldError> {
  for (const pair of OPPOSITES) if (pair.every((name) => names.includes(name))) yield invalidValue(path, shown, 'conflicting scopes');
}

/** A scope selector as upstream's messages show it: its internal type has no names for JSON. */
function asInGo(requirements: readonly ScopedResourceSelectorRequirement[]): unknown {
  return {
    MatchExpressions: requirements.map(({ scopeName = '', operator = '', values = null }) => ({
      ScopeName: scopeName,
      Operator: operator,
      Values: values,
    })),
  };
}

function sameSet(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  const [left, right] = [new Set(a), new Set(b)];
  return left.size === right.size && left.isSubsetOf(right);
}
