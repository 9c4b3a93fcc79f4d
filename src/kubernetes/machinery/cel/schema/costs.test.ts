import { describe, expect, test } from 'vitest';
import { CompiledExpression, compile } from '../compile.ts';
import { kubernetesEnvironment } from '../kubernetes.ts';
import { typeProviderOf } from './decl-type.ts';
import { declTypeOf } from './from-schema.ts';
import type { JsonSchema } from './json-schema.ts';

/** What rules of custom resources cost in Kubernetes; a change would break resources that are stored. */
function costs(name: string, properties: Record<string, JsonSchema>, self: unknown, table: Record<string, number>): void {
  const declared = declTypeOf({ type: 'object', properties }, 'selfType')!;
  const environment = kubernetesEnvironment.extend({
    types: typeProviderOf([declared]),
    variables: [{ name: 'self', type: declared.type, convert: declared.convert }],
  });
  describe(name, () => {
    test.each(Object.entries(table))('%s', (rule, cost) => {
      const compiled = compile(rule, environment);
      if (!(compiled instanceof CompiledExpression)) throw new Error(compiled.toString());
      expect(compiled.evaluate({ self })).toEqual({ value: true, cost });
    });
  });
}

const string: JsonSchema = { type: 'string' };
const integer: JsonSchema = { type: 'integer' };
const number: JsonSchema = { type: 'number' };
const ofFormat = (format: string): JsonSchema => ({ type: 'string', format });
const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
const mapOf = (additionalProperties: JsonSchema): JsonSchema => ({ type: 'object', additionalProperties });
const object = (properties: Record<string, JsonSchema>): JsonSchema => ({ type: 'object', properties });
const listMapOf = (items: JsonSchema): JsonSchema => ({
  ...listOf(items),
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['k'],
});

/** Two values that equal each other and a literal. */
const equalTo = (literal: string): string => `self.val1 == self.val2 && self.val1 == ${literal} && self.val2 == ${literal}`;
const two = (schema: JsonSchema): Record<string, JsonSchema> => ({ val1: schema, val2: schema });
const twice = (value: unknown): Record<string, unknown> => ({ val1: value, val2: value });

costs(
  'numbers',
  { val1: integer, val4: number, val7: number },
  { val1: 5, val4: 10, val7: 10 },
  {
    'double(self.val1) < self.val4': 6,
    'self.val1 < int(self.val4)': 6,
    'double(5) < 10.0': 1,
    'type(self.val4) == double': 4,
    'self.val7 == 10.0': 3,
  },
);

costs('strings', two(string), twice('Rook takes 👑'), {
  [equalTo("'Rook takes 👑'")]: 14,
  "self.val1.startsWith('Rook')": 4,
  "!self.val1.startsWith('knight')": 5,
  "self.val1.matches('^[^0-9]*$')": 8,
  "!self.val1.matches('^[0-9]*$')": 7,
  'type(self.val1) == string': 4,
  'size(self.val1) == 12': 4,
  "self.val1.charAt(3) == 'k'": 4,
  "self.val1.indexOf('o') == 1": 4,
  "self.val1.indexOf('o', 2) == 2": 4,
  "self.val1.replace(' ', 'x') == 'Rookxtakesx👑'": 7,
  "self.val1.replace(' ', 'x', 1) == 'Rookxtakes 👑'": 7,
  "self.val1.split(' ') == ['Rook', 'takes', '👑']": 6,
  "self.val1.substring(5) == 'takes 👑'": 5,
  "self.val1.substring(4, 10).trim() == 'takes'": 6,
  "self.val1.upperAscii() == 'ROOK TAKES 👑'": 6,
});

costs('bytes', two(ofFormat('byte')), twice('QUI='), {
  'self.val1 == self.val2': 5,
  "self.val1 == b'AB'": 3,
  'type(self.val1) == bytes': 4,
  'size(self.val1) == 2': 4,
});

costs('durations', two(ofFormat('duration')), twice('1h2m3s4ms'), {
  [equalTo("duration('1h2m3s4ms')")]: 11,
  "self.val1 == duration('1h2m') + duration('3s4ms')": 4,
  'self.val1.getHours() == 1': 4,
  'type(self.val1) == google.protobuf.Duration': 4,
});

costs('timestamps', two(ofFormat('date-time')), twice('2011-08-18T19:03:37.010000000+01:00'), {
  [equalTo("timestamp('2011-08-18T19:03:37.010+01:00')")]: 11,
  "self.val1 == timestamp('2011-08-18T00:00:00.000+01:00') + duration('19h3m37s10ms')": 4,
  "self.val1.getDate('01:00') == 18": 4,
});

costs(
  'enumerations',
  { enumStr: { ...string, enum: ['Pending', 'Available'] } },
  { enumStr: 'Pending' },
  {
    "self.enumStr == 'Pending'": 3,
    "self.enumStr in ['Pending', 'Available']": 2,
  },
);

costs(
  'conversions',
  {
    val1: integer,
    val2: number,
    val4: number,
    val6: string,
    val7: ofFormat('byte'),
    val8: string,
    val9: ofFormat('duration'),
    val10: string,
    val11: ofFormat('date-time'),
  },
  {
    val1: 10,
    val2: 10,
    val4: 10.5,
    val6: '10',
    val7: 'MTA=',
    val8: '3723.004s',
    val9: '1h2m3s4ms',
    val10: '2011-08-18T19:03:37.01+01:00',
    val11: '2011-08-18T19:03:37.01+01:00',
  },
  {
    'int(self.val2) == self.val1': 6,
    'bytes(self.val6) == self.val7': 6,
    'string(self.val1) == self.val6': 6,
    "string(self.val4) == '10.5'": 4,
    'string(self.val7) == self.val6': 6,
    'duration(self.val8) == self.val9': 6,
    'timestamp(self.val10) == self.val11': 6,
    'string(self.val11) == self.val10': 8,
  },
);

costs('lists', two(listOf(integer)), twice([1, 2, 3]), {
  [equalTo('[1, 2, 3]')]: 11,
  '1 in self.val1': 5,
  'self.val2[0] in self.val1': 8,
  '!(0 in self.val1)': 6,
  'self.val1 + self.val2 == [1, 2, 3, 1, 2, 3]': 6,
  'self.val1 + [4, 5] == [1, 2, 3, 4, 5]': 4,
});

const entry = (k: string, v: string): unknown => ({ k, v });
costs(
  'lists of maps',
  { objs: listOf(listMapOf(object({ k: string, v: string }))) },
  { objs: [[entry('a', '1'), entry('b', '2')], [entry('b', '2'), entry('a', '1')], [entry('b', '3'), entry('a', '1')], [entry('c', '4')]] },
  {
    'self.objs[0] == self.objs[1]': 7,
    'self.objs[0] + self.objs[2] == self.objs[2]': 11,
    'self.objs[0] == [self.objs[0][1], self.objs[0][0]]': 22,
    'self.objs[2] + [self.objs[0][0], self.objs[0][1]] == self.objs[0]': 26,
    'size(self.objs[0] + [self.objs[3][0]]) == 3': 20,
  },
);

costs(
  'maps',
  two(mapOf(string)),
  { val1: { k1: 'a', k2: 'b' }, val2: { k2: 'b', k1: 'a' } },
  {
    'self.val1 == self.val2': 5,
    "'k1' in self.val1": 3,
    "!('k3' in self.val1)": 4,
    "self.val1 == {'k1': 'a', 'k2': 'b'}": 3,
  },
);

costs(
  'objects',
  { a: object({ b: integer, c: integer }), a1: object({ b1: object({ c1: integer }), d2: object({ e2: integer }) }) },
  { a: { b: 1 }, a1: { b1: { c1: 4 } } },
  { 'has(self.a.b)': 2, 'has(self.a1.b1.c1)': 3, '!(has(self.a1.d2) && has(self.a1.d2.e2))': 3, '!has(self.a1.d2)': 3 },
);

costs(
  'entries of a map',
  { val: mapOf(integer) },
  { val: { b: 1, d: 2 } },
  {
    "!('a' in self.val)": 4,
    "'b' in self.val": 3,
    '!has(self.val.a)': 3,
    'self.val.all(k, self.val[k] > 0)': 17,
    'self.val.exists_one(k, self.val[k] == 2)': 14,
    '!self.val.exists_one(k, self.val[k] > 0)': 17,
    'size(self.val.filter(k, self.val[k] > 1)) == 1': 26,
  },
);

costs(
  'elements with keys',
  { listMap: listMapOf(object({ k: string, v: string, v2: string })) },
  {
    listMap: [
      { k: 'a1', v: 'b1' },
      { k: 'a2', v: 'b2' },
      { k: 'a3', v: 'b3', v2: 'z' },
    ],
  },
  {
    'has(self.listMap[0].v)': 3,
    "self.listMap.all(m, m.k.startsWith('a'))": 21,
    "self.listMap.all(m, !has(m.v2) || m.v2 == 'z')": 21,
    "self.listMap.exists(m, m.k.endsWith('1'))": 13,
    "self.listMap.exists_one(m, m.k == 'a3')": 15,
    "!self.listMap.all(m, m.k.endsWith('1'))": 18,
    "!self.listMap.exists(m, m.v == 'x')": 25,
    "!self.listMap.exists_one(m, m.k.startsWith('a'))": 20,
    "size(self.listMap.filter(m, m.k == 'a1')) == 1": 27,
    "self.listMap.exists(m, m.k == 'a1' && m.v == 'b1')": 16,
    "self.listMap.map(m, m.v).exists(v, v == 'b1')": 55,
    "self.listMap.exists(m, has(m.v2) && m.v2 == 'z')": 21,
    "!self.listMap.all(m, has(m.v2) && m.v2 != 'z')": 10,
    "self.listMap.exists_one(m, has(m.v2) && m.v2 == 'z')": 12,
    "self.listMap.filter(m, has(m.v2) && m.v2 == 'z').size() == 1": 24,
    "self.listMap.map(m, has(m.v2) && m.v2 == 'z', m.v2).size() == 1": 25,
    "self.listMap.filter(m, has(m.v2) && m.v2 == 'z').map(m, m.v2).size() == 1": 39,
    "self.listMap.exists(m, m.v2 == 'z')": 24,
    "!self.listMap.all(m, m.v2 != 'z')": 22,
  },
);

costs(
  'elements',
  { array: listOf(integer) },
  { array: [1, 1, 2, 2, 3, 3, 4, 5] },
  {
    '2 in self.array': 10,
    'self.array.all(e, e > 0)': 43,
    'self.array.exists(e, e > 2)': 36,
    'self.array.exists_one(e, e > 4)': 22,
    '!self.array.all(e, e < 2)': 21,
    '!self.array.exists(e, e < 0)': 52,
    '!self.array.exists_one(e, e == 2)': 25,
    'size(self.array) == 8': 4,
    'size(self.array.filter(e, e%2 == 0)) == 3': 68,
    'self.array.map(e, e * 20).filter(e, e > 50).exists(e, e == 60)': 194,
  },
);

costs(
  'elements of a set',
  { set: { ...listOf(integer), 'x-kubernetes-list-type': 'set' } },
  { set: [1, 2, 3, 4, 5] },
  {
    'self.set.all(e, e > 0)': 28,
    'self.set.exists(e, e > 3)': 30,
    'size(self.set.filter(e, e%2 == 0)) == 2': 46,
    'self.set.map(e, e * 20).filter(e, e > 50).exists_one(e, e == 60)': 133,
  },
);

const intOrString: JsonSchema = { 'x-kubernetes-int-or-string': true };

costs(
  'integers or strings',
  { something: intOrString, min: intOrString },
  { something: '25%', min: '50%' },
  {
    "type(self.something) == int ? self.something == 1 : self.something == '25%'": 7,
    "self.something == 1 || self.something == '25%'": 6,
    "self.something != ['anything']": 3,
    "type(self.min) == string && self.min.matches(r'(\\d+(\\.\\d+)?%)')": 10,
  },
);

costs(
  'what is not there',
  {
    setToNullNullableStr: { ...string, nullable: true },
    mapOfMap: mapOf(mapOf(string)),
    mapOfListMap: mapOf(listMapOf(object({ k: string, v: string }))),
  },
  { setToNullNullableStr: null, mapOfMap: { x: { y: 'b' } }, mapOfListMap: { o: [entry('1', 'd')] } },
  {
    '!has(self.setToNullNullableStr)': 2,
    'type(self) == type(self)': 5,
    "self.mapOfMap['x']['y'] == 'b'": 5,
    "self.mapOfListMap['o'].exists(e, e.k == '1' && e.v == 'd')": 14,
  },
);

costs(
  'embedded resources',
  { embedded: { type: 'object', 'x-kubernetes-embedded-resource': true } },
  { embedded: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'foo', generateName: 'pickItForMe' } } },
  { "self.embedded.metadata.generateName == 'pickItForMe'": 6 },
);
