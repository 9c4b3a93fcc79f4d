import { expect, test } from 'vitest';
import { yamlDocuments } from './yaml-documents.ts';

test('documents, their lines, and Lists taken apart', () => {
  const text = [
    '# a comment',
    'kind: ConfigMap',
    'metadata: {name: a}',
    '---',
    '---',
    'apiVersion: v1',
    'kind: List',
    'items:',
    '- kind: Pod',
    '- kind: Secret',
  ].join('\n');
  expect(yamlDocuments(text).map(({ line, value }) => [line, value.kind])).toEqual([
    [2, 'ConfigMap'],
    [6, 'Pod'],
    [6, 'Secret'],
  ]);
});

test.each([
  { name: "1.1's booleans", yaml: 'v: yes', value: true },
  { name: 'a date stays text', yaml: 'v: 2030-01-01', value: '2030-01-01' },
  { name: 'a time of day stays text', yaml: 'v: 12:30', value: '12:30' },
  { name: 'an octal mode', yaml: 'v: 0644', value: 420 },
  { name: 'a port range stays text', yaml: 'v: 8080:80', value: '8080:80' },
])('$name', ({ yaml, value }) => {
  expect(yamlDocuments(yaml)[0]?.value).toEqual({ v: value });
});

test('a syntax error says where', () => {
  expect(() => yamlDocuments('kind: Pod\nmetadata:\n  name: "a\n')).toThrow(/line \d+, column \d+/);
  expect(() => yamlDocuments('just text')).toThrow('the document at line 1 is not an object');
});
