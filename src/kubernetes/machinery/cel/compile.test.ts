import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../../test/support/cel/run.ts';
import { type CompiledExpression, compile, compileUnchecked } from './compile.ts';
import { kubernetesEnvironment } from './kubernetes.ts';
import { admissionRequestType, admissionTypes, namespaceType } from './schema/admission.ts';
import { LazyObject, recordType } from './schema/lazy.ts';
import { CelIssues } from './syntax/issues.ts';
import { boolType, dynType, intType, structType } from './types/type.ts';
import { CelError } from './values/errors.ts';
import type { CelValue } from './values/value.ts';

describe('what does not compile', () => {
  test.each([
    ['x', "ERROR: <input>:1:1: undeclared reference to 'x' (in container '')\n | x\n | ^"],
    ['1 +\n  true', "ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, bool)'\n | 1 +\n | ..^"],
    [
      'size(',
      "ERROR: <input>:1:6: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', ')', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | size(\n | .....^",
    ],
    ['(1 + 2', "ERROR: <input>:1:7: Syntax error: missing ')' at '<EOF>'\n | (1 + 2\n | ......^"],
    ['[1, 2', "ERROR: <input>:1:6: Syntax error: mismatched input '<EOF>' expecting {']', ','}\n | [1, 2\n | .....^"],
    ["[1, 'a']", "ERROR: <input>:1:5: expected type 'int' but found 'string'\n | [1, 'a']\n | ....^"],
    [
      "duration('x') == duration('1s')",
      "ERROR: <input>:1:10: invalid duration argument\n | duration('x') == duration('1s')\n | .........^",
    ],
    ["timestamp('2020') != null", "ERROR: <input>:1:11: invalid timestamp argument\n | timestamp('2020') != null\n | ..........^"],
    ["int('abc') == 1", "type conversion error from 'string' to 'int'"],
    ["'a'.find('[')", 'error parsing regexp: missing closing ]: `[`'],
    [
      'cel.bind(x, 1, x + x)',
      "ERROR: <input>:1:1: undeclared reference to 'cel' (in container '')\n | cel.bind(x, 1, x + x)\n | ^\nERROR: <input>:1:9: undeclared reference to 'bind' (in container '')\n | cel.bind(x, 1, x + x)\n | ........^\nERROR: <input>:1:10: undeclared reference to 'x' (in container '')\n | cel.bind(x, 1, x + x)\n | .........^\nERROR: <input>:1:16: undeclared reference to 'x' (in container '')\n | cel.bind(x, 1, x + x)\n | ...............^\nERROR: <input>:1:20: undeclared reference to 'x' (in container '')\n | cel.bind(x, 1, x + x)\n | ...................^",
    ],
  ])('%s', (source, text) => expect(evaluate(source)).toBe(text));

  test('tells what is wrong with the text from what cannot be instantiated', () => {
    expect((compile('x', kubernetesEnvironment) as CelIssues).phase).toBe('compilation');
    expect((compile("int('a')", kubernetesEnvironment) as CelIssues).phase).toBe('instantiation');
  });

  test.each([
    '('.repeat(300) + ')'.repeat(300),
    'true ? '.repeat(300),
    `${'true ? true : '.repeat(300)}true`,
    `1${' + 1'.repeat(300)}`,
    '-'.repeat(20_000),
    '['.repeat(9999),
  ])('nothing is too deep: %.20s', (source) => {
    expect(compile(source, kubernetesEnvironment)).toBeInstanceOf(CelIssues);
  });

  test('nothing is too long', () => {
    expect(evaluate(`'${'a'.repeat(100_001)}'`)).toBe(
      'ERROR: <input>:-1:0: expression code point size exceeds limit: size: 100003, limit 100000',
    );
  });
});

describe('errors of an evaluation', () => {
  const environment = kubernetesEnvironment.extend({
    variables: [
      { name: 'x', type: dynType },
      { name: 'b', type: boolType },
    ],
  });
  test.each<[string, unknown, unknown]>([
    ['1 / 0 == 1 || true', undefined, true],
    ['true || 1 / 0 == 1', undefined, true],
    ['false && 1 / 0 == 1', undefined, false],
    ['1 / 0 == 1 && true', undefined, 'error: division by zero'],
    ['[1, 0, 2].exists(n, 2 / n == 1)', undefined, true],
    ['[1, 0, 3].exists(n, 2 / n == 1)', undefined, 'error: division by zero'],
    ['[0, 1].all(n, 1 / n == 2)', undefined, false],
    ['[1, 0].map(n, 1 / n)', undefined, 'error: division by zero'],
    ['x.a.b', { a: {} }, 'error: no such key: b'],
    ['x[3]', [1], 'error: index out of bounds: 3'],
    ['x + 1', 'a', 'error: no such overload'],
    ['x + 1', true, 'error: no such overload: _+_'],
    [
      'x.startsWith(1)',
      'a',
      "ERROR: <input>:1:13: found no matching overload for 'startsWith' applied to 'dyn.(int)'\n | x.startsWith(1)\n | ............^",
    ],
    ['x ? 1 : 2', 1, 'error: no such overload'],
    ['b', undefined, 'error: no such attribute(s): b'],
    ['9223372036854775807 + 1', undefined, 'error: integer overflow'],
    ['x == 1.0 && x == 1u && x in [1]', 1, true],
    ['x == 9007199254740993 && x + 0 == 9007199254740993', 9007199254740993n, true],
    ["x.?a.orValue('none')", {}, 'none'],
    ['x[?1].optMap(n, n * 2).value()', [1, 2], 4],
    ["{?'a': x.?a, 'b': dyn(1)}", {}, { b: 1 }],
    ['[?x.?a, ?x.?b]', { b: 1 }, [1]],
    ['x.transformMap(k, v, v + 1)', { a: 1, b: 2 }, { a: 2, b: 3 }],
    ["x.map(v, v).filter(v, v != 'b') + ['c']", ['a', 'b'], ['a', 'c']],
    [
      "timestamp('2024-02-29T12:00:00Z').getHours('America/New_York') + timestamp('2024-02-29T12:00:00Z').getHours('+02:30')",
      undefined,
      21,
    ],
  ])('%s', (source, x, result) => expect(evaluate(source, x === undefined ? {} : { x }, environment)).toEqual(result));
});

test('constants cost nothing, nor does has()', () => {
  const environment = kubernetesEnvironment.extend({ variables: [{ name: 'x', type: dynType }] });
  const cost = (source: string): number => (compile(source, environment) as CompiledExpression).evaluate({ x: { a: 'b' } }).cost;
  expect(cost("[1, 2, 3] == [1, 2, 3] && duration('1h') == duration('60m')")).toBe(2);
  expect(cost("x.a in ['a', 'b', 'c']")).toBe(2);
  expect(cost('has(x.a)')).toBe(1);
});

test('variables that expressions define', () => {
  const names = new Map([['a', intType]]);
  const environment = kubernetesEnvironment.extend({
    types: recordType('kubernetes.variables', names),
    variables: [{ name: 'variables', type: structType('kubernetes.variables') }],
  });
  let made = 0;
  const makers = new Map<string, () => CelValue>([['a', () => ++made]]);
  expect(evaluate('variables.a + variables.a', { variables: new LazyObject(makers) }, environment)).toBe(2);
  expect(evaluate('variables.b', {}, environment)).toContain("undefined field 'b'");
  const failing = new LazyObject(
    new Map([
      [
        'a',
        (): CelValue => {
          throw new CelError(`attempt ${++made}`);
        },
      ],
    ]),
  );
  expect(evaluate('variables.a == 1 || variables.a == 2', { variables: failing }, environment)).toBe('error: attempt 2');
});

test('requests and namespaces', () => {
  const environment = kubernetesEnvironment.extend({
    types: admissionTypes,
    variables: [
      { name: 'request', type: admissionRequestType },
      { name: 'namespaceObject', type: namespaceType },
    ],
  });
  const request = { operation: 'CREATE', namespace: 'ns', userInfo: { groups: ['a'] }, kind: { kind: 'Pod' } };
  const bindings = { request, namespaceObject: { metadata: { labels: { env: 'prod' } } } };
  expect(
    evaluate(
      "request.namespace == 'ns' && 'a' in request.userInfo.groups && request.kind.kind == 'Pod' && namespaceObject.metadata.labels.env == 'prod'",
      bindings,
      environment,
    ),
  ).toBe(true);
  expect(evaluate('request.nope', {}, environment)).toContain("undefined field 'nope'");
});

test('without a check, types are found out by the values', () => {
  const unchecked = compileUnchecked("1 + 'a' == 2 || 1 + 1 == 2", kubernetesEnvironment) as CompiledExpression;
  expect(unchecked.evaluate({}).value).toBe(true);
});
