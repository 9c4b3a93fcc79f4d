import { expect, test } from 'vitest';
import { decodeContinue, encodeContinue } from './continue-token.ts';

test('a token is read back', () => {
  const position = { revision: 12, after: 'ns/näme' };
  expect(decodeContinue(encodeContinue(position))).toEqual(position);
});

test('a token may ask for the rest as it is now', () => {
  const position = { revision: undefined, after: 'ns/a' };
  expect(decodeContinue(encodeContinue(position))).toEqual(position);
});

const token = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test.each([
  { name: 'other alphabets', text: 'a+b', message: 'illegal base64 data at input byte 1' },
  { name: 'no JSON', text: 'zzz', message: "invalid character 'Ï' looking for beginning of value" },
  { name: 'another version', text: token({ v: 'meta.k8s.io/v2', rv: 1, start: 'a' }), message: 'does not recognize this encoded version' },
  { name: 'no key', text: token({ v: 'meta.k8s.io/v1', rv: 1 }), message: 'encoded start key empty (version meta.k8s.io/v1)' },
  { name: 'no version', text: token({ v: 'meta.k8s.io/v1', start: 'a' }), message: 'incorrect encoded start resourceVersion' },
])('$name is refused', ({ text, message }) => {
  expect(() => decodeContinue(text)).toThrow(message);
});
