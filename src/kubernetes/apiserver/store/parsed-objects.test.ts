import { expect, test } from 'vitest';
import { ParsedObjects } from './parsed-objects.ts';
import { LazyObject } from './stored-object.ts';

const json = JSON.stringify({ metadata: { name: 'a' }, data: { text: 'x'.repeat(50) } });
const object = (kept: ParsedObjects) => {
  const made = new LazyObject('/k', Buffer.from(json), 1);
  made.keptBy(kept);
  return made;
};

test('the oldest that nobody used since is forgotten, and parsed again when it is asked for', () => {
  const kept = new ParsedObjects(json.length * 3);
  const objects = Array.from({ length: 5 }, () => object(kept));
  for (const each of objects) void each.object;
  expect(objects.filter(({ isParsed }) => isParsed)).toHaveLength(3);
  expect(objects[0]?.isParsed).toBe(false);
  expect(objects[0]?.object.metadata.name).toBe('a');
  expect(objects.filter(({ isParsed }) => isParsed)).toHaveLength(3);
});

test('what is used again and again stays', () => {
  const kept = new ParsedObjects(json.length * 10);
  const favourite = object(kept);
  const first = favourite.object;
  for (let i = 0; i < 200; i++) {
    void object(kept).object;
    expect(favourite.object).toBe(first);
  }
});

test('what was replaced counts no more', () => {
  const kept = new ParsedObjects(json.length * 2);
  const [a, b, c] = [object(kept), object(kept), object(kept)];
  void a.object;
  void b.object;
  kept.release(a);
  void c.object;
  expect([a, b, c].map(({ isParsed }) => isParsed)).toEqual([false, true, true]);
});
