import { expect, test } from 'vitest';
import { FrameJoiner } from './frame-joiner.ts';

const [a, b, c] = ['a', 'b', 'c'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];

test('the same frames are joined once', () => {
  const joiner = new FrameJoiner();
  const first = joiner.join([a, b]);
  expect(first.toString()).toBe('ab');
  expect(joiner.join([a, b])).toBe(first);
});

test('one frame is itself; other frames are joined apart', () => {
  const joiner = new FrameJoiner();
  expect(joiner.join([a])).toBe(a);
  joiner.join([a, b]);
  expect(joiner.join([a, b, c]).toString()).toBe('abc');
  expect(joiner.join([a, c]).toString()).toBe('ac');
});
