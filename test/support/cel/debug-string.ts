/** Trees in cel-go's notation, which the specification's parser and checker cases are written in. */

import type { Expr, MapEntryExpr, StructFieldExpr } from '../../../src/kubernetes/machinery/cel/syntax/ast.ts';
import { formatDouble } from '../../../src/kubernetes/machinery/cel/values/go-float.ts';
import { CelDouble, CelUint, type CelValue } from '../../../src/kubernetes/machinery/cel/values/value.ts';

type Node = Expr | MapEntryExpr | StructFieldExpr;

export interface Adorn {
  /** What stands behind each node. */
  (node: Node): string;
  /** The full name of what a node refers to. */
  readonly nameOf?: (node: Expr) => string | undefined;
}

export function debugString(root: Expr, adorn: Adorn = () => ''): string {
  return write(root, adorn, 0);
}

const pad = (indent: number): string => '  '.repeat(indent);

function write(expr: Expr, adorn: Adorn, indent: number): string {
  return body(expr, adorn, indent) + adorn(expr);
}

function body(expr: Expr, adorn: Adorn, indent: number): string {
  const name = adorn.nameOf?.(expr);
  switch (expr.kind) {
    case 'literal':
      return literal(expr.value);
    case 'ident':
      return name ?? expr.name;
    case 'select':
      if (name !== undefined) return name;
      return `${write(expr.operand, adorn, indent)}.${expr.field}${expr.test ? '~test-only~' : ''}`;
    case 'call': {
      const target = expr.target && name === undefined ? `${write(expr.target, adorn, indent)}.` : '';
      return `${target}${name ?? expr.name}(${block(
        expr.args.map((arg) => write(arg, adorn, indent + 1)),
        indent,
      )})`;
    }
    case 'list':
      return `[${block(
        expr.elements.map((element, i) => (expr.optional.includes(i) ? '?' : '') + write(element, adorn, indent + 1)),
        indent,
      )}]`;
    case 'map':
      return `{${block(
        expr.entries.map(
          (entry) =>
            `${entry.optional ? '?' : ''}${write(entry.key, adorn, indent + 1)}:${write(entry.value, adorn, indent + 1)}${adorn(entry)}`,
        ),
        indent,
      )}}`;
    case 'struct':
      return `${name ?? expr.typeName}{${block(
        expr.fields.map((field) => `${field.optional ? '?' : ''}${field.name}:${write(field.value, adorn, indent + 1)}${adorn(field)}`),
        indent,
      )}}`;
    case 'comprehension':
      return comprehension(expr, adorn, indent);
  }
}

function block(lines: readonly string[], indent: number): string {
  return lines.length ? `\n${lines.map((line) => pad(indent + 1) + line).join(',\n')}\n${pad(indent)}` : '';
}

function comprehension(expr: Extract<Expr, { kind: 'comprehension' }>, adorn: Adorn, indent: number): string {
  const inner = pad(indent + 1);
  const part = (title: string, text: string): string => `${inner}// ${title}\n${inner}${text}`;
  const at = (child: Expr): string => write(child, adorn, indent + 1);
  const parts = [
    part('Variable', expr.variable),
    ...(expr.variable2 === undefined ? [] : [part('Variable2', expr.variable2)]),
    part('Target', at(expr.range)),
    part('Accumulator', expr.accumulator),
    part('Init', at(expr.init)),
    part('LoopCondition', at(expr.condition)),
    part('LoopStep', at(expr.step)),
    part('Result', at(expr.result)),
  ];
  return `__comprehension__(\n${parts.join(',\n')})`;
}

function literal(value: CelValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return quoted(value);
  if (value instanceof CelUint) return `${value.value}u`;
  if (value instanceof CelDouble) return formatDouble(value.value);
  if (value instanceof Uint8Array) return `b${quotedBytes(value)}`;
  return String(value);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

function quoted(text: string): string {
  return `"${[...text].map((character) => ESCAPES[character] ?? (/[^\p{L}\p{N}\p{S}\p{P}\p{M} ]/u.test(character) ? escapeCode(character) : character)).join('')}"`;
}

function escapeCode(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Bytes that are no text are shown one by one. */
function quotedBytes(bytes: Uint8Array): string {
  try {
    return quoted(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return `"${Array.from(bytes, (byte) => (byte < 0x80 ? quoted(String.fromCharCode(byte)).slice(1, -1) : `\\x${byte.toString(16)}`)).join('')}"`;
  }
}
