import { expect, test } from 'vitest';
import { isTooDeep, parseJsonText, plainValue } from './json-text.ts';
import { parseJson } from './json-value.ts';

test('what JSON.parse reads, this reads', () => {
  const text = ' {"a": [1, -2.5e3, true, false, null, "\\u00e9\\n\\"x\\" "], "b": {}, "": []} ';
  expect(plainValue(parseJsonText(text))).toEqual(JSON.parse(text));
});

test.each([
  { text: '', message: 'unexpected end of JSON input' },
  { text: '{"a"', message: 'unexpected end of JSON input' },
  { text: '{"a" 1}', message: "invalid character '1' after object key" },
  { text: '{"a":1 "b":2}', message: `invalid character '"' after object key:value pair` },
  { text: '{a:1}', message: "invalid character 'a' looking for beginning of object key string" },
  { text: '[1 2]', message: "invalid character '2' after array element" },
  { text: '[1,]', message: "invalid character ']' looking for beginning of value" },
  { text: 'tru', message: 'unexpected end of JSON input' },
  { text: 'trux', message: "invalid character 'x' in literal true (expecting 'e')" },
  { text: '-x', message: "invalid character 'x' in numeric literal" },
  { text: '1.x', message: "invalid character 'x' after decimal point in numeric literal" },
  { text: '1ex', message: "invalid character 'x' in exponent of numeric literal" },
  { text: '01', message: "invalid character '1' after top-level value" },
  { text: '"\n"', message: "invalid character '\\n' in string literal" },
  { text: '"\\x"', message: "invalid character 'x' in string escape code" },
  { text: '"\\u12g4"', message: "invalid character 'g' in \\u hexadecimal character escape" },
  { text: 'é', message: "invalid character 'Ã' looking for beginning of value" },
])('$text', ({ text, message }) => {
  expect(() => parseJsonText(text)).toThrow(message);
});

test('what is written twice is read over what was there', () => {
  const text = '{"a":{"x":1,"l":[{"p":1},{"q":2}]},"a":{"y":2,"l":[{"r":3}]},"b":1,"b":2}';
  expect(plainValue(parseJsonText(text))).toEqual({ a: { x: 1, y: 2, l: [{ p: 1, r: 3 }] }, b: 2 });
});

test('integers keep every digit', () => {
  const text = '{"a":9007199254740993,"b":-9223372036854775808,"c":[1,1.5],"d":"12345678901234567890"}';
  expect(JSON.stringify(parseJson(text))).toBe(text);
  expect(JSON.stringify(structuredClone(plainValue(parseJsonText(text))))).toBe(text);
  expect(parseJson('9223372036854775808')).toBe(2 ** 63);
});

test('depth', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}"[["${']'.repeat(depth)}`;
  expect([nested(10_000), nested(10_001)].map(isTooDeep)).toEqual([false, true]);
  expect(() => parseJsonText(nested(100_000))).toThrow('exceeded max depth');
});
