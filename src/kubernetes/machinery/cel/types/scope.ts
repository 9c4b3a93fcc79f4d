import type { FunctionDeclaration, VariableDeclaration } from './declarations.ts';
import { type CelType, type TypeProvider, typeOfType } from './type.ts';

/** Where names are looked up. */
export interface Names {
  /** The namespace that short names are tried in: with `a.b`, `x` is `a.b.x`, `a.x` or `x`. */
  readonly container: string;
  readonly variables: ReadonlyMap<string, VariableDeclaration>;
  readonly functions: ReadonlyMap<string, FunctionDeclaration>;
  readonly types: TypeProvider;
}

/** The names a short name may stand for, the most specific first. A leading dot means just that name. */
export function candidates(container: string, name: string): string[] {
  if (name.startsWith('.')) return [name.slice(1)];
  const parts = container === '' ? [] : container.split('.');
  return [...parts.map((_, i) => `${parts.slice(0, parts.length - i).join('.')}.${name}`), name];
}

/** Variables of macros, innermost last, over the variables of the environment. */
export class Scope {
  readonly #names: Names;
  readonly #locals: ReadonlyMap<string, CelType>;

  constructor(names: Names, locals: ReadonlyMap<string, CelType> = new Map()) {
    this.#names = names;
    this.#locals = locals;
  }

  get container(): string {
    return this.#names.container;
  }

  get types(): TypeProvider {
    return this.#names.types;
  }

  with(name: string, type: CelType): Scope {
    return new Scope(this.#names, new Map([...this.#locals, [name, type]]));
  }

  isLocal(name: string): boolean {
    return this.#locals.has(name);
  }

  variable(name: string): VariableDeclaration | undefined {
    const local = this.#locals.get(name);
    if (local) return { name, type: local };
    for (const candidate of candidates(this.container, name)) {
      const variable = this.#names.variables.get(candidate) ?? this.#typeName(candidate);
      if (variable) return variable;
    }
    return undefined;
  }

  function(name: string): FunctionDeclaration | undefined {
    for (const candidate of candidates(this.container, name)) {
      const declaration = this.#names.functions.get(candidate);
      if (declaration) return declaration;
    }
    return undefined;
  }

  #typeName(name: string): VariableDeclaration | undefined {
    const type = this.#names.types.findType(name);
    return type && { name, type: typeOfType(type), value: type };
  }
}
