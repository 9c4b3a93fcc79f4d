import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../../../test/support/cel/run.ts';
import { CompiledExpression, compile } from '../compile.ts';
import { estimateKubernetesCost, kubernetesEnvironment } from '../kubernetes.ts';
import { CelError } from '../values/errors.ts';
import { toData } from '../values/to-data.ts';
import { typeProviderOf } from './decl-type.ts';
import { escapeName, unescapeName } from './escape.ts';
import { declTypeOf } from './from-schema.ts';
import type { JsonSchema } from './json-schema.ts';
import { misplacedTypes, mutationTypes, ObjectValue } from './mutation.ts';
import { sizesWithin } from './sizes.ts';

const environmentOf = (schema: JsonSchema, isRoot = false) => {
  const declared = declTypeOf(schema, 'selfType1', isRoot)!;
  const self = { name: 'self', type: declared.type, convert: declared.convert };
  return {
    declared,
    environment: kubernetesEnvironment.extend({ types: typeProviderOf([declared]), variables: [self, { ...self, name: 'oldSelf' }] }),
  };
};
const run = (schema: JsonSchema, rule: string, self: unknown, oldSelf?: unknown): unknown =>
  evaluate(rule, { self, oldSelf }, environmentOf(schema).environment);
const object = (properties: Record<string, JsonSchema>, more: JsonSchema = {}): JsonSchema => ({ type: 'object', properties, ...more });
const list = (items: JsonSchema, more: JsonSchema = {}): JsonSchema => ({ type: 'array', items, ...more });
const integer: JsonSchema = { type: 'integer' };
const string: JsonSchema = { type: 'string' };

describe('names of fields', () => {
  test.each([
    ['spec', 'spec'],
    ['namespace', '__namespace__'],
    ['a.b-c/d', 'a__dot__b__dash__c__slash__d'],
    ['a__b', 'a__underscores__b'],
    ['foo_bar', 'foo_bar'],
    ['1a', undefined],
    ['a b', undefined],
    ['', undefined],
  ])('%s', (name, identifier) => {
    expect(escapeName(name)).toBe(identifier);
    if (identifier !== undefined) expect(unescapeName(identifier)).toBe(name);
  });
  test('an escape that is none', () => expect(unescapeName('a__nonsense__b')).toBeUndefined());
});

describe('data of a schema', () => {
  test.each<[string, JsonSchema, string, unknown, unknown]>([
    ['ints', object({ a: integer, b: integer }), 'self.a <= self.b', { a: 1, b: 2 }, true],
    ['whole doubles', object({ a: { type: 'number' } }), 'self.a == 2.0 && type(self.a) == double', { a: 2 }, true],
    [
      'escaped names',
      object({ 'my-field': integer, namespace: string }),
      "self.my__dash__field == 1 && self.__namespace__ == 'x'",
      { 'my-field': 1, namespace: 'x' },
      true,
    ],
    ['absent fields', object({ a: integer }), 'has(self.a)', {}, false],
    ['a missing key', object({ a: integer }), 'self.a == 1', {}, 'error: no such key: a'],
    ['null is as absent', object({ a: { ...integer, nullable: true } }), 'has(self.a)', { a: null }, false],
    ['null in a list', list({ ...string, nullable: true }), 'dyn(self[0]) == null', [null], true],
    ['null where none may be', list(string), "self[0] == 'a'", [null], 'error: invalid data, got null for schema with nullable=false'],
    [
      'a method on null',
      list({ ...string, nullable: true }),
      "self[0].startsWith('a')",
      [null],
      'error: no such overload: startsWith(null_type, string)',
    ],
    [
      'maps',
      { type: 'object', additionalProperties: integer },
      "self['a.b'] + self.c == 3 && self.all(k, self[k] > 0)",
      { 'a.b': 1, c: 2 },
      true,
    ],
    ['an int or a string', { 'x-kubernetes-int-or-string': true }, "type(self) == int ? self == 5 : self == '50%'", '50%', true],
    [
      'durations',
      object({ d: { type: 'string', format: 'duration' } }),
      "self.d == duration('72h') && self.d.getHours() == 72",
      { d: '3 days' },
      true,
    ],
    ['dates', object({ d: { type: 'string', format: 'date-time' } }), 'self.d.getFullYear() == 2024', { d: '2024-02-03T04:05:06Z' }, true],
    ['bytes', object({ b: { type: 'string', format: 'byte' } }), "self.b == b'hello'", { b: 'aGVsbG8=' }, true],
    ['wrong data', object({ a: integer }), 'self.a == 1', { a: 'x' }, 'error: invalid data, expected int, got string'],
    ['sets are equal in any order', list(string, { 'x-kubernetes-list-type': 'set' }), "self == ['b', 'a']", ['a', 'b'], true],
    ['sets have no element twice', list(string, { 'x-kubernetes-list-type': 'set' }), "self + ['a', 'c']", ['a', 'b'], ['a', 'b', 'c']],
    ['plain lists do', list(string), "self + ['a']", ['a'], ['a', 'a']],
    [
      'unknown fields cannot be reached',
      object({ a: integer }),
      'has(self.b)',
      { b: 1 },
      "ERROR: <input>:1:4: undefined field 'b'\n | has(self.b)\n | ...^",
    ],
    [
      'types are named after their place',
      object({ spec: object({ a: integer }) }),
      'self.spec == 1',
      {},
      "ERROR: <input>:1:11: found no matching overload for '_==_' applied to '(selfType1.spec, int)'\n | self.spec == 1\n | ..........^",
    ],
  ])('%s', (_, schema, rule, self, result) => expect(run(schema, rule, self)).toEqual(result));

  const byKey = list(object({ k: string, v: integer }), { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] });

  test('maps in lists are equal in any order', () => {
    expect(run(byKey, 'self == oldSelf', [{ k: 'a', v: 1 }, { k: 'b' }], [{ k: 'b' }, { k: 'a', v: 1 }])).toBe(true);
    expect(run(byKey, 'self == oldSelf', [{ k: 'a', v: 1 }], [{ k: 'a', v: 2 }])).toBe(false);
  });

  test('maps in lists are merged by key', () => {
    expect(
      run(
        byKey,
        '(self + oldSelf).map(x, x.v)',
        [
          { k: 'a', v: 1 },
          { k: 'b', v: 2 },
        ],
        [
          { k: 'c', v: 3 },
          { k: 'a', v: 4 },
        ],
      ),
    ).toEqual([4, 2, 3]);
  });

  test('objects are equal by their data, also what the schema does not know', () => {
    const schema = object({ a: integer, b: { ...integer, nullable: true } });
    expect(run(schema, 'self == oldSelf', { a: 1, x: [1] }, { a: 1, x: [1] })).toBe(true);
    expect(run(schema, 'self == oldSelf', { a: 1, x: [1] }, { a: 1, x: [2] })).toBe(false);
    expect(run(schema, 'self == oldSelf', { a: 1 }, { a: 1, b: 2 })).toBe(false);
  });

  test('roots have names', () => {
    const { environment } = environmentOf(object({}), true);
    expect(evaluate("self.metadata.name == 'x' && self.kind == 'K'", { self: { kind: 'K', metadata: { name: 'x' } } }, environment)).toBe(
      true,
    );
  });

  test('what has no schema has no type', () => {
    expect(declTypeOf({ 'x-kubernetes-preserve-unknown-fields': true }, 't')).toBeUndefined();
    expect(declTypeOf(list({}), 't')).toBeUndefined();
  });
});

describe('estimates from a schema', () => {
  const estimate = (schema: JsonSchema, rule: string): bigint => {
    const { declared, environment } = environmentOf(schema);
    const compiled = compile(rule, environment);
    if (!(compiled instanceof CompiledExpression)) throw new Error(compiled.toString());
    return estimateKubernetesCost(compiled, sizesWithin(declared)).max;
  };

  test.each<[string, JsonSchema, string, bigint]>([
    ['fields', object({ a: integer, b: integer }), 'self.a < self.b', 5n],
    ['whole objects', object({ o: object({ a: string }) }), 'self.o == self.o', 4n],
    ['a bounded list', object({ l: list(integer, { maxItems: 10 }) }), 'self.l.all(x, x == 5)', 3n + 10n * 4n],
    ['a list as long as a request', object({ l: list(integer) }), 'self.l.all(x, x == 5)', 6291455n],
    ['a bounded string', object({ s: { ...string, maxLength: 10 } }), "self.s.contains('abc')", 2n + 4n],
    ['values of an enumeration', object({ s: { ...string, enum: ['a', 'abcdefghijk'] } }), "self.s.contains('abc')", 2n + 2n],
    ['a string as long as a request', object({ s: string }), "self.s.contains('abc')", 314575n],
    [
      'maps of lists',
      object({ m: { type: 'object', additionalProperties: list(integer, { maxItems: 3 }), maxProperties: 2 } }),
      'self.m.all(k, self.m[k].all(x, x > 0))',
      3n + 2n * (2n + 1n + 4n + 1n + 3n * 5n),
    ],
  ])('%s', (_, schema, rule, cost) => expect(estimate(schema, rule)).toBe(cost));
});

describe('objects that policies make', () => {
  const environment = kubernetesEnvironment.extend({
    types: mutationTypes,
    variables: [{ name: 'object', type: environmentOf(object({})).declared.type }],
  });
  const make = (source: string): unknown => {
    const compiled = compile(source, environment);
    if (!(compiled instanceof CompiledExpression)) return compiled.toString();
    const { value } = compiled.evaluate({});
    return value instanceof CelError ? value.message : value;
  };

  test('parts of an object', () => {
    const value = make("Object{spec: Object.spec{replicas: 3, template: Object.spec.template{labels: {'a': 'b'}}}}");
    expect(value).toBeInstanceOf(ObjectValue);
    expect(toData(value as ObjectValue)).toEqual({ spec: { replicas: 3, template: { labels: { a: 'b' } } } });
    expect(misplacedTypes(value as ObjectValue)).toEqual([]);
  });

  test('optional parts', () => {
    expect(toData(make('Object{?spec: optional.none(), ?status: optional.of(Object.status{})}') as ObjectValue)).toEqual({ status: {} });
  });

  test('a part in the wrong place', () => {
    expect(misplacedTypes(make('Object{spec: Object.status{}}') as ObjectValue)).toEqual([
      'unexpected type name "Object.status", expected "Object.spec", which matches field name path from root Object type',
    ]);
  });

  test('patches', () => {
    const value = make("[JSONPatch{op: 'test', path: '/spec/replicas', value: 1}, JSONPatch{op: 'move', path: '/a', from: '/b'}]");
    expect(toData(value as never)).toEqual([
      { op: 'test', path: '/spec/replicas', value: 1 },
      { op: 'move', path: '/a', from: '/b' },
    ]);
    expect(make('JSONPatch{op: 1}')).toBe(
      "ERROR: <input>:1:13: expected type of field 'op' is 'string' but provided type is 'int'\n | JSONPatch{op: 1}\n | ............^",
    );
    expect(make("JSONPatch{nope: 'x'}")).toContain("undefined field 'nope'");
  });

  test('fields and equality', () => {
    expect(
      evaluate(
        'Object.a{x: 1} == Object.a{x: 1} && Object.a{x: 1} != dyn(Object.b{x: 1}) && Object{a: 2}.a == 2 && !has(Object{}.a)',
        {},
        environment,
      ),
    ).toBe(true);
  });
});
