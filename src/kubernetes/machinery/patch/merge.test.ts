import { expect, test } from 'vitest';
import { mergePatch } from './merge.ts';

// The table of RFC 7386, appendix A, and names that JavaScript treats specially.
test.each([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  // The server's library goes further than the RFC where a list is new or takes the place of what is no map.
  [{ a: [] }, { a: [{ b: null, c: [{ d: null }] }, null], e: [{ f: null }] }, { a: [{ c: [{}] }, null], e: [{}] }],
  [{ a: {} }, { a: [{ b: null }] }, { a: [{ b: null }] }],
  [{}, JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":1}}')],
])('%j with %j is %j', (target, patch, expected) => {
  const before = JSON.stringify(target);
  expect(JSON.stringify(mergePatch(target, patch))).toBe(JSON.stringify(expected));
  expect(JSON.stringify(target)).toBe(before);
});
