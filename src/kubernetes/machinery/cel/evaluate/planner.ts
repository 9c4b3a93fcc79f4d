import { type CallCost, LIST_COST, MAP_COST, STRUCT_COST, standardCallCost } from '../cost/runtime.ts';
import type { Environment } from '../environment.ts';
import { compilePattern } from '../regex/pattern.ts';
import {
  ACCUMULATOR,
  type CallExpr,
  type ComprehensionExpr,
  type Expr,
  isBinding,
  type ListExpr,
  type MapExpr,
  type SelectExpr,
  type StructExpr,
} from '../syntax/ast.ts';
import type { Checked, Reference } from '../types/checker.ts';
import type { VariableDeclaration } from '../types/declarations.ts';
import { dataToValue } from '../values/data.ts';
import { contains } from '../values/equal.ts';
import { fail } from '../values/errors.ts';
import { EntryMap } from '../values/map.ts';
import { ArrayList, CelList, CelOptional, type CelValue, GrowingList } from '../values/value.ts';
import { keyText } from './access.ts';
import { shortcut } from './arithmetic.ts';
import * as attributes from './attributes.ts';
import { directCall, dispatchedCall } from './calls.ts';
import { Frame, type Step } from './frame.ts';
import { conditional, notStrictlyFalse, optionalOr, shortCircuit } from './logic.ts';
import { binding, boundName, loop } from './loops.ts';
import { constant, isStatic, type Planned } from './planned.ts';

/** Makes a checked tree ready to run. Throws a {@link CelError} when something that is evaluated beforehand fails. */
export function plan(root: Expr, checked: Checked, environment: Environment): Step {
  return new Planner(checked, environment).plan(root).run;
}

const CONVERSIONS: ReadonlySet<string> = new Set(['bool', 'bytes', 'double', 'duration', 'dyn', 'int', 'string', 'timestamp', 'uint']);

const PATTERN_FUNCTIONS: ReadonlySet<string> = new Set(['matches', 'find', 'findAll']);

class Planner {
  readonly #checked: Checked;
  readonly #environment: Environment;
  readonly #globals = new Map<string, number>();
  readonly #locals = new Map<string, Planned[]>();
  #places = 0;

  constructor(checked: Checked, environment: Environment) {
    this.#checked = checked;
    this.#environment = environment;
  }

  plan(expr: Expr): Planned {
    switch (expr.kind) {
      case 'literal':
        return constant(expr.value);
      case 'ident':
        return this.#local(expr.name) ?? this.#variable(expr.id, expr.name);
      case 'select':
        return this.#select(expr);
      case 'call':
        return this.#call(expr);
      case 'list':
        return this.#list(expr);
      case 'map':
        return this.#map(expr);
      case 'struct':
        return this.#struct(expr);
      case 'comprehension':
        return this.#comprehension(expr);
    }
  }

  #reference<K extends Reference['kind']>(id: number, kind: K): Extract<Reference, { kind: K }> | undefined {
    const reference = this.#checked.references[id];
    return reference?.kind === kind ? (reference as Extract<Reference, { kind: K }>) : undefined;
  }

  #local(name: string): Planned | undefined {
    return this.#locals.get(name)?.at(-1);
  }

  #variable(id: number, name: string): Planned {
    const variable = this.#reference(id, 'variable')?.variable;
    if (!variable) return { run: () => fail(`undeclared reference to '${name}' (in container '${this.#environment.container}')`) };
    return variable.value === undefined ? this.#global(variable) : constant(variable.value);
  }

  #global({ name, convert }: VariableDeclaration): Planned {
    const place = this.#globals.get(name) ?? this.#globals.size;
    this.#globals.set(name, place);
    return attributes.globalVariable(name, place, convert ?? dataToValue);
  }

  #select(expr: SelectExpr): Planned {
    if (this.#reference(expr.id, 'variable')) return this.#variable(expr.id, expr.field);
    const operand = this.plan(expr.operand);
    return expr.test
      ? attributes.presence(operand, expr.field, this.#environment.options.presenceCost ?? 1)
      : attributes.select(operand, expr.field);
  }

  #call(expr: CallExpr): Planned {
    const [a, b, c] = expr.args;
    switch (expr.name) {
      case '_&&_':
      case '_||_':
        return { run: shortCircuit(this.plan(a!).run, this.plan(b!).run, expr.name === '_||_') };
      case '_?_:_':
        return this.#conditional(this.plan(a!), this.plan(b!), this.plan(c!));
      case '@not_strictly_false':
        return { run: notStrictlyFalse(this.plan(a!).run) };
      case '_[_]':
        return attributes.index(this.plan(a!), this.plan(b!));
      case '_?._':
        return attributes.optionalSelect(this.plan(a!), b?.kind === 'literal' ? String(b.value) : '');
      case '_[?_]':
        return attributes.optionalIndex(this.plan(a!), this.plan(b!));
      case '@in':
        return this.#membership(expr) ?? this.#function(expr);
      case 'or':
      case 'orValue':
        return this.#optionalOr(expr) ?? this.#function(expr);
      default:
        return this.#function(expr);
    }
  }

  /** Which of two is wanted: a variable that comes out of it is not counted, the test and other outcomes are. */
  #conditional(test: Planned, yes: Planned, no: Planned): Planned {
    const run = conditional(test.run, yes.uncounted ?? yes.run, no.uncounted ?? no.run);
    return { run, uncounted: run };
  }

  /** `x in [constants]` is made a set by upstream, and free. */
  #membership(expr: CallExpr): Planned | undefined {
    const list = this.#environment.options.foldConstants ? this.plan(expr.args[1]!).constant : undefined;
    if (!(list instanceof CelList) || ![...list].every(isScalar)) return undefined;
    const item = this.plan(expr.args[0]!).run;
    const strings = new Set(list);
    return {
      run: (frame) => {
        const value = item(frame);
        return typeof value === 'string' ? strings.has(value) : contains(list, value);
      },
    };
  }

  #optionalOr(expr: CallExpr): Planned | undefined {
    if (!expr.target || this.#reference(expr.id, 'function')?.overloads.length !== 1) return undefined;
    return { run: optionalOr(this.plan(expr.target).run, this.plan(expr.args[0]!).run, expr.name === 'orValue') };
  }

  #function(expr: CallExpr): Planned {
    const reference = this.#reference(expr.id, 'function');
    if (!reference) return { run: () => fail(`unbound function: ${expr.name}`) };
    const isMethod = expr.target !== undefined && !reference.namespaced;
    const operands = isMethod ? [expr.target!, ...expr.args] : expr.args;
    const planned = operands.map((operand) => this.plan(operand));
    const [only, ...others] = reference.overloads;
    const { name } = reference.function;
    const id = only && others.length === 0 ? only.id : '';
    const types = operands.map((operand) => this.#checked.types[operand.id]);
    const steps = planned.map(({ run }) => run);
    if (only && id && types.every(isStatic)) {
      const operandType = types[0]?.name ?? '';
      const fast = types.length === 2 && types[1]?.name === operandType ? shortcut(id, operandType) : undefined;
      if (fast) return { run: fast(steps[0]!, steps[1]!, name) };
    }
    this.#checkPattern(name, planned[1]);
    const cost = this.#cost(name, id);
    const run =
      only && id && types.every(isStatic)
        ? directCall(name, only, steps, cost)
        : dispatchedCall(name, this.#candidates(reference, isMethod), steps, cost);
    return this.#folded(name, planned, run) ?? { run };
  }

  #candidates(
    reference: Extract<Reference, { kind: 'function' }>,
    isMethod: boolean,
  ): readonly Extract<Reference, { kind: 'function' }>['overloads'][number][] {
    return reference.overloads.length > 0
      ? reference.overloads
      : reference.function.overloads.filter((overload) => overload.method === isMethod);
  }

  #cost(name: string, overload: string): CallCost {
    return (
      this.#environment.options.callCosts?.(name, overload) ??
      (name === '_==_' ? standardCallCost('equals') : name === '_!=_' ? standardCallCost('not_equals') : standardCallCost(overload))
    );
  }

  /** A conversion of a constant, done now. */
  #folded(name: string, args: readonly Planned[], run: Step): Planned | undefined {
    if (!this.#environment.options.foldConstants || args.length !== 1 || !CONVERSIONS.has(name) || args[0]!.constant === undefined)
      return undefined;
    return constant(run(new Frame({}, Number.POSITIVE_INFINITY, undefined)));
  }

  /** Reads a constant regular expression now, so that one that is none is found before the first evaluation. */
  #checkPattern(name: string, pattern: Planned | undefined): void {
    if (!this.#environment.options.foldConstants || !PATTERN_FUNCTIONS.has(name)) return;
    if (typeof pattern?.constant === 'string') compilePattern(pattern.constant);
  }

  #list({ elements, optional }: ListExpr): Planned {
    const planned = elements.map((element) => this.plan(element));
    if (this.#environment.options.foldConstants && optional.length === 0 && planned.every(isConstant)) {
      return constant(new ArrayList(planned.map((element) => element.constant as CelValue)));
    }
    const steps = planned.map(({ run }) => run);
    if (optional.length === 0) {
      return {
        run: (frame) => {
          frame.charge(LIST_COST);
          return new ArrayList(steps.map((step) => step(frame)));
        },
      };
    }
    return {
      run: (frame) => {
        frame.charge(LIST_COST);
        const values: CelValue[] = [];
        steps.forEach((step, i) => {
          const value = step(frame);
          if (!optional.includes(i)) values.push(value);
          else if (!(value instanceof CelOptional))
            fail(`cannot initialize optional list element from non-optional value ${keyText(value)}`);
          else if (value.value !== undefined) values.push(value.value);
        });
        return new ArrayList(values);
      },
    };
  }

  #map({ entries }: MapExpr): Planned {
    const strict = this.#environment.options.repeatedKeys === 'error';
    const planned = entries.map(({ key, value, optional }) => ({ key: this.plan(key), value: this.plan(value), optional }));
    const run: Step = (frame) => {
      frame.charge(MAP_COST);
      const map = new EntryMap();
      for (const { key, value, optional } of planned) {
        const [name, held] = [key.run(frame), value.run(frame)];
        const kept = optional ? unwrap(held, 'map entry') : held;
        if (kept !== undefined && !map.set(name, kept) && strict) fail(`Failed with repeated key: ${keyText(name)}`);
      }
      return map;
    };
    const folds =
      this.#environment.options.foldConstants &&
      planned.every(({ key, value, optional }) => !optional && isConstant(key) && isConstant(value));
    return folds ? constant(run(new Frame({}, Number.POSITIVE_INFINITY, undefined))) : { run };
  }

  #struct(expr: StructExpr): Planned {
    const { types } = this.#environment;
    const variable = this.#reference(expr.id, 'variable')?.variable;
    const type = variable?.type.parameters[0]?.name ?? expr.typeName;
    const fields = expr.fields.map(({ name, value, optional }) => ({ name, value: this.plan(value).run, optional }));
    return {
      run: (frame) => {
        frame.charge(STRUCT_COST);
        const values = new Map<string, CelValue>();
        for (const { name, value, optional } of fields) {
          const given = value(frame);
          const kept = optional ? unwrap(given, 'field') : given;
          if (kept !== undefined) values.set(name, kept);
        }
        return types.construct ? types.construct(type, values) : fail(`unknown type '${type}'`);
      },
    };
  }

  #comprehension(expr: ComprehensionExpr): Planned {
    if (isBinding(expr)) return this.#binding(expr);
    const range = this.plan(expr.range).run;
    const init = this.plan(expr.init).run;
    const accumulator = this.#places++;
    const variable = this.#places++;
    const variable2 = expr.variable2 === undefined ? undefined : this.#places++;
    return this.#with(expr.accumulator, attributes.localVariable(accumulator), () => {
      const body = (): { condition: Step; step: Step } => ({ condition: this.plan(expr.condition).run, step: this.plan(expr.step).run });
      const inner = (): { condition: Step; step: Step } =>
        expr.variable2 === undefined ? body() : this.#with(expr.variable2, attributes.localVariable(variable2!), body);
      const { condition, step } = this.#with(expr.variable, attributes.localVariable(variable), inner);
      const result = this.plan(expr.result).run;
      return {
        run: loop({ range, init: isGrowing(expr) ? growingInit(init) : init, condition, step, result, accumulator, variable, variable2 }),
      };
    });
  }

  #binding(expr: ComprehensionExpr): Planned {
    const range = this.plan(expr.range).run;
    const init = this.plan(expr.init).run;
    const place = this.#places++;
    const result = this.#with(expr.accumulator, attributes.lazyVariable(boundName(init, place)), () => this.plan(expr.result).run);
    const bound = binding(result, place);
    return {
      run: (frame) => {
        range(frame);
        return bound(frame);
      },
    };
  }

  #with<T>(name: string, variable: Planned, body: () => T): T {
    const stack = this.#locals.get(name) ?? [];
    this.#locals.set(name, stack);
    stack.push(variable);
    try {
      return body();
    } finally {
      stack.pop();
    }
  }
}

/** Loops of `map()` and `filter()` whose accumulator only ever is appended to. */
function isGrowing({ init, accumulator }: ComprehensionExpr): boolean {
  return accumulator === ACCUMULATOR && init.kind === 'list' && init.elements.length === 0;
}

const growingInit =
  (init: Step): Step =>
  (frame) => {
    init(frame);
    return new GrowingList();
  };

const isConstant = ({ constant: value }: Planned): boolean => value !== undefined;
const isScalar = (value: CelValue): boolean => value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value);

function unwrap(value: CelValue, what: string): CelValue | undefined {
  if (value instanceof CelOptional) return value.value;
  return fail(`cannot initialize optional ${what} from non-optional value ${keyText(value)}`);
}
