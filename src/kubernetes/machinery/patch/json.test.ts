import { describe, expect, test } from 'vitest';
import { JsonPatchError, type JsonPatchOperation, jsonPatch } from './json.ts';

describe('operations', () => {
  test.each<[object, JsonPatchOperation, unknown]>([
    [{ a: 1 }, { op: 'add', path: '/b', value: 2 }, { a: 1, b: 2 }],
    [{ a: [1, 3] }, { op: 'add', path: '/a/1', value: 2 }, { a: [1, 2, 3] }],
    [{ a: [1] }, { op: 'add', path: '/a/-', value: 2 }, { a: [1, 2] }],
    [{ a: [1, 2] }, { op: 'add', path: '/a/2', value: 3 }, { a: [1, 2, 3] }],
    [{ a: 1 }, { op: 'add', path: '/a', value: null }, { a: null }],
    [{ a: 1 }, { op: 'add', path: '', value: { b: 1 } }, { b: 1 }],
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
    [{ op: 'remove', path: '/x' }, 'Unable to remove nonexistent key: x: missing value'],
    [{ op: 'replace', path: '/x', value: 1 }, 'replace operation does not apply: doc is missing key: /x: missing value'],
    [{ op: 'test', path: '/a', value: 2 }, 'testing value /a failed: test failed'],
    [{ op: 'add', path: '/list/9', value: 1 }, 'Unable to access invalid index: 9: invalid index referenced'],
    [{ op: 'add', path: '/list/x', value: 1 }, 'invalid array index: x'],
    [{ op: 'shake', path: '/a' }, 'Unexpected kind: shake'],
    [{ op: 'add', value: 1 }, 'operation missing path field'],
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
    const doubling = Array.from({ length: 40 }, (_, step) => ({ op: 'copy', from: '', path: `/x${step}` }));
    expect(() => jsonPatch({ a: 'x'.repeat(100) }, doubling)).toThrow(
      /^Unable to copy, the accumulated size increase of copy is \d+, exceeding/,
    );
  });
});
