import {
  type CallExpr,
  type ComprehensionExpr,
  type Expr,
  type IdentExpr,
  type ListExpr,
  type MapExpr,
  type ParsedExpression,
  qualifiedName,
  type SelectExpr,
  type StructExpr,
} from '../syntax/ast.ts';
import type { Issue } from '../syntax/issues.ts';
import { typeOf } from '../values/type-of.ts';
import type { FunctionDeclaration, Overload, VariableDeclaration } from './declarations.ts';
import { type Names, Scope } from './scope.ts';
import {
  boolType,
  type CelType,
  dynType,
  errorType,
  formatType,
  intType,
  isDynamic,
  isOptionalType,
  listOf,
  mapOf,
  optionalOf,
  sameType,
  typeParameter,
} from './type.ts';
import { allAssignable, assignable, moreGeneral, type Substitution, substitute } from './unify.ts';

/** What a name or a call in the tree was found to mean. */
export type Reference =
  | { readonly kind: 'variable'; readonly variable: VariableDeclaration }
  | {
      readonly kind: 'function';
      readonly function: FunctionDeclaration;
      readonly overloads: readonly Overload[];
      readonly namespaced: boolean;
    };

/** The outcome of a check, by node number. */
export interface Checked {
  readonly types: readonly (CelType | undefined)[];
  readonly references: readonly (Reference | undefined)[];
}

export interface CheckerOptions {
  /** Lists and maps may not mix types. */
  readonly homogeneousLiterals: boolean;
  /** `1 < 1.0` is allowed. */
  readonly crossTypeComparisons: boolean;
}

/** Finds the type of every node, and what every name means. */
export function check(parsed: ParsedExpression, names: Names, options: CheckerOptions): Checked & { readonly issues: readonly Issue[] } {
  const checker = new Checker(parsed, names, options);
  return checker.run();
}

const NUMERIC: ReadonlySet<string> = new Set(['int', 'uint', 'double']);

class Checker {
  readonly #parsed: ParsedExpression;
  readonly #options: CheckerOptions;
  readonly #types: (CelType | undefined)[] = [];
  readonly #references: (Reference | undefined)[] = [];
  readonly #issues: Issue[] = [];
  #scope: Scope;
  #substitution: Substitution = new Map();
  #freeVariables = 0;

  constructor(parsed: ParsedExpression, names: Names, options: CheckerOptions) {
    this.#parsed = parsed;
    this.#options = options;
    this.#scope = new Scope(names);
  }

  run(): Checked & { readonly issues: readonly Issue[] } {
    this.#check(this.#parsed.root);
    const types = this.#types.map((type) => type && substitute(this.#substitution, type, true));
    return { types, references: this.#references, issues: this.#issues };
  }

  #check(expr: Expr): CelType {
    const type = this.#typeOf(expr);
    this.#types[expr.id] = type;
    return type;
  }

  #typeOf(expr: Expr): CelType {
    switch (expr.kind) {
      case 'literal':
        return typeOf(expr.value);
      case 'ident':
        return this.#ident(expr);
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

  #ident(expr: IdentExpr): CelType {
    const variable = this.#scope.variable(expr.name);
    if (!variable) return this.#undeclared(expr.id, expr.name);
    this.#references[expr.id] = { kind: 'variable', variable };
    return variable.type;
  }

  #undeclared(id: number, name: string): CelType {
    this.#report(id, `undeclared reference to '${name}' (in container '${this.#scope.container}')`);
    return errorType;
  }

  #select(expr: SelectExpr): CelType {
    const name = qualifiedName(expr);
    const variable = name === undefined || this.#startsLocal(expr) ? undefined : this.#scope.variable(name);
    if (variable) {
      this.#references[expr.id] = { kind: 'variable', variable };
      return variable.type;
    }
    const field = this.#field(expr.id, expr.operand, expr.field, false);
    return expr.test ? boolType : this.#resolved(field);
  }

  /** Whether a chain of selections starts at a variable of a macro, which then hides longer names. */
  #startsLocal(expr: Expr): boolean {
    if (expr.kind === 'select') return this.#startsLocal(expr.operand);
    return expr.kind === 'ident' && this.#scope.isLocal(expr.name);
  }

  /** The type of `operand.field`. */
  #field(id: number, operand: Expr, field: string, optional: boolean): CelType {
    const operandType = this.#resolved(this.#check(operand));
    const unwrap = isOptionalType(operandType);
    const target = unwrap ? operandType.parameters[0]! : operandType;
    const result = this.#fieldOf(id, target, field);
    return unwrap || optional ? optionalOf(result) : result;
  }

  #fieldOf(id: number, target: CelType, field: string): CelType {
    switch (target.kind) {
      case 'map':
        return target.parameters[1]!;
      case 'struct':
        return this.#structField(id, target.name, field) ?? errorType;
      case 'parameter':
        this.#fits(dynType, target);
        return dynType;
      default:
        if (!isDynamic(target)) this.#report(id, `type '${formatType(target)}' does not support field selection`);
        return dynType;
    }
  }

  #structField(id: number, type: string, field: string): CelType | undefined {
    if (!this.#scope.types.findType(type)) {
      this.#report(id, `unexpected failed resolution of '${type}'`);
      return undefined;
    }
    const found = this.#scope.types.findField(type, field);
    if (!found) this.#report(id, `undefined field '${field}'`);
    return found;
  }

  #call(expr: CallExpr): CelType {
    if (expr.name === '_?._') return this.#optionalSelect(expr);
    const args = expr.args.map((arg) => this.#check(arg));
    const { target } = expr;
    if (!target) {
      const declaration = this.#scope.function(expr.name);
      return declaration ? this.#resolve(expr, declaration, args, false) : this.#undeclared(expr.id, expr.name);
    }
    const prefix = this.#startsLocal(target) ? undefined : qualifiedName(target);
    const namespaced = prefix === undefined ? undefined : this.#scope.function(`${prefix}.${expr.name}`);
    if (namespaced) return this.#resolve(expr, namespaced, args, true);
    const targetType = this.#check(target);
    const declaration = this.#scope.function(expr.name);
    return declaration ? this.#resolve(expr, declaration, [targetType, ...args], false) : this.#undeclared(expr.id, expr.name);
  }

  #optionalSelect(expr: CallExpr): CelType {
    const [operand, field] = expr.args;
    const name = field?.kind === 'literal' && typeof field.value === 'string' ? field.value : '';
    this.#types[field!.id] = typeOf(name);
    const declaration = this.#scope.function('_?._');
    if (!declaration) return this.#undeclared(expr.id, expr.name);
    this.#references[expr.id] = { kind: 'function', function: declaration, overloads: declaration.overloads, namespaced: false };
    return this.#resolved(this.#field(expr.id, operand!, name, true));
  }

  #resolve(expr: CallExpr, declaration: FunctionDeclaration, args: readonly CelType[], namespaced: boolean): CelType {
    const isMethod = expr.target !== undefined && !namespaced;
    const overloads: Overload[] = [];
    let result: CelType | undefined;
    for (const overload of declaration.overloads) {
      if (overload.method !== isMethod || this.#isDisabled(overload)) continue;
      if (declaration.name === '_&&_' || declaration.name === '_||_') return this.#logical(expr, declaration, overload, args);
      const candidate = this.#match(overload, args);
      if (!candidate) continue;
      overloads.push(overload);
      result = result === undefined || sameType(result, candidate) ? candidate : dynType;
    }
    this.#references[expr.id] = { kind: 'function', function: declaration, overloads, namespaced };
    return result ?? this.#noOverload(expr.id, declaration.name, args, isMethod);
  }

  #isDisabled({ args: [a, b], id }: Overload): boolean {
    if (this.#options.crossTypeComparisons || !/^(?:less|greater)_/.test(id)) return false;
    return NUMERIC.has(a!.name) && NUMERIC.has(b!.name) && a!.name !== b!.name;
  }

  #logical(expr: CallExpr, declaration: FunctionDeclaration, overload: Overload, args: readonly CelType[]): CelType {
    let fits = true;
    args.forEach((type, i) => {
      if (this.#fits(boolType, type)) return;
      fits = false;
      this.#report(expr.args[i]!.id, `expected type 'bool' but found '${formatType(this.#resolved(type))}'`);
    });
    this.#references[expr.id] = { kind: 'function', function: declaration, overloads: [overload], namespaced: false };
    return fits ? boolType : errorType;
  }

  /** The result type of an overload for these arguments; undefined when it is not for them. */
  #match(overload: Overload, args: readonly CelType[]): CelType | undefined {
    const fresh = new Map(overload.parameters.map((name) => [name, this.#freeVariable()]));
    const signature = fresh.size ? overload.args.map((type) => substitute(fresh, type, false)) : overload.args;
    const substitution = allAssignable(this.#substitution, args, signature);
    if (!substitution) return undefined;
    this.#substitution = substitution;
    return this.#resolved(substitute(fresh, overload.result, false));
  }

  #noOverload(id: number, name: string, args: readonly CelType[], isMethod: boolean): CelType {
    const shown = args.map((type) => formatType(substitute(this.#substitution, type, true)));
    const signature = isMethod ? `${shown[0]}.(${shown.slice(1).join(', ')})` : `(${shown.join(', ')})`;
    this.#report(id, `found no matching overload for '${name}' applied to '${signature}'`);
    return errorType;
  }

  #list({ elements, optional }: ListExpr): CelType {
    let type: CelType | undefined;
    elements.forEach((element, i) => {
      const found = this.#check(element);
      type = this.#join(element, type, optional.includes(i) ? this.#unwrapOptional(element, found) : found);
    });
    return listOf(type ?? this.#freeVariable());
  }

  #map({ entries }: MapExpr): CelType {
    let [keyType, valueType]: (CelType | undefined)[] = [];
    for (const { key, value, optional } of entries) {
      keyType = this.#join(key, keyType, this.#check(key));
      const found = this.#check(value);
      valueType = this.#join(value, valueType, optional ? this.#unwrapOptional(value, found) : found);
    }
    return mapOf(keyType ?? this.#freeVariable(), valueType ?? this.#freeVariable());
  }

  #unwrapOptional(expr: Expr, type: CelType): CelType {
    const resolved = this.#resolved(type);
    if (isOptionalType(resolved)) return resolved.parameters[0]!;
    if (!isDynamic(resolved))
      this.#report(expr.id, `expected type '${formatType(optionalOf(resolved))}' but found '${formatType(resolved)}'`);
    return resolved;
  }

  /** The type of elements so far and one more. */
  #join(expr: Expr, previous: CelType | undefined, current: CelType): CelType {
    if (previous === undefined) return current;
    if (this.#fits(previous, current)) return moreGeneral(previous, current);
    if (!this.#options.homogeneousLiterals) return dynType;
    this.#report(expr.id, `expected type '${formatType(previous)}' but found '${formatType(current)}'`);
    return errorType;
  }

  #struct(expr: StructExpr): CelType {
    const variable = this.#scope.variable(expr.typeName);
    if (!variable) {
      return this.#undeclared(expr.id, expr.typeName);
    }
    this.#references[expr.id] = { kind: 'variable', variable };
    const type = this.#messageType(expr, variable);
    for (const field of expr.fields) {
      const found = this.#check(field.value);
      const valueType = field.optional ? this.#unwrapOptional(field.value, found) : found;
      const declared = type.kind === 'error' ? errorType : (this.#structField(field.id, type.name, field.name) ?? errorType);
      if (!this.#fits(declared, valueType)) {
        this.#report(
          field.id,
          `expected type of field '${field.name}' is '${formatType(declared)}' but provided type is '${formatType(this.#resolved(valueType))}'`,
        );
      }
    }
    return type;
  }

  #messageType(expr: StructExpr, variable: VariableDeclaration): CelType {
    if (variable.type.kind === 'error') return errorType;
    const [type] = variable.type.parameters;
    if (variable.type.kind !== 'type' || !type) this.#report(expr.id, `'${formatType(variable.type)}' is not a type`);
    else if (type.kind === 'struct') return type;
    else this.#report(expr.id, `'${formatType(type)}' is not a message type`);
    return errorType;
  }

  #comprehension(expr: ComprehensionExpr): CelType {
    const range = this.#resolved(this.#check(expr.range));
    const accumulatorType = this.#check(expr.init);
    const outer = this.#scope;
    const around = outer.with(expr.accumulator, accumulatorType);
    const [first, second] = this.#variableTypes(expr, range);
    const inner = around.with(expr.variable, first);
    this.#scope = expr.variable2 === undefined ? inner : inner.with(expr.variable2, second);
    this.#assert(expr.condition, boolType);
    this.#assert(expr.step, accumulatorType);
    this.#scope = around;
    const result = this.#resolved(this.#check(expr.result));
    this.#scope = outer;
    return result;
  }

  /** Types of the variables of a loop over a range; of one variable only the first counts. */
  #variableTypes({ range, variable2 }: ComprehensionExpr, type: CelType): [CelType, CelType] {
    switch (type.kind) {
      case 'list':
        return variable2 === undefined ? [type.parameters[0]!, dynType] : [intType, type.parameters[0]!];
      case 'map':
        return [type.parameters[0]!, type.parameters[1]!];
      case 'dyn':
      case 'any':
      case 'error':
      case 'parameter':
        this.#fits(dynType, type);
        return [dynType, dynType];
      default:
        this.#report(
          range.id,
          `expression of type '${formatType(type)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
        );
        return [errorType, errorType];
    }
  }

  #assert(expr: Expr, type: CelType): void {
    const found = this.#check(expr);
    if (!this.#fits(type, found))
      this.#report(expr.id, `expected type '${formatType(type)}' but found '${formatType(this.#resolved(found))}'`);
  }

  #fits(to: CelType, from: CelType): boolean {
    const substitution = assignable(this.#substitution, to, from);
    if (substitution) this.#substitution = substitution;
    return substitution !== undefined;
  }

  #resolved(type: CelType): CelType {
    return substitute(this.#substitution, type, false);
  }

  #freeVariable(): CelType {
    return typeParameter(`_var${this.#freeVariables++}`);
  }

  #report(id: number, message: string): void {
    this.#issues.push({ message, offset: this.#parsed.positions[id] });
  }
}
