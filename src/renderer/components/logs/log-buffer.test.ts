import { expect, test } from 'vitest';
import { highlight } from './highlight.ts';
import { LogBuffer } from './log-buffer.ts';

const textOf = (buffer: LogBuffer) => Array.from({ length: buffer.length }, (_, index) => buffer.at(index)?.text);

test('times are taken off, colours and carriage returns too', () => {
  const buffer = new LogBuffer(10);
  buffer.push(['2030-01-01T00:00:00.123456789Z \u001b[31mhello\u001b[0m\r', 'no time']);
  expect(buffer.at(0)).toMatchObject({ time: '2030-01-01T00:00:00.123456789Z', text: 'hello' });
  expect(buffer.at(1)).toMatchObject({ time: undefined, text: 'no time' });
  expect(buffer.lastTime).toBe('2030-01-01T00:00:00.123456789Z');
});

test('keeps the newest lines and counts those that left', () => {
  const buffer = new LogBuffer(3);
  for (let number = 1; number <= 10; number++) buffer.push([`line ${number}`]);
  expect(textOf(buffer)).toEqual(['line 8', 'line 9', 'line 10']);
  expect(buffer.dropped).toBe(7);
});

test('a line keeps its identity while others leave', () => {
  const buffer = new LogBuffer(3);
  buffer.push(['a', 'b', 'needle']);
  const [found] = buffer.search('NEEDLE');
  expect(buffer.indexOf(found ?? -1)).toBe(2);
  buffer.push(['c', 'd']);
  expect(buffer.indexOf(found ?? -1)).toBe(0);
  buffer.push(['e']);
  expect(buffer.indexOf(found ?? -1)).toBe(-1);
});

test('highlighting cuts a line at every occurrence', () => {
  expect(highlight('Error: no error', 'error')).toEqual([
    { text: 'Error', hit: true },
    { text: ': no ', hit: false },
    { text: 'error', hit: true },
  ]);
  expect(highlight('plain', '')).toEqual([{ text: 'plain', hit: false }]);
});
