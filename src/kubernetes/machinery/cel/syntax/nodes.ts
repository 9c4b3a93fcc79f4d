import type { CelValue } from '../values/value.ts';
import type {
  CallExpr,
  ComprehensionExpr,
  Expr,
  IdentExpr,
  ListExpr,
  LiteralExpr,
  MapEntryExpr,
  MapExpr,
  SelectExpr,
  StructExpr,
  StructFieldExpr,
} from './ast.ts';

/** Makes nodes and numbers them, remembering where each stands. */
export class Nodes {
  readonly positions: number[] = [0];

  /** The number of a new node at an offset. */
  at(offset: number): number {
    return this.positions.push(offset) - 1;
  }

  positionOf(expr: { readonly id: number }): number {
    return this.positions[expr.id] ?? 0;
  }

  literal(offset: number, value: CelValue): LiteralExpr {
    return { kind: 'literal', id: this.at(offset), value };
  }

  ident(offset: number, name: string): IdentExpr {
    return { kind: 'ident', id: this.at(offset), name };
  }

  select(offset: number, operand: Expr, field: string, test = false): SelectExpr {
    return { kind: 'select', id: this.at(offset), operand, field, test };
  }

  call(offset: number, name: string, ...args: Expr[]): CallExpr {
    return { kind: 'call', id: this.at(offset), name, args };
  }

  method(offset: number, target: Expr, name: string, ...args: Expr[]): CallExpr {
    return { kind: 'call', id: this.at(offset), name, target, args };
  }

  list(offset: number, elements: readonly Expr[], optional: readonly number[] = []): ListExpr {
    return { kind: 'list', id: this.at(offset), elements, optional };
  }

  map(offset: number, entries: readonly MapEntryExpr[]): MapExpr {
    return { kind: 'map', id: this.at(offset), entries };
  }

  struct(offset: number, typeName: string, fields: readonly StructFieldExpr[]): StructExpr {
    return { kind: 'struct', id: this.at(offset), typeName, fields };
  }

  comprehension(offset: number, parts: Omit<ComprehensionExpr, 'kind' | 'id'>): ComprehensionExpr {
    return { kind: 'comprehension', id: this.at(offset), ...parts };
  }
}
