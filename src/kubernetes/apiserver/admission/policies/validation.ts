import { costLimits } from '../../../machinery/cel/cost/units.ts';
import type { Activation } from '../expressions/activation.ts';
import { BudgetExceeded, BudgetedEvaluation, type Outcome } from '../expressions/budget.ts';
import { checkConditions } from '../expressions/match-conditions.ts';
import type { CompiledAnnotation, CompiledValidatingPolicy, CompiledValidation } from './compiled-validating.ts';

/** One thing that a policy has against a request. */
export interface Refusal {
  readonly message: string;
  readonly reason?: string;
  /** Which of the policy's validations it is. */
  readonly index: number;
  /** It follows from an error in an annotation, which no binding can turn into a mere warning. */
  readonly always?: boolean;
}

/** What a policy says of a request. */
export interface PolicyVerdict {
  readonly refusals: readonly Refusal[];
  readonly annotations: readonly { key: string; value: string }[];
}

const MAX_MESSAGE = 5 * 1024;
const NOTHING: PolicyVerdict = { refusals: [], annotations: [] };

/** Evaluates a policy about one request with one parameter. What goes wrong counts as the failure policy says. */
export async function evaluatePolicy(
  policy: CompiledValidatingPolicy,
  activation: Activation,
  failurePolicy: string | undefined,
  signal: AbortSignal,
): Promise<PolicyVerdict> {
  const conditions = await checkConditions(policy.conditions, activation, failurePolicy, signal);
  if (conditions.error !== undefined) return { ...NOTHING, refusals: [{ message: conditions.error, index: 0 }] };
  if (!conditions.met) return NOTHING;
  const failed = (error: unknown): PolicyVerdict => {
    if (!(error instanceof BudgetExceeded)) throw error;
    return failurePolicy === 'Ignore' ? NOTHING : { ...NOTHING, refusals: [{ message: error.message, index: 0 }] };
  };
  try {
    const validations = new BudgetedEvaluation(activation, policy.variables, costLimits.runtimeBudget, signal);
    const refusals = await refusalsOf(policy.validations, validations, failurePolicy);
    const annotations = new BudgetedEvaluation(activation, policy.variables, costLimits.runtimeBudget, signal);
    const annotated = await annotationsOf(policy.annotations, annotations, failurePolicy);
    return { refusals: [...refusals, ...annotated.refusals], annotations: annotated.annotations };
  } catch (error) {
    return failed(error);
  }
}

async function refusalsOf(
  validations: readonly CompiledValidation[],
  evaluation: BudgetedEvaluation,
  failurePolicy: string | undefined,
): Promise<Refusal[]> {
  const outcomes: Outcome[] = [];
  for (const validation of validations) outcomes.push(await evaluation.evaluate(validation));
  const refusals: Refusal[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    const compiled = validations[index] as CompiledValidation;
    if (outcome.error !== undefined) {
      if (failurePolicy !== 'Ignore') refusals.push({ message: outcome.error, index });
    } else if (outcome.value !== true) {
      const { reason } = compiled.validation;
      refusals.push({ message: await messageOf(compiled, evaluation), index, ...(reason ? { reason } : {}) });
    }
  }
  return refusals;
}

/** What the message expression says, where it says something fit to be shown; else the message, else the expression. */
async function messageOf({ validation, message }: CompiledValidation, evaluation: BudgetedEvaluation): Promise<string> {
  const said = message ? await evaluation.evaluate(message) : undefined;
  const text = said && said.error === undefined && typeof said.value === 'string' ? said.value.trim() : '';
  if (text !== '' && Buffer.byteLength(text) <= MAX_MESSAGE && !text.includes('\n')) return text;
  return validation.message?.trim() || `failed expression: ${validation.expression.trim()}`;
}

async function annotationsOf(
  annotations: readonly CompiledAnnotation[],
  evaluation: BudgetedEvaluation,
  failurePolicy: string | undefined,
): Promise<PolicyVerdict> {
  const refusals: Refusal[] = [];
  const published: { key: string; value: string }[] = [];
  for (const [index, annotation] of annotations.entries()) {
    const outcome = await evaluation.evaluate(annotation);
    if (outcome.error !== undefined) {
      if (failurePolicy !== 'Ignore') refusals.push({ message: outcome.error, index, always: true });
    } else if (typeof outcome.value === 'string' && outcome.value.trim() !== '') {
      published.push({ key: annotation.key, value: outcome.value.trim() });
    }
  }
  return { refusals, annotations: published };
}
