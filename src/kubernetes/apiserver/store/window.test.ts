import { expect, test } from 'vitest';
import { type CacheEvent, EventWindow } from './window.ts';

const event = (revision: number) => ({ type: 'MODIFIED', revision }) as CacheEvent;

test('knows what came after a revision', () => {
  const window = new EventWindow(10);
  for (const revision of [11, 14, 15]) window.add(event(revision), 0);
  expect(window.complete).toBe(10);
  expect(window.since(11).map(({ revision }) => revision)).toEqual([14, 15]);
  expect(window.since(15)).toEqual([]);
});

test('keeps a hundred events however old, and everything that is young', () => {
  const window = new EventWindow(0);
  for (let revision = 1; revision <= 250; revision++) window.add(event(revision), 0);
  expect(window.complete).toBe(0);
  window.add(event(251), 80_000);
  expect(window.complete).toBe(151);
  expect(window.since(151)).toHaveLength(100);
});

test('lets go of what is old though nothing new comes', () => {
  const window = new EventWindow(0);
  for (let revision = 1; revision <= 250; revision++) window.add(event(revision), 0);
  window.forgetStale(80_000);
  expect(window.complete).toBe(150);
});
