import { costLimits } from '../../../../machinery/cel/cost/units.ts';
import type { DeclType } from '../../../../machinery/cel/schema/decl-type.ts';
import type { FieldError } from '../../../../machinery/field-error.ts';
import type { JsonSchema } from '../../../../machinery/structural/json-schema.ts';
import { type CompiledRule, compileRules, RuleFault, selfTypeOf } from '../../../../machinery/structural/rules/compile-rules.ts';
import { forbiddenField, internalError, invalidValue } from '../../../../machinery/validation/faults.ts';
import { internalRule } from '../internal-shape.ts';
import type { RuleScope, TotalCost } from './rule-scope.ts';

/** What is known of the place where rules stand. */
export interface RulePlace {
  readonly scope: RuleScope;
  /** The nearest place around whose values cannot be told to be the same before and after an update. */
  readonly uncorrelated: string | undefined;
  /** Each rule may cost whatever it costs: it was there before. */
  readonly anyCost: boolean;
}

/** Faults of the expressions in a schema's own rules. */
export function* expressionFaults(schema: JsonSchema, path: string, place: RulePlace): Iterable<FieldError> {
  if (!schema['x-kubernetes-validations']?.length) return;
  const self = selfTypeOf(schema, place.scope.isResource);
  if (!self) {
    const why = 'unable to convert structural schema to CEL declarations';
    const where = 'failed to construct type information for x-kubernetes-validations rules';
    yield internalError(path, `internal error: ${where}: ${why}`);
    return;
  }
  for (const [index, rule] of compileRules(schema, self).entries()) yield* oneFaults(rule, self, `${path}[${index}]`, place);
}

function* oneFaults(compiled: CompiledRule, self: DeclType, path: string, place: RulePlace): Iterable<FieldError> {
  const { rule, expression, message, messageCost } = compiled;
  yield* costFaults('rule', place.scope.costOf(compiled.cost, self.minSize), path, place);
  if (expression instanceof RuleFault) yield invalidValue(`${path}.rule`, internalRule(rule), expression.detail);
  if (message instanceof RuleFault) yield invalidValue(`${path}.messageExpression`, internalRule(rule), message.detail);
  else if (message) yield* costFaults('messageExpression', messageCost, path, place);
  yield* oldSelfFaults(compiled, path, place);
}

function* costFaults(name: 'rule' | 'messageExpression', cost: bigint, path: string, { scope, anyCost }: RulePlace): Iterable<FieldError> {
  const limit = costLimits.ruleEstimate;
  if (!anyCost && cost > limit) yield forbiddenField(`${path}.${name}`, tooExpensive(`estimated ${name} cost`, cost, limit));
  scope.totalCost.add(`${path}.${name}`, cost);
}

function* oldSelfFaults({ rule, usesOldSelf }: CompiledRule, path: string, { uncorrelated }: RulePlace): Iterable<FieldError> {
  const { optionalOldSelf } = rule;
  if (usesOldSelf && uncorrelated !== undefined) {
    const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`;
    yield invalidValue(`${path}.rule`, rule.rule, why);
  } else if (!usesOldSelf && optionalOldSelf !== undefined && optionalOldSelf !== null) {
    yield invalidValue(`${path}.optionalOldSelf`, optionalOldSelf, 'may not be set if oldSelf is not used in rule');
  }
}

/** Faults of a schema whose rules together cost too much. */
export function* totalCostFaults(cost: TotalCost, path: string): Iterable<FieldError> {
  const limit = costLimits.definitionEstimate;
  if (cost.total <= limit) return;
  const because = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema';
  for (const expensive of cost.mostExpensive) yield forbiddenField(expensive, because);
  yield forbiddenField(
    path,
    tooExpensive('x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema', cost.total, limit),
  );
}

function tooExpensive(what: string, cost: bigint, limit: bigint): string {
  const advice = 'try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared';
  return `${what} exceeds budget by factor of ${factorOf(Number(cost) / Number(limit))} (${advice})`;
}

/** Large factors say nothing more; small ones must not look like none. */
function factorOf(factor: number): string {
  if (factor > 100) return 'more than 100x';
  return `${factor.toFixed(factor < 1.5 ? 6 : 1)}x`;
}
