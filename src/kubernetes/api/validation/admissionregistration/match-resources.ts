import type { FieldError } from '../../../machinery/field-error.ts';
import { notSupported, required } from '../../../machinery/validation/faults.ts';
import type { MatchResources } from '../../generated/admissionregistration-v1.ts';
import { labelSelectorRules } from '../label-selector.ts';
import { namedRuleRules } from './admission-rules.ts';
import { MATCH_POLICIES } from './enums.ts';

/** Faults of what a policy or a binding is about. */
export function* matchResourcesRules(match: MatchResources | undefined, path: string): Iterable<FieldError> {
  if (!match) return;
  const { matchPolicy, namespaceSelector, objectSelector, resourceRules, excludeResourceRules } = match;
  if (matchPolicy === undefined) yield required(`${path}.matchPolicy`);
  else if (!MATCH_POLICIES.includes(matchPolicy)) yield notSupported(`${path}.matchPolicy`, matchPolicy, MATCH_POLICIES);
  for (const [name, selector] of Object.entries({ namespaceSelector, objectSelector })) {
    if (!selector) yield required(`${path}.${name}`);
    else yield* labelSelectorRules(selector, `${path}.${name}`);
  }
  for (const [name, rules] of Object.entries({ resourceRules, excludeResourceRules })) {
    for (const [index, rule] of (rules ?? []).entries()) yield* namedRuleRules(rule, `${path}.${name}[${index}]`);
  }
}

const MUTATING = ['*', 'CONNECT', 'CREATE', 'UPDATE'];

/** There is nothing to mutate in what is deleted. */
export function* mutatingOperationRules(match: MatchResources | undefined, path: string): Iterable<FieldError> {
  for (const operation of (match?.resourceRules ?? []).flatMap(({ operations }) => operations ?? [])) {
    if (!MUTATING.includes(operation)) yield notSupported(`${path}.resourceRules.operations`, operation, MUTATING);
  }
}
