/** What an expression may cost, before it runs: bounds for whatever data its variables hold. */

import { type CallExpr, type ComprehensionExpr, type Expr, isBinding, type ParsedExpression, type SelectExpr } from '../syntax/ast.ts';
import type { Checked } from '../types/checker.ts';
import { type CelType, dynType } from '../types/type.ts';
import { standardCallEstimate } from './call-estimates.ts';
import { add, exactly, MAX, multiply, one, type Range, union, unknownSize, zero } from './range.ts';
import { type EntrySizes, fixedSize, scalarSize, unionEntries } from './sizes.ts';
import { LIST_COST, MAP_COST, STRUCT_COST } from './units.ts';

/** A part of an expression as size estimates see it. */
export interface CostNode {
  /** How the value is reached from a variable: names of fields, `@items`, `@keys`, `@values`. Undefined when it is made. */
  readonly path: readonly string[] | undefined;
  readonly type: CelType;
  readonly expr: Expr | undefined;
  /** The size as the expression itself tells it. */
  readonly size: Range | undefined;
}

export interface CallEstimate {
  readonly cost: Range;
  /** The size of what comes out, where it has one. */
  readonly size?: Range;
}

/** An estimate for a call of a library's function; undefined leaves it to the standard ones. */
export type EstimateCall = (call: CallToEstimate) => CallEstimate | undefined;

export interface CallToEstimate {
  readonly name: string;
  readonly overload: string;
  readonly target: CostNode | undefined;
  readonly args: readonly CostNode[];
  /** The size of a node, unknown at worst. */
  sizeOf(node: CostNode): Range;
}

export interface EstimateOptions {
  /** The size of a value that is reached from a variable; undefined when nothing is known. */
  readonly sizeOf?: (node: CostNode) => Range | undefined;
  readonly estimateCall?: EstimateCall;
  /** What `has()` costs. */
  readonly presenceCost?: number;
}

/** The bounds of what one evaluation costs. */
export function estimateCost(parsed: ParsedExpression, checked: Checked, options: EstimateOptions = {}): Range {
  return new Estimator(checked, options).cost(parsed.root);
}

interface Local {
  readonly path: readonly string[];
  readonly size: Range | undefined;
  readonly entries: EntrySizes | undefined;
}

class Estimator {
  readonly #checked: Checked;
  readonly #options: EstimateOptions;
  readonly #paths = new Map<number, readonly string[]>();
  readonly #sizes = new Map<number, Range>();
  readonly #entries = new Map<number, EntrySizes>();
  readonly #locals = new Map<string, Local[]>();

  constructor(checked: Checked, options: EstimateOptions) {
    this.#checked = checked;
    this.#options = options;
  }

  cost(expr: Expr): Range {
    switch (expr.kind) {
      case 'literal':
        return zero;
      case 'ident':
        return this.#variable(expr.id, this.#local(expr.name)?.path ?? [this.#nameOf(expr.id) ?? expr.name]);
      case 'select':
        return this.#select(expr);
      case 'call':
        return this.#call(expr);
      case 'list':
        return this.#list(expr.id, expr.elements);
      case 'map':
        return this.#map(expr.id, expr.entries);
      case 'struct':
        return add(exactly(STRUCT_COST), ...expr.fields.map(({ value }) => this.cost(value)));
      case 'comprehension':
        return isBinding(expr) ? this.#binding(expr) : this.#loop(expr);
    }
  }

  #nameOf(id: number): string | undefined {
    const reference = this.#checked.references[id];
    return reference?.kind === 'variable' ? reference.variable.name : undefined;
  }

  #typeOf(expr: Expr): CelType {
    return this.#checked.types[expr.id] ?? dynType;
  }

  #local(name: string): Local | undefined {
    return this.#locals.get(name)?.at(-1);
  }

  #variable(id: number, path: readonly string[]): Range {
    this.#paths.set(id, path);
    return one;
  }

  #select(expr: SelectExpr): Range {
    const name = this.#nameOf(expr.id);
    if (name !== undefined) return this.#variable(expr.id, [name]);
    const operand = this.cost(expr.operand);
    if (expr.test) return add(operand, exactly(this.#options.presenceCost ?? 1));
    this.#paths.set(expr.id, [...this.#pathOf(expr.operand), expr.field]);
    const counts = ['map', 'struct', 'parameter'].includes(this.#typeOf(expr.operand).kind);
    return counts ? add(operand, one) : operand;
  }

  #pathOf(expr: Expr): readonly string[] {
    return (expr.kind === 'ident' ? this.#local(expr.name)?.path : undefined) ?? this.#paths.get(expr.id) ?? [];
  }

  #call(expr: CallExpr): Range {
    const reference = this.#checked.references[expr.id];
    const [first] = expr.args;
    if (expr.name === 'dyn' && first) return this.#dyn(expr.id, first);
    const argCosts = expr.args.map((arg) => this.cost(arg));
    const args = expr.args.map((arg) => this.#node(arg));
    if (reference?.kind !== 'function' || reference.overloads.length === 0) return zero;
    const method = expr.target !== undefined && !reference.namespaced ? expr.target : undefined;
    const targetCost = method ? this.cost(method) : zero;
    const target = method && this.#node(method);
    let cost: Range = { min: MAX, max: 0n };
    let size: Range | undefined;
    for (const { id } of reference.overloads) {
      const estimate = this.#overload(expr, reference.function.name, id, target, args, argCosts);
      cost = union(cost, estimate.cost);
      if (estimate.size) size = size ? union(size, estimate.size) : estimate.size;
      size = this.#indexed(expr, id, first) ?? size ?? this.#sizeOf(expr);
    }
    if (size) this.#sizes.set(expr.id, size);
    return add(targetCost, cost);
  }

  #dyn(id: number, arg: Expr): Range {
    const cost = this.cost(arg);
    this.#copySizes(id, arg);
    return add(one, cost);
  }

  /** Where an index leads, and how large an element found there is. */
  #indexed({ id }: CallExpr, overload: string, container: Expr | undefined): Range | undefined {
    const step = overload === 'index_list' ? '@items' : overload === 'index_map' ? '@values' : undefined;
    if (!step || !container) return undefined;
    this.#paths.set(id, [...this.#pathOf(container), step]);
    return this.#entriesOf(container)?.value;
  }

  #overload(
    expr: CallExpr,
    name: string,
    overload: string,
    target: CostNode | undefined,
    args: readonly CostNode[],
    argCosts: readonly Range[],
  ): CallEstimate {
    const call: CallToEstimate = {
      name,
      overload,
      target,
      args,
      sizeOf: (node) => node.size ?? this.#options.sizeOf?.(node) ?? unknownSize,
    };
    const special = this.#options.estimateCall?.(call);
    if (special) return { ...special, cost: add(special.cost, ...argCosts) };
    if (overload === 'conditional') return this.#conditional(expr, args, argCosts);
    if (overload === 'logical_and' || overload === 'logical_or') {
      return { cost: { min: argCosts[0]!.min, max: add(...argCosts).max } };
    }
    if (['add_string', 'add_bytes', 'add_list'].includes(overload)) this.#joinEntries(expr, expr.args[0]!, expr.args[1]!);
    const estimate = standardCallEstimate(call);
    return { ...estimate, cost: add(estimate.cost, ...argCosts) };
  }

  #conditional(expr: CallExpr, args: readonly CostNode[], [test, yes, no]: readonly Range[]): CallEstimate {
    this.#joinEntries(expr, expr.args[1]!, expr.args[2]!);
    return { cost: add(test!, union(yes!, no!)), size: union(args[1]!.size ?? unknownSize, args[2]!.size ?? unknownSize) };
  }

  #joinEntries({ id }: CallExpr, a: Expr, b: Expr): void {
    const [left, right] = [this.#entriesOf(a), this.#entriesOf(b)];
    if (left && right) this.#entries.set(id, unionEntries(left, right));
  }

  #list(id: number, elements: readonly Expr[]): Range {
    const costs = elements.map((element) => this.cost(element));
    this.#entries.set(id, { container: 'list', key: one, value: this.#sizeOfAny(elements) });
    return add(exactly(LIST_COST), ...costs);
  }

  #map(id: number, entries: readonly { readonly key: Expr; readonly value: Expr }[]): Range {
    const costs = entries.flatMap(({ key, value }) => [this.cost(key), this.cost(value)]);
    this.#entries.set(id, {
      container: 'map',
      key: this.#sizeOfAny(entries.map(({ key }) => key)),
      value: this.#sizeOfAny(entries.map(({ value }) => value)),
    });
    return add(exactly(MAP_COST), ...costs);
  }

  #sizeOfAny(parts: readonly Expr[]): Range {
    if (parts.length === 0) return zero;
    return parts.map((part) => this.#sizeOf(part) ?? unknownSize).reduce(union);
  }

  #loop(expr: ComprehensionExpr): Range {
    const before = add(this.cost(expr.range), this.cost(expr.init));
    const loop = this.#with(expr.accumulator, this.#localOf(expr.init), () => {
      const turn = this.#withVariables(expr, () => add(this.cost(expr.condition), this.cost(expr.step)));
      return { turn, result: this.cost(expr.result) };
    });
    const count = this.#sizeOf(expr.range) ?? unknownSize;
    this.#setLoopSize(expr, count);
    return add(before, loop.result, multiply(count, loop.turn));
  }

  #withVariables<T>(expr: ComprehensionExpr, body: () => T): T {
    const path = this.#pathOf(expr.range);
    const entries = this.#entriesOf(expr.range);
    const isList = (entries?.container ?? this.#typeOf(expr.range).kind) === 'list';
    const key: Local = { path: [...path, isList ? '@indices' : '@keys'], size: entries?.key, entries: undefined };
    const value: Local = { path: [...path, isList ? '@items' : '@values'], size: entries?.value, entries: undefined };
    if (expr.variable2 !== undefined) return this.#with(expr.variable, key, () => this.#with(expr.variable2!, value, body));
    return this.#with(expr.variable, isList ? value : key, body);
  }

  #setLoopSize(expr: ComprehensionExpr, count: Range): void {
    if (expr.init.kind === 'literal') {
      const size = this.#sizeOf(expr.init);
      if (size) this.#sizes.set(expr.id, size);
      return;
    }
    if (expr.init.kind !== 'list' && expr.init.kind !== 'map') return;
    this.#sizes.set(expr.id, count);
    const entries = this.#entriesOf(expr.step);
    if (entries) this.#entries.set(expr.id, entries);
  }

  #binding(expr: ComprehensionExpr): Range {
    const before = add(this.cost(expr.range), this.cost(expr.init));
    const result = this.#with(expr.accumulator, this.#localOf(expr.init), () => {
      const cost = this.cost(expr.result);
      this.#copySizes(expr.id, expr.result);
      return cost;
    });
    return add(before, result);
  }

  #localOf(value: Expr): Local {
    return { path: this.#pathOf(value), size: this.#sizeOf(value), entries: this.#entriesOf(value) };
  }

  #with<T>(name: string, local: Local, body: () => T): T {
    const stack = this.#locals.get(name) ?? [];
    this.#locals.set(name, stack);
    stack.push(local);
    try {
      return body();
    } finally {
      stack.pop();
    }
  }

  #node(expr: Expr): CostNode {
    const path = this.#pathOf(expr);
    // Only what is reached from a variable has a path; what a macro collects has none.
    const known = path.length > 0 && !path[0]!.startsWith('@');
    return { path: known ? path : undefined, type: this.#typeOf(expr), expr, size: this.#sizeOf(expr) };
  }

  #copySizes(id: number, from: Expr): void {
    const size = this.#sizeOf(from);
    const entries = this.#entriesOf(from);
    if (size) this.#sizes.set(id, size);
    if (entries) this.#entries.set(id, entries);
  }

  #sizeOf(expr: Expr): Range | undefined {
    const known = this.#sizes.get(expr.id) ?? fixedSize(expr);
    if (known) return known;
    const type = this.#typeOf(expr);
    const told = this.#options.sizeOf?.({ path: this.#pathOf(expr), type, expr, size: undefined });
    if (told) {
      this.#sizes.set(expr.id, told);
      return told;
    }
    return scalarSize(type) ?? (expr.kind === 'ident' ? this.#local(expr.name)?.size : undefined);
  }

  #entriesOf(expr: Expr): EntrySizes | undefined {
    return this.#entries.get(expr.id) ?? (expr.kind === 'ident' ? this.#local(expr.name)?.entries : undefined);
  }
}
