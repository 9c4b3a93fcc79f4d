import { describe, expect, test } from 'vitest';
import { Correlation } from '../correlation.ts';
import type { JsonSchema, ValidationRule } from '../json-schema.ts';
import { RuleChecker } from './rule-checker.ts';
import { Ratchet, RuleRun } from './rule-run.ts';

const string: JsonSchema = { type: 'string' };
const integer: JsonSchema = { type: 'integer' };
const object = (properties: Record<string, JsonSchema>, rest: JsonSchema = {}): JsonSchema => ({ type: 'object', properties, ...rest });
const ruled = (schema: JsonSchema, ...rules: (string | ValidationRule)[]): JsonSchema => ({
  ...schema,
  'x-kubernetes-validations': rules.map((rule) => (typeof rule === 'string' ? { rule } : rule)),
});
const keyed = (items: JsonSchema): JsonSchema => ({
  type: 'array',
  items,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['k'],
});

interface Case {
  name: string;
  schema: JsonSchema;
  value: unknown;
  previous?: unknown;
  path?: string;
  faults?: string[];
  tolerated?: string[];
  budget?: number;
}

function check({ schema, value, previous, path, budget }: Case): { faults: string[]; tolerated: string[] } {
  const run = new RuleRun(budget);
  const ratchet = previous === undefined ? Ratchet.none : new Ratchet(new Correlation(value, previous, schema));
  RuleChecker.of(schema, path === undefined)?.check({ value, previous, path, ratchet }, run);
  const texts = (faults: readonly { field: string; message: string }[]) => faults.map(({ field, message }) => `${field}: ${message}`);
  return { faults: texts(run.faults), tolerated: texts(run.tolerated) };
}

function table(title: string, cases: readonly Case[]): void {
  describe(title, () => {
    test.each(cases)('$name', (one) => {
      expect(check(one)).toEqual({ faults: one.faults ?? [], tolerated: one.tolerated ?? [] });
    });
  });
}

const limited = object({ spec: ruled(object({ a: integer, b: integer }), 'self.a < self.b') });

table('what a fault says', [
  { name: 'nothing where the rule holds', schema: limited, value: { spec: { a: 1, b: 2 } } },
  {
    name: 'the rule itself without a message',
    schema: limited,
    value: { spec: { a: 2, b: 1 } },
    faults: ['spec: Invalid value: failed rule: self.a < self.b'],
  },
  {
    name: 'the message',
    schema: object({ n: ruled(integer, { rule: 'self < 3', message: ' too large ' }) }),
    value: { n: 4 },
    faults: ['n: Invalid value: 4: too large'],
  },
  {
    name: 'what the message expression makes',
    schema: object({ n: ruled(integer, { rule: 'self < 3', message: 'no', messageExpression: "'n is ' + string(self)" }) }),
    value: { n: 4 },
    faults: ['n: Invalid value: 4: n is 4'],
  },
  {
    name: 'the message where its expression fails',
    schema: object({ n: ruled(integer, { rule: 'self < 3', message: 'no', messageExpression: 'string(1 / (self - 4))' }) }),
    value: { n: 4 },
    faults: ['n: Invalid value: 4: no'],
  },
  {
    name: 'the rule where its expression makes several lines',
    schema: object({ n: ruled(integer, { rule: 'self < 3', messageExpression: "'a\\nb'" }) }),
    value: { n: 4 },
    faults: ['n: Invalid value: 4: failed rule: self < 3'],
  },
  {
    name: 'the reason',
    schema: object({
      f: ruled(string, { rule: 'false', reason: 'FieldValueForbidden' }),
      r: ruled(string, { rule: 'false', reason: 'FieldValueRequired' }),
      d: ruled(string, { rule: 'false', reason: 'FieldValueDuplicate' }),
    }),
    value: { f: '', r: '', d: '' },
    faults: ['f: Forbidden: failed rule: false', 'r: Required value: failed rule: false', 'd: Duplicate value: ""'],
  },
  {
    name: 'the field path',
    schema: object({ spec: ruled(object({ a: object({ 'b.c': string }) }), { rule: 'false', fieldPath: ".a['b.c']" }) }),
    value: { spec: { a: { 'b.c': 'x' } } },
    faults: ['spec.a.b.c: Invalid value: failed rule: false'],
  },
  {
    name: 'at the root, no field',
    schema: ruled(object({ spec: object({}) }), 'self.metadata.name == "x"'),
    value: { metadata: { name: 'y' }, spec: {} },
    faults: ['<nil>: Invalid value: failed rule: self.metadata.name == "x"'],
  },
  {
    name: 'the index and the key',
    schema: object({
      list: { type: 'array', items: ruled(integer, 'self > 0') },
      map: { type: 'object', additionalProperties: ruled(integer, 'self > 0') },
    }),
    value: { list: [1, 0], map: { a: 0 } },
    faults: ['list[1]: Invalid value: 0: failed rule: self > 0', 'map[a]: Invalid value: 0: failed rule: self > 0'],
  },
  {
    name: 'what went wrong while the rule ran',
    schema: object({ spec: ruled(object({ a: integer, b: integer }), '1 / self.a == 1', 'self.b == 1') }),
    value: { spec: { a: 0 } },
    faults: [
      'spec: Invalid value: "object": division by zero evaluating rule: 1 / self.a == 1',
      'spec: Invalid value: "object": no such key: b evaluating rule: self.b == 1',
    ],
  },
  {
    name: 'a type that shows only while the rule runs',
    schema: object({ p: ruled({ 'x-kubernetes-int-or-string': true }, 'self + 1 > 2') }),
    value: { p: 'x' },
    faults: [
      'p: Invalid value: "": \'no such overload\': call arguments did not match a supported operator, function or macro signature for rule: self + 1 > 2',
    ],
  },
]);

table('what is asked', [
  {
    name: 'nothing of null and of what is not there',
    schema: object({ a: ruled({ ...string, nullable: true }, 'false'), b: ruled(string, 'false') }),
    value: { a: null },
  },
  {
    name: 'fields whose names are no identifiers',
    schema: object({ 'a-b': ruled(string, "self == 'x'"), '1a': ruled(string, "self == 'y'") }),
    value: { 'a-b': 'z', '1a': 'z' },
    faults: [`a-b: Invalid value: "z": failed rule: self == 'x'`, `1a: Invalid value: "z": failed rule: self == 'y'`],
  },
  {
    name: 'lists in whatever order, where they are sets or have keys',
    schema: ruled(
      object({ s: { type: 'array', items: string, 'x-kubernetes-list-type': 'set' }, m: keyed(object({ k: string, v: string })) }),
      "self.s == ['b', 'a']",
      'self.m == oldSelf.m',
    ),
    value: { s: ['a', 'b'], m: [{ k: 'a' }, { k: 'b', v: '2' }] },
    previous: { s: [], m: [{ k: 'b', v: '2' }, { k: 'a' }] },
  },
  {
    name: 'an embedded resource for its names',
    schema: object({
      t: ruled(
        { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
        "self.kind == 'Pod' && self.metadata.name.startsWith('a')",
      ),
    }),
    value: { t: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b' } } },
    faults: [`t: Invalid value: failed rule: self.kind == 'Pod' && self.metadata.name.startsWith('a')`],
  },
]);

const grows = ruled(integer, { rule: 'self >= oldSelf', message: 'must not shrink' });
const optional = ruled(integer, { rule: 'oldSelf.hasValue() ? self >= oldSelf.value() : self == 0', optionalOldSelf: true });

table('rules about changes', [
  { name: 'are not asked of what is new', schema: object({ n: grows }), value: { n: 1 } },
  { name: 'are not asked of a field that is new', schema: object({ n: grows }), value: { n: 1 }, previous: {} },
  {
    name: 'are asked of what changed',
    schema: object({ n: grows }),
    value: { n: 1 },
    previous: { n: 2 },
    faults: ['n: Invalid value: 1: must not shrink'],
  },
  {
    name: 'follow items by their keys',
    schema: object({ l: keyed(object({ k: string, n: grows })) }),
    value: {
      l: [
        { k: 'b', n: 1 },
        { k: 'a', n: 2 },
        { k: 'c', n: 0 },
      ],
    },
    previous: {
      l: [
        { k: 'a', n: 1 },
        { k: 'b', n: 2 },
      ],
    },
    faults: ['l[0].n: Invalid value: 1: must not shrink'],
  },
  {
    name: 'are asked of what is new where they can do without',
    schema: object({ n: optional }),
    value: { n: 1 },
    faults: ['n: Invalid value: 1: failed rule: oldSelf.hasValue() ? self >= oldSelf.value() : self == 0'],
  },
  { name: 'and of what was there', schema: object({ n: optional }), value: { n: 3 }, previous: { n: 2 } },
]);

table('what was wrong before', [
  {
    name: 'may stay',
    schema: limited,
    value: { spec: { a: 2, b: 1 }, other: 1 },
    previous: { spec: { a: 2, b: 1 } },
    tolerated: ['spec: Invalid value: failed rule: self.a < self.b'],
  },
  {
    name: 'may not change into something else that is wrong',
    schema: limited,
    value: { spec: { a: 3, b: 1 } },
    previous: { spec: { a: 2, b: 1 } },
    faults: ['spec: Invalid value: failed rule: self.a < self.b'],
  },
  {
    name: 'may stay in a list that did not change',
    schema: object({ l: { type: 'array', items: ruled(integer, 'self > 0') } }),
    value: { l: [0] },
    previous: { l: [0] },
    tolerated: ['l[0]: Invalid value: 0: failed rule: self > 0'],
  },
  {
    name: 'may not stay in a list that changed and has no keys',
    schema: object({ l: { type: 'array', items: ruled(integer, 'self > 0') } }),
    value: { l: [0, 1] },
    previous: { l: [0] },
    faults: ['l[0]: Invalid value: 0: failed rule: self > 0'],
  },
  {
    name: 'is never tolerated by rules about changes',
    schema: object({ n: ruled(integer, 'self > oldSelf') }),
    value: { n: 1 },
    previous: { n: 1 },
    faults: ['n: Invalid value: 1: failed rule: self > oldSelf'],
  },
]);

const many = Array.from({ length: 1000 }, (_, index) => index);
const list: JsonSchema = { type: 'array', items: integer };
const OUT_OF_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run';

table('cost', [
  {
    name: 'of all rules together is limited',
    schema: object({ a: ruled(list, 'self.all(x, x >= 0)'), b: ruled(list, 'false') }),
    value: { a: many, b: [] },
    budget: 100,
    faults: [`a: Invalid value: "array": ${OUT_OF_BUDGET}`],
  },
  {
    name: 'of one rule is limited',
    schema: object({ a: ruled(list, 'self.all(x, self.all(y, x + y >= 0))', 'false') }),
    value: { a: many },
    faults: [
      'a: Invalid value: "array": \'operation cancelled: actual cost limit exceeded\': no further validation rules will be run due to call cost exceeds limit for rule: self.all(x, self.all(y, x + y >= 0))',
    ],
  },
]);
