import { CelError, costExceeded, interrupted } from '../values/errors.ts';
import type { CelValue } from '../values/value.ts';

/** Data by name, or a function that gives it. Undefined is a variable that is not bound. */
export type Bindings = Readonly<Record<string, unknown>> | ((name: string) => unknown);

/** A part of an expression, ready to run. */
export type Step = (frame: Frame) => CelValue;

const ITERATIONS_PER_CHECK = 100;

/** The state of one evaluation. */
export class Frame {
  readonly #bindings: Bindings;
  readonly #signal: AbortSignal | undefined;
  readonly #limit: number;
  /** Variables of the environment, by place; made when they are first asked for. */
  readonly globals: (CelValue | undefined)[] = [];
  /** Variables of macros. An accumulator may hold an error, which whoever reads it throws. */
  readonly locals: (CelValue | CelError | undefined)[] = [];
  cost = 0;
  #iterations = 0;

  constructor(bindings: Bindings, limit: number, signal: AbortSignal | undefined) {
    this.#bindings = bindings;
    this.#limit = limit;
    this.#signal = signal;
  }

  charge(cost: number): void {
    this.cost += cost;
    if (this.cost > this.#limit) throw costExceeded();
  }

  binding(name: string): unknown {
    return typeof this.#bindings === 'function'
      ? this.#bindings(name)
      : Object.hasOwn(this.#bindings, name)
        ? this.#bindings[name]
        : undefined;
  }

  /** Called once an iteration: long loops are where an evaluation can be stopped. */
  checkInterrupt(): void {
    if (this.#signal && ++this.#iterations % ITERATIONS_PER_CHECK === 0 && this.#signal.aborted) throw interrupted();
  }
}

/** An error that the evaluation may go on after; others are thrown on. */
export function recoverable(error: unknown): CelError {
  if (error instanceof CelError && error.reason === 'error') return error;
  throw error;
}
