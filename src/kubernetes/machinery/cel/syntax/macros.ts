import type { Expr } from './ast.ts';
import type { Nodes } from './nodes.ts';

/** A call that stands for something longer: `list.all(x, x > 0)` for a loop. */
export interface Macro {
  readonly name: string;
  /** Called on something, as `list.all()`, not alone, as `has()`. */
  readonly method: boolean;
  readonly arguments: number;
  /** What the call stands for; undefined when it is an ordinary call after all. */
  expand(call: MacroCall): Expr | undefined;
}

export interface MacroCall {
  readonly nodes: Nodes;
  /** Where the call stands; everything the macro makes is there too. */
  readonly offset: number;
  /** What the macro is called on; the macro's own place holder for one that is called alone. */
  readonly target: Expr;
  readonly args: readonly Expr[];
}

/** A macro that cannot be expanded, with the node to blame. */
export class MacroError extends Error {
  readonly expr: Expr;

  constructor(expr: Expr, message: string) {
    super(message);
    this.expr = expr;
  }
}

/** Macros by name, kind and number of arguments. */
export class MacroTable {
  readonly #macros = new Map<string, Macro>();

  constructor(macros: Iterable<Macro>) {
    for (const macro of macros) this.#macros.set(key(macro.name, macro.method, macro.arguments), macro);
  }

  find(name: string, method: boolean, count: number): Macro | undefined {
    return this.#macros.get(key(name, method, count));
  }
}

const key = (name: string, method: boolean, count: number): string => `${name}:${count}:${method}`;
