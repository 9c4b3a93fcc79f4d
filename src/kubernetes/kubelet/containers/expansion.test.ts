import { expect, test } from 'vitest';
import { expandVariables } from './expansion.ts';

const values: Record<string, string> = { A: 'a', EMPTY: '', 'with.dot': 'd' };

test.each([
  { name: 'a reference', text: 'x$(A)y', expanded: 'xay' },
  { name: 'an empty value', text: '[$(EMPTY)]', expanded: '[]' },
  { name: 'unknown stays', text: '$(NOPE)', expanded: '$(NOPE)' },
  { name: 'escaped', text: '$$(A)', expanded: '$(A)' },
  { name: 'escaped then expanded', text: '$$$(A)', expanded: '$a' },
  { name: 'unclosed', text: '$(A', expanded: '$(A' },
  { name: 'a lone dollar', text: 'a$b$', expanded: 'a$b$' },
  { name: 'names with dots', text: '$(with.dot)', expanded: 'd' },
])('$name', ({ text, expanded }) => {
  expect(expandVariables(text, (name) => values[name])).toBe(expanded);
});
