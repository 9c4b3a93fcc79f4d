import { expect, test } from 'vitest';
import { SortedKeys } from './sorted-keys.ts';

test('keys come in order however they went in, each once', () => {
  const keys = new SortedKeys();
  for (const key of ['c', 'a', 'b', 'a', 'd']) keys.add(key);
  expect(keys.withPrefix('')).toEqual(['a', 'b', 'c', 'd']);
  keys.delete('b');
  keys.delete('nope');
  expect(keys.withPrefix('')).toEqual(['a', 'c', 'd']);
});

test('a prefix is a range', () => {
  const keys = new SortedKeys();
  for (const key of ['/a/1', '/a/2', '/a', '/ab/1', '/b/1']) keys.add(key);
  expect(keys.withPrefix('/a/')).toEqual(['/a/1', '/a/2']);
  expect(keys.withPrefix('/c/')).toEqual([]);
});
