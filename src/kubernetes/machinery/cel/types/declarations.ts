/** What an environment declares: functions, variables, libraries of them. */

import type { Macro } from '../syntax/macros.ts';
import type { CelValue } from '../values/value.ts';
import type { CelType } from './type.ts';

/** Any function over values; the checker sees to it that the arguments are of the declared types. */
export type Implementation = (...args: never[]) => CelValue;

export interface Overload {
  readonly id: string;
  /** Called on its first argument: `text.contains(part)`. */
  readonly method: boolean;
  readonly args: readonly CelType[];
  readonly result: CelType;
  /** Names of the type parameters in the signature. */
  readonly parameters: readonly string[];
  readonly run: Implementation;
}

export interface FunctionDeclaration {
  readonly name: string;
  readonly overloads: readonly Overload[];
}

export interface VariableDeclaration {
  readonly name: string;
  readonly type: CelType;
  /** Constants have their value here: the names of types. */
  readonly value?: CelValue;
  /** Makes a value of what the caller binds; without it, plain data is read as what it looks like. */
  readonly convert?: (data: unknown) => CelValue;
}

/** Functions, macros, types and variables that go together. */
export interface Library {
  readonly name: string;
  readonly functions?: readonly FunctionDeclaration[];
  readonly macros?: readonly Macro[];
  readonly variables?: readonly VariableDeclaration[];
}

export const defineFunction = (name: string, ...overloads: Overload[]): FunctionDeclaration => ({ name, overloads });

/** A function called by name alone. */
export function overload(id: string, args: readonly CelType[], result: CelType, run: Implementation): Overload {
  return { id, method: false, args, result, parameters: parametersOf([...args, result]), run };
}

/** A function called on its first argument. */
export function method(id: string, args: readonly CelType[], result: CelType, run: Implementation): Overload {
  return { ...overload(id, args, result, run), method: true };
}

function parametersOf(types: readonly CelType[]): string[] {
  return [...new Set(types.flatMap((type) => (type.kind === 'parameter' ? [type.name] : parametersOf(type.parameters))))];
}

/** The functions of several libraries; overloads of one name from several of them stand together. */
export function mergeFunctions(declarations: Iterable<FunctionDeclaration>): Map<string, FunctionDeclaration> {
  const merged = new Map<string, FunctionDeclaration>();
  for (const declaration of declarations) {
    const known = merged.get(declaration.name);
    merged.set(declaration.name, known ? { name: known.name, overloads: [...known.overloads, ...declaration.overloads] } : declaration);
  }
  return merged;
}
