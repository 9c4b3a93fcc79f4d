import { expect, test } from 'vitest';
import { parseJsonText, plainValue } from './json-text.ts';

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
