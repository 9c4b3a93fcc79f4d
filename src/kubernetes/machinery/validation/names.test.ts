import { describe, expect, test } from 'vitest';
import {
  isConfigMapKey,
  isDns1035Label,
  isDns1123Label,
  isDns1123Subdomain,
  isEnvVarName,
  isHttpHeaderName,
  isLabelValue,
  isPathSegment,
  isPortName,
  isQualifiedName,
} from './names.ts';

const long = (length: number): string => 'a'.repeat(length);

describe.each([
  { name: 'label', rule: isDns1123Label, good: ['a', '0', 'a-b', long(63)], bad: ['', '-a', 'a-', 'A', 'a.b', 'a_b', long(64)] },
  { name: 'subdomain', rule: isDns1123Subdomain, good: ['a', 'a.b', '1.2', long(253)], bad: ['', '.a', 'a..b', 'A', 'a/b', long(254)] },
  { name: 'DNS-1035 label', rule: isDns1035Label, good: ['a', 'a1', 'a-b'], bad: ['', '1a', '-a', 'a.b', long(64)] },
  { name: 'label value', rule: isLabelValue, good: ['', 'a', 'A_b.c-d', long(63)], bad: ['-a', 'a/b', 'a b', long(64)] },
  {
    name: 'qualified name',
    rule: isQualifiedName,
    good: ['a', 'A_b.c', 'example.com/a', `${long(253)}/a`],
    bad: ['', '/a', 'a/', 'a/b/c', 'Example/a', '-a', long(64)],
  },
  { name: 'path segment', rule: isPathSegment, good: ['a', 'system:node', 'A b'], bad: ['.', '..', 'a/b', 'a%b'] },
  { name: 'port name', rule: isPortName, good: ['http', 'a-1'], bad: ['', '80', 'a--b', '-a', 'A', long(16)] },
  { name: 'environment variable', rule: isEnvVarName, good: ['A', 'a.b-c', '=weird'.slice(1)], bad: ['', 'a=b'] },
  { name: 'key of a ConfigMap', rule: isConfigMapKey, good: ['a', '.hidden', 'a_b-c.d'], bad: ['', '.', '..', '..a', 'a/b', long(254)] },
  { name: 'HTTP header', rule: isHttpHeaderName, good: ['X-A', 'accept'], bad: ['', 'X A', 'a:b'] },
])('$name', ({ rule, good, bad }) => {
  test.each(good)('%j', (text) => expect(rule(text)).toEqual([]));
  test.each(bad)('not %j', (text) => expect(rule(text)).not.toEqual([]));
});

test('what is wrong, in the words that clients know', () => {
  expect(isDns1123Label('A')).toEqual([
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
  ]);
  expect(isDns1123Label(long(64))).toEqual(['must be no more than 63 characters']);
  expect(isPathSegment('a/b')).toEqual(["may not contain '/'"]);
});
