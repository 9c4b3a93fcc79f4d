import { compileExpression } from '../../../api/admissionregistration/expressions/compile.ts';
import { admissionEnvironment, type ExpressionScope } from '../../../api/admissionregistration/expressions/environment.ts';
import type { MatchCondition } from '../../../api/generated/admissionregistration-v1.ts';
import { costLimits } from '../../../machinery/cel/cost/units.ts';
import type { ConditionsResult } from '../observer.ts';
import type { Activation } from './activation.ts';
import { aggregate } from './aggregate.ts';
import { BudgetExceeded, BudgetedEvaluation, type Expression } from './budget.ts';

/** Whether the conditions of a webhook or policy are met, or why that could not be told. */
export type ConditionsOutcome = { readonly met: boolean; readonly error?: undefined } | { readonly error: string };

export function compileConditions(conditions: readonly MatchCondition[], scope: ExpressionScope): Expression[] {
  const environment = admissionEnvironment(scope);
  return conditions.map(({ expression }) => ({ source: expression, compiled: compileExpression(expression, environment, 'condition') }));
}

/** A condition that is false decides, whatever becomes of the others; an error counts as the failure policy says. */
export async function checkConditions(
  conditions: readonly Expression[],
  activation: Activation,
  failurePolicy: string | undefined,
  signal: AbortSignal,
  observe: (result: ConditionsResult, ms: number) => void = () => {},
): Promise<ConditionsOutcome> {
  if (conditions.length === 0) return { met: true };
  const began = performance.now();
  const errors: string[] = [];
  let excluded = false;
  const evaluation = new BudgetedEvaluation(activation, [], costLimits.matchConditionsBudget, signal);
  try {
    const outcomes = [];
    for (const condition of conditions) outcomes.push(await evaluation.evaluate(condition));
    for (const outcome of outcomes) {
      if (outcome.error !== undefined) errors.push(outcome.error);
      else if (outcome.value === false) {
        excluded = true;
        return { met: false };
      }
    }
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    errors.splice(0, errors.length, error.message);
  } finally {
    observe({ errors: errors.length, excluded }, performance.now() - began);
  }
  if (errors.length === 0) return { met: true };
  return failurePolicy === 'Ignore' ? { met: false } : { error: aggregate(errors) };
}
