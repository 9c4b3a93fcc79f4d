import type { Environment } from './environment.ts';
import { type Bindings, Frame, type Step } from './evaluate/frame.ts';
import { PendingValue } from './evaluate/pending.ts';
import { plan } from './evaluate/planner.ts';
import type { ParsedExpression } from './syntax/ast.ts';
import { CelIssues } from './syntax/issues.ts';
import { parse } from './syntax/parser.ts';
import { type Checked, check } from './types/checker.ts';
import { checkLiterals } from './types/literals.ts';
import { type CelType, dynType } from './types/type.ts';
import { CelError, interrupted } from './values/errors.ts';
import type { CelValue } from './values/value.ts';

export interface EvaluationOptions {
  /** Ends the evaluation with an error once its cost is above this. */
  readonly costLimit?: number;
  readonly signal?: AbortSignal;
}

export interface Evaluation {
  readonly value: CelValue | CelError;
  /** What the evaluation cost, also when it failed. */
  readonly cost: number;
}

/** An expression that was found right, ready to be evaluated any number of times. */
export class CompiledExpression {
  readonly source: string;
  readonly parsed: ParsedExpression;
  readonly checked: Checked;
  /** The type of what it evaluates to. */
  readonly type: CelType;
  readonly #step: Step;

  constructor(source: string, parsed: ParsedExpression, checked: Checked, environment: Environment) {
    this.source = source;
    this.parsed = parsed;
    this.checked = checked;
    this.type = checked.types[parsed.root.id] ?? dynType;
    this.#step = plan(parsed.root, checked, environment);
  }

  evaluate(bindings: Bindings, { costLimit = Number.POSITIVE_INFINITY, signal }: EvaluationOptions = {}): Evaluation {
    const frame = new Frame(bindings, costLimit, signal);
    try {
      return { value: this.#step(frame), cost: frame.cost };
    } catch (error) {
      if (error instanceof CelError) return { value: error, cost: frame.cost };
      throw error;
    }
  }

  /** Like {@link evaluate}, for expressions that ask what is not known at once: whether something is allowed. */
  async evaluateAsync(bindings: Bindings, options: EvaluationOptions = {}): Promise<Evaluation> {
    for (;;) {
      try {
        return this.evaluate(bindings, options);
      } catch (error) {
        if (!(error instanceof PendingValue)) throw error;
        await error.ready;
        if (options.signal?.aborted) return { value: interrupted(), cost: 0 };
      }
    }
  }
}

/** Reads and checks an expression. Callers keep the outcome: an expression is compiled once and evaluated often. */
export function compile(source: string, environment: Environment): CompiledExpression | CelIssues {
  const parsed = parseSource(source, environment);
  if (parsed instanceof CelIssues) return parsed;
  const { issues, ...checked } = check(parsed, environment, {
    homogeneousLiterals: environment.options.homogeneousLiterals ?? false,
    crossTypeComparisons: environment.options.crossTypeComparisons ?? false,
  });
  if (issues.length) return new CelIssues(source, issues);
  const faults = environment.options.checkLiterals ? checkLiterals(parsed, checked) : [];
  return faults.length ? new CelIssues(source, faults) : instantiate(source, parsed, checked, environment);
}

function instantiate(source: string, parsed: ParsedExpression, checked: Checked, environment: Environment): CompiledExpression | CelIssues {
  try {
    return new CompiledExpression(source, parsed, checked, environment);
  } catch (error) {
    if (error instanceof CelError) return new CelIssues(source, [{ message: error.message, offset: undefined }], 'instantiation');
    throw error;
  }
}

/** Reads an expression without asking whether its types fit; what does not fit is an error when it is evaluated. */
export function compileUnchecked(source: string, environment: Environment): CompiledExpression | CelIssues {
  const parsed = parseSource(source, environment);
  if (parsed instanceof CelIssues) return parsed;
  const { references } = check(parsed, environment, { homogeneousLiterals: false, crossTypeComparisons: true });
  // Names keep their meaning; which overload is meant is found out by the values.
  const loose = references.map((reference) => (reference?.kind === 'function' ? { ...reference, overloads: [] } : reference));
  return instantiate(source, parsed, { types: [], references: loose }, environment);
}

function parseSource(source: string, environment: Environment): ParsedExpression | CelIssues {
  const { macros, options } = environment;
  return parse(source, { macros, optionalSyntax: options.optionalSyntax ?? false, quotedFields: options.quotedFields ?? false });
}
