import { expect, test } from 'vitest';
import { formatFieldSelector, matchesFields, parseFieldSelector, requiredValue } from './field-selectors.ts';
import { everything, formatLabelSelector, nothing, parseSelector, selectorFrom, selectorFromLabels } from './selectors.ts';

const labels = { app: 'web', tier: 'front', size: '5', empty: '' };

test.each([
  ['', true],
  ['app', true],
  ['!app', false],
  ['app=web', true],
  ['app==web', true],
  ['app!=web', false],
  ['app != db', true],
  ['missing!=x', true],
  ['app in (web, db)', true],
  ['app notin (web)', false],
  ['missing notin (a)', true],
  ['missing', false],
  ['size>4', true],
  ['size<5', false],
  ['app>1', false],
  ['app=web,tier=front', true],
  ['app=web,tier=back', false],
  ['empty=', true],
  ['empty in ()', true],
  ['empty in (,x)', true],
  ['in in (in)', false],
  ['example.com/a=b', false],
])('%s matches: %s', (text, matches) => expect(parseSelector(text).matches(labels)).toBe(matches));

test.each([
  ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
  ['=', "found '=', expected: !, identifier, or 'end of string'"],
  ['a>b', `unable to parse requirement: values[0]: Invalid value: "b": for 'Gt', 'Lt' operators, the value must be an integer`],
  ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
  ['a,', "found '', expected: identifier after ','"],
  ['a in b', "unable to parse requirement: found 'b' expected: '('"],
  ['a=b=c', "found '=', expected: ',' or 'end of string'"],
])('%s is refused', (text, message) => expect(() => parseSelector(text)).toThrow(message));

test('a bad key or value says what is wrong with it', () => {
  expect(() => parseSelector('-a=b')).toThrow('unable to parse requirement: <nil>: Invalid value: "-a": name part must consist of');
  expect(() => parseSelector('a=b/c')).toThrow('unable to parse requirement: values[0][a]: Invalid value: "b/c": a valid label must be');
});

test('a LabelSelector', () => {
  expect(selectorFrom(undefined)).toBe(nothing);
  expect(selectorFrom({})).toBe(everything);
  const selector = { matchLabels: { tier: 'front' }, matchExpressions: [{ key: 'app', operator: 'In' as const, values: ['web', 'db'] }] };
  expect(selectorFrom(selector).matches(labels)).toBe(true);
  expect(formatLabelSelector(selector)).toBe('app in (db,web),tier=front');
  expect(formatLabelSelector(undefined)).toBe('<none>');
  expect(selectorFromLabels({ app: 'db' }).matches(labels)).toBe(false);
});

test('field selectors', () => {
  const terms = parseFieldSelector('metadata.name=a,status.phase!=Running,x==b\\,c');
  expect(terms).toEqual([
    { field: 'metadata.name', operator: '=', value: 'a' },
    { field: 'status.phase', operator: '!=', value: 'Running' },
    { field: 'x', operator: '=', value: 'b,c' },
  ]);
  expect(requiredValue(terms, 'metadata.name')).toBe('a');
  expect(matchesFields(terms, (field) => ({ 'metadata.name': 'a', x: 'b,c' })[field] ?? '')).toBe(true);
  expect(formatFieldSelector(terms)).toBe('metadata.name=a,status.phase!=Running,x=b\\,c');
  expect(parseFieldSelector('')).toEqual([]);
  expect(() => parseFieldSelector('zzz')).toThrow("invalid selector: 'zzz'; can't understand 'zzz'");
});
