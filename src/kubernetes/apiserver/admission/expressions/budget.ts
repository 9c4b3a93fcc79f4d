import { ExpressionFault } from '../../../api/admissionregistration/expressions/compile.ts';
import type { CompiledExpression } from '../../../machinery/cel/compile.ts';
import { costLimits } from '../../../machinery/cel/cost/units.ts';
import { LazyObject } from '../../../machinery/cel/schema/lazy.ts';
import { CelError } from '../../../machinery/cel/values/errors.ts';
import type { CelValue } from '../../../machinery/cel/values/value.ts';
import type { Activation } from './activation.ts';

/** An expression as it stands in a webhook or policy. */
export interface Expression {
  readonly source: string;
  readonly compiled: CompiledExpression | ExpressionFault;
}

/** A variable of a policy. */
export interface NamedExpression extends Expression {
  readonly name: string;
}

/** What an expression came to. */
export type Outcome = { readonly value: CelValue; readonly error?: undefined } | { readonly error: string };

/** All expressions of a policy together cost more than they may; no further one is evaluated. */
export class BudgetExceeded extends Error {
  override readonly name = 'BudgetExceeded';

  constructor() {
    super('validation failed due to running out of cost budget, no further validation rules will be run');
  }
}

/** Evaluates the expressions of one webhook or policy about one request, as long as their cost is within the budget. */
export class BudgetedEvaluation {
  readonly #bindings: Record<string, unknown>;
  readonly #signal: AbortSignal;
  #left: number;

  constructor(activation: Activation, variables: readonly NamedExpression[], budget: number, signal: AbortSignal) {
    this.#left = budget;
    this.#signal = signal;
    this.#bindings = { ...activation };
    const makers = variables.map((variable) => [variable.name, () => this.#variable(variable)] as const);
    if (makers.length > 0) this.#bindings.variables = new LazyObject(new Map(makers));
  }

  /** Throws {@link BudgetExceeded}. */
  async evaluate({ source, compiled }: Expression): Promise<Outcome> {
    if (compiled instanceof ExpressionFault) return { error: `compilation error: ${compiled.detail}` };
    const options = { costLimit: costLimits.perCall, signal: this.#signal };
    const { value, cost } = await compiled.evaluateAsync(this.#bindings, options);
    this.#spend(cost);
    return value instanceof CelError ? { error: `expression '${source}' resulted in error: ${value.message}` } : { value };
  }

  /** Evaluated when it is first asked for, within the evaluation of another expression. */
  #variable({ name, compiled }: NamedExpression): CelValue {
    if (compiled instanceof ExpressionFault) throw new CelError(`composited variable "${name}" fails to compile: ${compiled.detail}`);
    const { value, cost } = compiled.evaluate(this.#bindings, { costLimit: costLimits.perCall, signal: this.#signal });
    this.#spend(cost);
    if (value instanceof CelError) throw new CelError(`composited variable "${name}" fails to evaluate: ${value.message}`);
    return value;
  }

  #spend(cost: number): void {
    this.#left -= cost;
    if (this.#left < 0) throw new BudgetExceeded();
  }
}
