import { expect, test } from 'vitest';
import { Correlation } from './correlation.ts';
import type { JsonSchema } from './json-schema.ts';
import { SchemaValidator } from './validator.ts';

const faults = (schema: JsonSchema, value: unknown) =>
  new SchemaValidator(schema).faults(value).map(({ field, message }) => `${field}: ${message}`);

const inSpec = (schema: JsonSchema): JsonSchema => ({ type: 'object', properties: { spec: schema } });

test.each<{ name: string; schema: JsonSchema; value: unknown; says: string[] }>([
  { name: 'a fitting string', schema: { type: 'string' }, value: 'x', says: [] },
  {
    name: 'a wrong type',
    schema: { type: 'integer' },
    value: 'x',
    says: ['spec: Invalid value: "string": spec in body must be of type integer: "string"'],
  },
  { name: 'a whole number where any is wanted', schema: { type: 'number' }, value: 3, says: [] },
  {
    name: 'null',
    schema: { type: 'string' },
    value: null,
    says: ['spec: Invalid value: "null": spec in body must be of type string: "null"'],
  },
  { name: 'null that is allowed', schema: { type: 'string', nullable: true }, value: null, says: [] },
  {
    name: 'neither integer nor string',
    schema: { 'x-kubernetes-int-or-string': true },
    value: true,
    says: ['spec: Invalid value: "boolean": spec in body must be of type integer,string: "boolean"'],
  },
  {
    name: 'not of the list',
    schema: { type: 'string', enum: ['a', 'b'] },
    value: 'c',
    says: ['spec: Unsupported value: "c": supported values: "a", "b"'],
  },
  { name: 'too long', schema: { type: 'string', maxLength: 2 }, value: 'äöü', says: ['spec: Too long: may not be more than 2 bytes'] },
  {
    name: 'too short',
    schema: { type: 'string', minLength: 2 },
    value: 'x',
    says: ['spec: Invalid value: "x": spec in body should be at least 2 chars long'],
  },
  {
    name: 'against the pattern',
    schema: { type: 'string', pattern: '^a+$' },
    value: 'b',
    says: ['spec: Invalid value: "b": spec in body should match \'^a+$\''],
  },
  {
    name: 'no date',
    schema: { type: 'string', format: 'date-time' },
    value: 'today',
    says: ['spec: Invalid value: "today": spec in body must be of type date-time: "today"'],
  },
  { name: 'of a list of whole numbers, before the point', schema: { type: 'number', enum: [1, 2] }, value: 2.3, says: [] },
  {
    name: 'null where a list names all there is',
    schema: { type: 'string', nullable: true, enum: ['a'] },
    value: null,
    says: ['spec: Unsupported value: null: supported values: "a"'],
  },
  {
    name: 'no whole number, told twice',
    schema: { type: 'integer' },
    value: 1.5,
    says: [
      'spec: Invalid value: "number": spec in body must be of type integer: "number"',
      '<nil>: Invalid value: "": Checked value must be of type integer (default format) in spec',
    ],
  },
  {
    name: 'too few fields, and one of them wrong',
    schema: { type: 'object', minProperties: 2, additionalProperties: { type: 'integer' } },
    value: { a: 'x' },
    says: [
      'spec: Invalid value: 1: spec in body should have at least 2 properties',
      'spec.a: Invalid value: "string": spec.a in body must be of type integer: "string"',
    ],
  },
  {
    name: 'above the maximum',
    schema: { type: 'integer', maximum: 10 },
    value: 11,
    says: ['spec: Invalid value: 11: spec in body should be less than or equal to 10'],
  },
  {
    name: 'not above the exclusive minimum',
    schema: { type: 'number', minimum: 0.5, exclusiveMinimum: true },
    value: 0.25,
    says: ['spec: Invalid value: 0.25: spec in body should be greater than 0.5'],
  },
  {
    name: 'no multiple',
    schema: { type: 'integer', multipleOf: 5 },
    value: 7,
    says: ['spec: Invalid value: 7: spec in body should be a multiple of 5'],
  },
  {
    name: 'beyond its format',
    schema: { type: 'integer', format: 'int32' },
    value: 2 ** 31,
    says: ['<nil>: Invalid value: "": Checked value must be of type integer with format int32 in spec'],
  },
  {
    name: 'too few items',
    schema: { type: 'array', items: {}, minItems: 1 },
    value: [],
    says: ['spec: Invalid value: 0: spec in body should have at least 1 items'],
  },
  {
    name: 'too many items',
    schema: { type: 'array', items: {}, maxItems: 1 },
    value: [1, 2],
    says: ['spec: Too many: 2: must have at most 1 item'],
  },
  {
    name: 'a bad item',
    schema: { type: 'array', items: { type: 'string' } },
    value: ['a', 1],
    says: ['spec[1]: Invalid value: "integer": spec[1] in body must be of type string: "integer"'],
  },
  { name: 'a field missing', schema: { type: 'object', required: ['a'] }, value: {}, says: ['spec.a: Required value'] },
  {
    name: 'a bad value of a map',
    schema: { type: 'object', additionalProperties: { type: 'integer' } },
    value: { a: 1, b: 'x' },
    says: ['spec.b: Invalid value: "string": spec.b in body must be of type integer: "string"'],
  },
  {
    name: 'none of some alternatives',
    schema: { type: 'object', anyOf: [{ required: ['a'] }, { required: ['b'] }] },
    value: {},
    says: ['<nil>: Invalid value: "": "spec" must validate at least one schema (anyOf)', 'spec.a: Required value'],
  },
  {
    name: 'two of exclusive alternatives',
    schema: { type: 'object', oneOf: [{ required: ['a'] }, { required: ['b'] }] },
    value: { a: 1, b: 1 },
    says: ['<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found 2 valid alternatives'],
  },
  {
    name: 'not all of several',
    schema: { type: 'integer', allOf: [{ minimum: 5 }, { maximum: 9 }] },
    value: 3,
    says: [
      'spec: Invalid value: 3: spec in body should be greater than or equal to 5',
      '<nil>: Invalid value: "": "spec" must validate all the schemas (allOf)',
    ],
  },
  {
    name: 'what must not be',
    schema: { type: 'string', not: { enum: ['x'] } },
    value: 'x',
    says: ['<nil>: Invalid value: "": "spec" must not validate the schema (not)'],
  },
])('$name', ({ schema, value, says }) => {
  expect(faults(inSpec(schema), { spec: value })).toEqual(says);
});

test('the status alone is checked by its own schema, at its own place', () => {
  const validator = new SchemaValidator({ type: 'object', properties: { r: { type: 'integer' } } });
  expect(validator.faults({ r: 'x' }, 'status')).toEqual([
    { type: 'FieldValueTypeInvalid', field: 'status.r', message: 'Invalid value: "string": r in body must be of type integer: "string"' },
  ]);
});

test('faults of what did not change are forgiven, in keyed lists too', () => {
  const schema: JsonSchema = inSpec({
    type: 'object',
    properties: {
      list: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['k'],
        items: { type: 'object', properties: { k: { type: 'string' }, v: { type: 'integer', maximum: 1 } } },
      },
    },
  });
  const before = { spec: { list: [{ k: 'a', v: 5 }] } };
  const check = (after: object) =>
    new SchemaValidator(schema).faults(after, '', new Correlation(after, before, schema)).map(({ field }) => field);
  expect(
    check({
      spec: {
        list: [
          { k: 'b', v: 1 },
          { k: 'a', v: 5 },
        ],
      },
    }),
  ).toEqual([]);
  expect(
    check({
      spec: {
        list: [
          { k: 'b', v: 7 },
          { k: 'a', v: 6 },
        ],
      },
    }),
  ).toEqual(['spec.list[0].v', 'spec.list[1].v']);
});
