import type { CallCosts } from './cost/runtime.ts';
import { MacroTable } from './syntax/macros.ts';
import { type FunctionDeclaration, type Library, mergeFunctions, type VariableDeclaration } from './types/declarations.ts';
import type { CelType, TypeProvider } from './types/type.ts';
import type { CelValue } from './values/value.ts';

/** Types with fields that expressions may also make: `Object{spec: ...}`. */
export interface StructProvider extends TypeProvider {
  /** An object of a type from the fields that the expression gives. */
  construct?(type: string, fields: ReadonlyMap<string, CelValue>): CelValue;
}

export interface EnvironmentOptions {
  readonly libraries?: readonly Library[];
  readonly variables?: readonly VariableDeclaration[];
  readonly types?: StructProvider;
  /** The namespace in which short names are looked up. */
  readonly container?: string;
  /** Lists and maps may not mix types. */
  readonly homogeneousLiterals?: boolean;
  /** `1 < 1.0` is allowed. */
  readonly crossTypeComparisons?: boolean;
  /** `a.?b`, `a[?b]` and `{?k: v}` are allowed. */
  readonly optionalSyntax?: boolean;
  /** Fields may stand between back quotes. */
  readonly quotedFields?: boolean;
  /** Literal timestamps, durations and regular expressions are checked when the expression is compiled. */
  readonly checkLiterals?: boolean;
  /** Lists, maps and conversions of constants are made once and cost nothing. */
  readonly foldConstants?: boolean;
  /** A key that stands in a map literal twice: an error, or the later one counts. */
  readonly repeatedKeys?: 'error' | 'last';
  /** What `has()` costs. */
  readonly presenceCost?: number;
  readonly callCosts?: CallCosts;
}

const noTypes: StructProvider = { findType: () => undefined, findField: () => undefined };

/** What expressions may use and how they are compiled. Never changes; {@link extend} makes another. */
export class Environment {
  readonly options: EnvironmentOptions;
  readonly container: string;
  readonly types: StructProvider;
  readonly macros: MacroTable;
  readonly functions: ReadonlyMap<string, FunctionDeclaration>;
  readonly variables: ReadonlyMap<string, VariableDeclaration>;

  constructor(options: EnvironmentOptions) {
    const libraries = options.libraries ?? [];
    this.options = options;
    this.container = options.container ?? '';
    this.types = options.types ?? noTypes;
    this.macros = new MacroTable(libraries.flatMap((library) => library.macros ?? []));
    this.functions = mergeFunctions(libraries.flatMap((library) => library.functions ?? []));
    const variables = [...libraries.flatMap((library) => library.variables ?? []), ...(options.variables ?? [])];
    this.variables = new Map(variables.map((variable) => [variable.name, variable]));
  }

  /** This environment and more: libraries, variables and types are added, other options replaced. */
  extend(more: EnvironmentOptions): Environment {
    const { options } = this;
    return new Environment({
      ...options,
      ...more,
      libraries: [...(options.libraries ?? []), ...(more.libraries ?? [])],
      variables: [...(options.variables ?? []), ...(more.variables ?? [])],
      types: options.types && more.types ? firstOf(more.types, options.types) : (more.types ?? options.types),
    });
  }
}

/** Two providers as one; the first is asked first. */
export function firstOf(first: StructProvider, second: StructProvider): StructProvider {
  const ownerOf = (type: string): StructProvider => (first.findType(type) ? first : second);
  return {
    findType: (name): CelType | undefined => first.findType(name) ?? second.findType(name),
    findField: (type, field) => ownerOf(type).findField(type, field),
    construct: (type, fields) => {
      const owner = ownerOf(type);
      if (!owner.construct) throw new TypeError(`objects of type ${type} cannot be made`);
      return owner.construct(type, fields);
    },
  };
}
