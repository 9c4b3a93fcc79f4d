import { expect, test } from 'vitest';
import { base64Fault, base64OfBytes, bytesOfBase64 } from './base64.ts';

test.each([
  { text: '', fault: -1 },
  { text: 'YQ==', fault: -1 },
  { text: 'YWI=', fault: -1 },
  { text: 'YWJj\nYQ==', fault: -1 },
  { text: '%%', fault: 0 },
  { text: 'v', fault: 0 },
  { text: 'YWJj!', fault: 4 },
  { text: 'YQ=', fault: 3 },
  { text: 'YQ==x', fault: 4 },
  { text: 'Y===', fault: 1 },
])('the first wrong byte of "$text" is at $fault', ({ text, fault }) => {
  expect(base64Fault(text)).toBe(fault);
});

test('bytes there and back, more than one argument list holds', () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => at & 0xff);
  expect(bytesOfBase64(base64OfBytes(bytes))).toEqual(bytes);
});
