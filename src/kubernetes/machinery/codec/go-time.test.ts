import { expect, test } from 'vitest';
import { readMicroTime, readTime } from './go-time.ts';

test.each([
  { text: '2026-01-02T03:04:05Z', time: '2026-01-02T03:04:05Z' },
  { text: '2026-01-02T03:04:05.999Z', time: '2026-01-02T03:04:05Z' },
  { text: '2026-01-02T03:04:05+02:00', time: '2026-01-02T01:04:05Z' },
  { text: '2024-02-29T00:00:00Z', time: '2024-02-29T00:00:00Z' },
  { text: '0001-01-01T00:00:00Z', time: null },
])('Time $text', ({ text, time }) => {
  expect(readTime(text)).toBe(time);
});

const layout = '2006-01-02T15:04:05Z07:00';

test.each([
  { text: '', why: `as "${layout}": cannot parse "" as "2006"` },
  { text: 'x', why: `as "${layout}": cannot parse "x" as "2006"` },
  { text: '2026-01-02', why: `as "${layout}": cannot parse "" as "T"` },
  { text: '2026-01-02T03:04:05', why: `as "${layout}": cannot parse "" as "Z07:00"` },
  { text: '2026-13-02T03:04:05Z', why: ': month out of range', bare: true },
  { text: '2026-02-29T00:00:00Z', why: ': day out of range', bare: true },
  { text: '2026-01-02T03:04:05Zx', why: ': extra text: "x"', bare: true },
])('no Time: "$text"', ({ text, why, bare }) => {
  expect(() => readTime(text)).toThrow(`parsing time "${text}"${bare ? '' : ' '}${why}`);
});

test('MicroTime wants its six digits', () => {
  expect(readMicroTime('2026-01-02T03:04:05.123456Z')).toBe('2026-01-02T03:04:05.123456Z');
  expect(() => readMicroTime('2026-01-02T03:04:05Z')).toThrow('cannot parse "Z" as ".000000"');
});
