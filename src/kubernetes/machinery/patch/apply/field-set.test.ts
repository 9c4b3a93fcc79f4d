import { expect, test } from 'vitest';
import { difference, differenceBelow, fieldSetOf, fromFieldsV1, intersection, toFieldsV1, union } from './field-set.ts';

const FIELDS = {
  'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } },
  'f:spec': { 'f:containers': { 'k:{"name":"c"}': { '.': {}, 'f:image': {}, 'f:name': {} } }, 'f:list': { 'v:"x"': {} } },
};

test('FieldsV1 there and back', () => {
  expect(toFieldsV1(fromFieldsV1(FIELDS))).toEqual(FIELDS);
});

test.each([[['not', 'an object']], [{ 'x:what': {} }], [{ 'f:a': null }]])('%j is no field set', (fields) => {
  expect(() => fromFieldsV1(fields)).toThrow(TypeError);
});

test('as sets', () => {
  const [a, b] = [fieldSetOf(['spec', 'spec.x', 'status.y']), fieldSetOf(['spec.x', 'spec.z'])];
  expect(toFieldsV1(union(a, b))).toEqual({ 'f:spec': { '.': {}, 'f:x': {}, 'f:z': {} }, 'f:status': { 'f:y': {} } });
  expect(toFieldsV1(intersection(a, b))).toEqual({ 'f:spec': { 'f:x': {} } });
  expect(toFieldsV1(difference(a, b))).toEqual({ 'f:spec': {}, 'f:status': { 'f:y': {} } });
  expect(toFieldsV1(differenceBelow(union(a, b), fieldSetOf(['spec'])))).toEqual({ 'f:status': { 'f:y': {} } });
});
