import { costLimits } from '../../../machinery/cel/cost/units.ts';
import type { Activation } from '../expressions/activation.ts';
import { BudgetExceeded, BudgetedEvaluation, type Outcome } from '../expressions/budget.ts';
import { checkConditions } from '../expressions/match-conditions.ts';
import type { PolicyError } from '../observer.ts';
import type { CompiledAnnotation, CompiledValidatingPolicy, CompiledValidation } from './compiled-validating.ts';

/** One thing that a policy has against a request. */
export interface Refusal {
  readonly message: string;
  readonly reason?: string;
  /** Which of the policy's validations it is. */
  readonly index: number;
  readonly error: PolicyError;
  /** Milliseconds it took to find out. */
  readonly ms: number;
  /** It follows from an error in an annotation, which no binding can turn into a mere warning. */
  readonly always?: boolean;
}

/** What a policy says of a request. */
export interface PolicyVerdict {
  readonly refusals: readonly Refusal[];
  readonly annotations: readonly { key: string; value: string }[];
  /** Errors that its failure policy lets pass. */
  readonly ignored: readonly Pick<Refusal, 'error' | 'ms'>[];
}

const MAX_MESSAGE = 5 * 1024;
const NOTHING: PolicyVerdict = { refusals: [], annotations: [], ignored: [] };

/** Evaluates a policy about one request with one parameter. What goes wrong counts as the failure policy says. */
export async function evaluatePolicy(
  policy: CompiledValidatingPolicy,
  activation: Activation,
  failurePolicy: string | undefined,
  signal: AbortSignal,
  observe?: Parameters<typeof checkConditions>[4],
): Promise<PolicyVerdict> {
  const began = performance.now();
  const fault = (message: string, error: PolicyError) => ({ message, index: 0, error, ms: performance.now() - began });
  const conditions = await checkConditions(policy.conditions, activation, failurePolicy, signal, observe);
  if (conditions.error !== undefined) return { ...NOTHING, refusals: [fault(conditions.error, 'invalid_error')] };
  if (!conditions.met) return NOTHING;
  const failed = (error: unknown): PolicyVerdict => {
    if (!(error instanceof BudgetExceeded)) throw error;
    const exceeded = fault(error.message, 'out_of_budget');
    return failurePolicy === 'Ignore' ? { ...NOTHING, ignored: [exceeded] } : { ...NOTHING, refusals: [exceeded] };
  };
  try {
    const validations = new BudgetedEvaluation(activation, policy.variables, costLimits.runtimeBudget, signal);
    const validated = await refusalsOf(policy.validations, validations, failurePolicy);
    const annotations = new BudgetedEvaluation(activation, policy.variables, costLimits.runtimeBudget, signal);
    const annotated = await annotationsOf(policy.annotations, annotations, failurePolicy);
    return { ...annotated, refusals: [...validated.refusals, ...annotated.refusals], ignored: validated.ignored };
  } catch (error) {
    return failed(error);
  }
}

async function refusalsOf(
  validations: readonly CompiledValidation[],
  evaluation: BudgetedEvaluation,
  failurePolicy: string | undefined,
): Promise<Pick<PolicyVerdict, 'refusals' | 'ignored'>> {
  const outcomes: (Outcome & { ms: number })[] = [];
  for (const validation of validations) {
    const began = performance.now();
    const outcome = await evaluation.evaluate(validation);
    outcomes.push({ ...outcome, ms: performance.now() - began });
  }
  const refusals: Refusal[] = [];
  const ignored: PolicyVerdict['ignored'][number][] = [];
  for (const [index, outcome] of outcomes.entries()) {
    const { ms } = outcome;
    const compiled = validations[index] as CompiledValidation;
    if (outcome.error !== undefined) {
      if (failurePolicy === 'Ignore') ignored.push({ error: 'invalid_error', ms });
      else refusals.push({ message: outcome.error, index, error: 'invalid_error', ms });
    } else if (outcome.value !== true) {
      const { reason } = compiled.validation;
      const message = await messageOf(compiled, evaluation);
      refusals.push({ message, index, error: 'no_error', ms, ...(reason ? { reason } : {}) });
    }
  }
  return { refusals, ignored };
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
    const began = performance.now();
    const outcome = await evaluation.evaluate(annotation);
    if (outcome.error !== undefined) {
      const ms = performance.now() - began;
      if (failurePolicy !== 'Ignore') refusals.push({ message: outcome.error, index, always: true, error: 'invalid_error', ms });
    } else if (typeof outcome.value === 'string' && outcome.value.trim() !== '') {
      published.push({ key: annotation.key, value: outcome.value.trim() });
    }
  }
  return { refusals, annotations: published, ignored: [] };
}
