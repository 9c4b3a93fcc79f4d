import { expect, test } from 'vitest';
import { CompiledExpression, compile } from '../compile.ts';
import { Environment } from '../environment.ts';
import { standardLibrary } from '../library/standard/standard.ts';
import * as types from '../types/type.ts';
import { CelError } from '../values/errors.ts';
import { estimateCost } from './estimate.ts';
import { between } from './range.ts';

const { boolType, bytesType, dynType, intType, listOf, mapOf, stringType, timestampType } = types;

interface Case {
  expr: string;
  vars?: Record<string, types.CelType>;
  /** Largest sizes, by path. */
  hints?: Record<string, number>;
  wanted: [number, number | bigint];
  /** What it costs with some data. */
  actual?: [Record<string, unknown>, number];
}

const run = (count: number): string => 'x'.repeat(count);
const maps = mapOf(stringType, mapOf(stringType, intType));

const cases: Case[] = [
  { expr: '"Hello World!"', wanted: [0, 0], actual: [{}, 0] },
  { expr: 'input', vars: { input: listOf(intType) }, wanted: [1, 1], actual: [{ input: [1, 2] }, 1] },
  { expr: "input['key']", vars: { input: mapOf(stringType, stringType) }, wanted: [2, 2], actual: [{ input: { key: 'v' } }, 2] },
  { expr: 'input.key', vars: { input: mapOf(stringType, stringType) }, wanted: [2, 2], actual: [{ input: { key: 'v' } }, 2] },
  { expr: "input['ke' + 'y']", vars: { input: mapOf(stringType, stringType) }, wanted: [3, 3], actual: [{ input: { key: 'v' } }, 3] },
  { expr: 'input[3-2]', vars: { input: listOf(stringType) }, wanted: [3, 3], actual: [{ input: ['a', 'b'] }, 3] },
  { expr: 'has(input.a.b)', vars: { input: maps }, wanted: [3, 3], actual: [{ input: { a: { b: 1 } } }, 3] },
  { expr: '[1, 2, 3]', wanted: [10, 10], actual: [{}, 10] },
  { expr: '{"a": 1, "b": 2, "c": 3}', wanted: [30, 30], actual: [{}, 30] },
  { expr: 'input.all(x, true)', vars: { input: listOf(dynType) }, hints: { input: 100 }, wanted: [2, 302], actual: [{ input: [] }, 2] },
  {
    expr: 'input.all(x, x.all(y, true))',
    vars: { input: listOf(listOf(dynType)) },
    hints: { input: 50, 'input.@items': 10 },
    wanted: [2, 1752],
  },
  { expr: '[1, 2, 3].all(x, true)', wanted: [20, 20], actual: [{}, 20] },
  {
    expr: "input.matches('[0-9]')",
    vars: { input: stringType },
    hints: { input: 500 },
    wanted: [3, 103],
    actual: [{ input: run(500) }, 103],
  },
  { expr: "'123'.matches('[0-9]')", wanted: [2, 2], actual: [{}, 2] },
  { expr: 'true || false', wanted: [0, 0], actual: [{}, 0] },
  {
    expr: 'a && b && c && d',
    vars: { a: boolType, b: boolType, c: boolType, d: boolType },
    wanted: [1, 4],
    actual: [{ a: true, b: false }, 2],
  },
  { expr: '1 < 2', wanted: [1, 1], actual: [{}, 1] },
  { expr: '1 == 2', wanted: [1, 1], actual: [{}, 1] },
  { expr: '2 in [1, 2, 3]', wanted: [13, 13], actual: [{}, 13] },
  { expr: '1 + 1', wanted: [1, 1], actual: [{}, 1] },
  { expr: 'true ? 1 : 2', wanted: [0, 0], actual: [{}, 0] },
  { expr: 'true ? false : 1 > 3', wanted: [0, 1], actual: [{}, 0] },
  { expr: 'size("123")', wanted: [1, 1], actual: [{}, 1] },
  { expr: "'12345678901234567890' == '123456789012345678901234567890'", wanted: [1, 2], actual: [{}, 2] },
  {
    expr: 'string(input)',
    vars: { input: bytesType },
    hints: { input: 500 },
    wanted: [1, 51],
    actual: [{ input: new Uint8Array(500).fill(97) }, 51],
  },
  { expr: 'string(input) == string(input)', vars: { input: bytesType }, hints: { input: 500 }, wanted: [3, 152] },
  { expr: 'bytes(input)', vars: { input: stringType }, hints: { input: 500 }, wanted: [1, 51], actual: [{ input: run(500) }, 51] },
  { expr: 'bytes(input) == bytes(input)', vars: { input: stringType }, hints: { input: 500 }, wanted: [3, 302] },
  { expr: 'string(1)', wanted: [1, 1], actual: [{}, 1] },
  {
    expr: 'input.contains(arg1)',
    vars: { input: stringType, arg1: stringType },
    hints: { input: 500, arg1: 500 },
    wanted: [2, 2502],
    actual: [{ input: run(500), arg1: run(500) }, 2502],
  },
  { expr: 'input.startsWith(arg1)', vars: { input: stringType, arg1: stringType }, hints: { arg1: 500 }, wanted: [2, 52] },
  { expr: 'input.size()', vars: { input: stringType }, wanted: [2, 2], actual: [{ input: '500' }, 2] },
  {
    expr: '(x > 2 ? input1 : input2).all(y, true)',
    vars: { x: intType, input1: listOf(intType), input2: listOf(intType) },
    hints: { input1: 1, input2: 1 },
    wanted: [4, 7],
    actual: [{ x: 1, input2: [1] }, 6],
  },
  {
    expr: 'input.all(k, input[k].n > 3)',
    vars: { input: maps },
    hints: { input: 10 },
    wanted: [2, 82],
    actual: [{ input: { val: { n: 4 } } }, 9],
  },
  {
    expr: 'input.all(k, input[k].all(x, true))',
    vars: { input: mapOf(stringType, maps) },
    hints: { input: 5, 'input.@values': 10 },
    wanted: [2, 187],
    actual: [{ input: {} }, 2],
  },
  { expr: 'input.all(k, k.contains(k))', vars: { input: maps }, hints: { input: 5, 'input.@keys': 10 }, wanted: [2, 32] },
  {
    expr: 'input.all(k, input[k].all(k, true) && k.contains(k))',
    vars: { input: maps },
    hints: { input: 2, 'input.@values': 2, 'input.@keys': 5 },
    wanted: [2, 34],
  },
  {
    expr: '(list1 + list2).all(x, true)',
    vars: { list1: listOf(intType), list2: listOf(intType) },
    hints: { list1: 10, list2: 10 },
    wanted: [4, 64],
    actual: [{ list1: [], list2: [] }, 4],
  },
  {
    expr: '"abcdefg".contains(str1 + str2)',
    vars: { str1: stringType, str2: stringType },
    hints: { str1: 10, str2: 10 },
    wanted: [2, 6],
    actual: [{ str1: 'val1', str2: 'val2222222' }, 6],
  },
  { expr: 'list1.size() == list2.size()', vars: { list1: listOf(intType), list2: listOf(intType) }, wanted: [5, 5] },
  {
    expr: 'x > y ? list1.size() : list2.size()',
    vars: { x: intType, y: intType, list1: listOf(intType), list2: listOf(intType) },
    wanted: [5, 5],
  },
  {
    expr: 'str1.endsWith("abcdefghijklmnopqrstuvwxyz") == str2.endsWith("abcdefghijklmnopqrstuvwxyz")',
    vars: { str1: stringType, str2: stringType },
    wanted: [9, 9],
  },
  { expr: '((5 != 6) == (1 == 2)) == ((3 <= 4) == (9 != 9))', wanted: [7, 7], actual: [{}, 7] },
  { expr: 'string(t1) == string(t2)', vars: { t1: timestampType, t2: timestampType }, wanted: [5, 1844674407370955268n] },
  { expr: 't1 == t2', vars: { t1: timestampType, t2: timestampType }, wanted: [3, 3] },
  { expr: '(1 > 2 ? 5 : 3) > 1', wanted: [2, 2], actual: [{}, 2] },
  { expr: '(1 > 2 || 2 > 1) == true', wanted: [2, 3], actual: [{}, 3] },
];

function compiledOf({ expr, vars = {} }: Case): CompiledExpression {
  const compiled = compile(
    expr,
    new Environment({ libraries: [standardLibrary], variables: Object.entries(vars).map(([name, type]) => ({ name, type })) }),
  );
  if (!(compiled instanceof CompiledExpression)) throw new Error(compiled.toString());
  return compiled;
}

test.each(cases.map((row) => [row.expr, row] as const))('%s', (_, row) => {
  const compiled = compiledOf(row);
  const sizeOf = ({ path = [] }: { readonly path: readonly string[] | undefined }) => {
    const hint = row.hints?.[path.join('.')];
    return hint === undefined ? undefined : between(0, hint);
  };
  const { min, max } = estimateCost(compiled.parsed, compiled.checked, { sizeOf });
  expect([min, max]).toEqual(row.wanted.map(BigInt));
  if (row.actual) expect(compiled.evaluate(row.actual[0]).cost).toBe(row.actual[1]);
});

test('an evaluation ends at its limit', () => {
  const compiled = compiledOf({ expr: '"abcdefg".contains(str1 + str2)', vars: { str1: stringType, str2: stringType }, wanted: [0, 0] });
  const bindings = { str1: 'val1', str2: 'val2222222' };
  expect(compiled.evaluate(bindings, { costLimit: 6 }).value).toBe(false);
  const { value, cost } = compiled.evaluate(bindings, { costLimit: 5 });
  expect((value as CelError).message).toBe('operation cancelled: actual cost limit exceeded');
  expect(cost).toBe(6);
});

test('nothing absorbs the end at the limit', () => {
  const compiled = compiledOf({
    expr: 'true || list.all(x, x > 0) || list.all(x, x < 0)',
    vars: { list: listOf(intType) },
    wanted: [0, 0],
  });
  const absorbing = compiledOf({ expr: 'list.exists(x, x == 100) || true', vars: { list: listOf(intType) }, wanted: [0, 0] });
  const list = Array.from({ length: 1000 }, (_, i) => i + 200);
  expect(compiled.evaluate({ list }, { costLimit: 10 }).value).toBe(true);
  expect(absorbing.evaluate({ list }, { costLimit: 100 }).value).toBeInstanceOf(CelError);
});

test('a signal ends a loop', () => {
  const compiled = compiledOf({ expr: 'list.all(x, x >= 0)', vars: { list: listOf(intType) }, wanted: [0, 0] });
  const { value } = compiled.evaluate({ list: Array.from({ length: 1000 }, (_, i) => i) }, { signal: AbortSignal.abort() });
  expect((value as CelError).message).toBe('operation interrupted');
});
