import { describe, expect, test } from 'vitest';
import { JsonPatchError, type JsonPatchOperation, jsonPatch } from './json.ts';

describe('operations', () => {
  test.each<[object, JsonPatchOperation, unknown]>([
    [{ a: 1 }, { op: 'add', path: '/b', value: 2 }, { a: 1, b: 2 }],
    [{ a: [1, 3] }, { op: 'add', path: '/a/1', value: 2 }, { a: [1, 2, 3] }],
    [{ a: [1] }, { op: 'add', path: '/a/-', value: 2 }, { a: [1, 2] }],
    [{ a: [1, 2] }, { op: 'add', path: '/a/2', value: 3 }, { a: [1, 2, 3] }],
    [{ a: 1 }, { op: 'add', path: '/a', value: null }, { a: null }],
    [{ a: 1 }, { op: 'replace', path: '', value: { b: 1 } }, { b: 1 }],
    [{ a: 1 }, { op: 'replace', path: '/b', value: 2 }, { a: 1, b: 2 }],
    [{ a: 1 }, { op: 'copy', from: '/b', path: '/c' }, { a: 1, c: null }],
    [{ a: 1 }, { op: 'add', path: 'x/b', value: 2 }, { a: 1, b: 2 }],
    [{ '~1': 1 }, { op: 'remove', path: '/~01' }, {}],
    [{ a: [1, 2] }, { op: 'replace', path: '/a/+1', value: 3 }, { a: [1, 3] }],
    [{ a: 1, b: 2 }, { op: 'remove', path: '/a' }, { b: 2 }],
    [{ a: [1, 2] }, { op: 'remove', path: '/a/-1' }, { a: [1] }],
    [{ a: { 'x/y~z': 1 } }, { op: 'replace', path: '/a/x~1y~0z', value: 2 }, { a: { 'x/y~z': 2 } }],
    [{ a: [1, 2] }, { op: 'replace', path: '/a/0', value: 0 }, { a: [0, 2] }],
    [
      { a: { b: 1 }, c: {} },
      { op: 'move', from: '/a/b', path: '/c/d' },
      { a: {}, c: { d: 1 } },
    ],
    [{ a: [1] }, { op: 'copy', from: '/a', path: '/b' }, { a: [1], b: [1] }],
    [{ a: { b: [1] } }, { op: 'test', path: '/a', value: { b: [1] } }, { a: { b: [1] } }],
    [{ a: 1 }, { op: 'test', path: '/b', value: null }, { a: 1 }],
  ])('%j %j', (document, operation, expected) => {
    const before = JSON.stringify(document);
    expect(jsonPatch(document, [operation])).toEqual(expected);
    expect(JSON.stringify(document)).toBe(before);
  });
});

describe('what does not fit', () => {
  test.each<[JsonPatchOperation, string]>([
    [{ op: 'remove', path: '/x' }, "error in remove for path: '/x': Unable to remove nonexistent key: x: missing value"],
    [{ op: 'remove', path: '' }, 'remove operation does not apply: doc is missing path: "": missing value'],
    [{ op: 'replace', path: '/x/y', value: 1 }, 'replace operation does not apply: doc is missing path: /x/y: missing value'],
    [{ op: 'replace', path: '/list/1', value: 1 }, 'replace operation does not apply: doc is missing key: /list/1: missing value'],
    [{ op: 'replace', path: '', value: 1 }, 'replace operation value must be object or array: %!w(<nil>)'],
    [{ op: 'test', path: '/a', value: 2 }, 'testing value /a failed: test failed'],
    [{ op: 'test', path: '/a/b', value: 2 }, 'test operation does not apply: is missing path: /a/b: missing value'],
    [{ op: 'add', path: '', value: {} }, 'add operation does not apply: doc is missing path: "": missing value'],
    [
      { op: 'add', path: '/list/9', value: 1 },
      "error in add for path: '/list/9': Unable to access invalid index: 9: invalid index referenced",
    ],
    [
      { op: 'add', path: '/list/x', value: 1 },
      `error in add for path: '/list/x': value was not a proper array index: 'x': strconv.Atoi: parsing "x": invalid syntax`,
    ],
    [{ op: 'move', from: '/x', path: '/y' }, "error in move for path: 'x': Unable to remove nonexistent key: x: missing value"],
    [{ op: 'copy', from: '', path: '/y' }, 'copy operation does not apply: doc is missing from path: : missing value'],
    [{ op: 'copy', path: '/y' }, 'copy operation failed to decode from: operation, missing from field: missing value'],
    [{ op: 'shake', path: '/a' }, 'Unexpected kind: shake'],
    [{ path: '/a' }, 'Unexpected kind: unknown'],
    [{ op: 'add', value: 1 }, 'add operation failed to decode path: missing value'],
    [{ op: 'test', value: 1 }, 'test operation failed to decode path: operation missing path field: missing value'],
  ])('%j', (operation, message) => {
    expect(() => jsonPatch({ a: 1, list: [1] }, [operation])).toThrow(new JsonPatchError(message));
  });

  test('a copied value is not shared', () => {
    const steps = [
      { op: 'copy', from: '/a', path: '/b' },
      { op: 'add', path: '/b/-', value: 2 },
    ];
    expect(jsonPatch({ a: [1] }, steps)).toEqual({ a: [1], b: [1, 2] });
  });

  test('copies of copies end', () => {
    const doubling = Array.from({ length: 40 }, (_, step) => ({ op: 'copy', from: '/a', path: `/a/x${step}` }));
    expect(() => jsonPatch({ a: { b: 'x'.repeat(100) } }, doubling)).toThrow(
      /^Unable to copy, the accumulated size increase of copy is \d+, exceeding/,
    );
  });
});
