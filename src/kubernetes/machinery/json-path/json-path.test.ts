import { expect, test } from 'vitest';
import { findAll } from './find.ts';
import { parseJsonPath } from './parse.ts';

const OBJECT = {
  metadata: { name: 'web', labels: { 'app.kubernetes.io/name': 'web', tier: 'front' } },
  spec: {
    replicas: 3,
    ratio: 0.5,
    ports: [{ name: 'http', port: 80 }, { name: 'https', port: 443 }, { port: 9000 }],
    flags: { a: true, b: false },
  },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Stale', status: 'False' },
    ],
  },
};

const find = (path: string) => findAll(parseJsonPath(path), OBJECT);

test.each([
  ['.metadata.name', ['web']],
  ['$.metadata.name', ['web']],
  ['.metadata.labels.app\\.kubernetes\\.io/name', ['web']],
  [".metadata.labels['tier']", ['front']],
  [".metadata.labels['app.kubernetes.io/name']", ['web']],
  ['.spec.ports[0].port', [80]],
  ['.spec.ports[-1].port', [9000]],
  ['.spec.ports[0:2].port', [80, 443]],
  ['.spec.ports[::2].port', [80, 9000]],
  ['.spec.ports[*].name', ['http', 'https']],
  ['.spec.ports[0,2].port', [80, 9000]],
  ['.spec.flags.*', [true, false]],
  ['..port', [80, 443, 9000]],
  ['.status.conditions[?(@.type=="Ready")].status', ['True']],
  [".status.conditions[?(@.type=='Stale')].status", ['False']],
  ['.status.conditions[?(@.type!="Ready")].type', ['Stale']],
  ['.spec.ports[?(@.port > 100)].port', [443, 9000]],
  ['.spec.ports[?(@.name)].port', [80, 443]],
  ['.spec.missing.deep', []],
  ['.spec.replicas.deep', []],
  ['.metadata.labels[?(@=="front")]', ['front']],
])('%s', (path, expected) => {
  expect(find(path)).toEqual(expected);
});

test('an index out of range is an error', () => {
  expect(() => find('.spec.ports[7]')).toThrow('out of bounds');
  expect(() => find('.spec[0]')).toThrow('not an array');
});

test('texts that are no paths', () => {
  expect(() => parseJsonPath('.spec[')).toThrow('unterminated array');
  expect(() => parseJsonPath(".spec['a")).toThrow('unterminated');
  expect(() => parseJsonPath('.spec[a]')).toThrow('invalid array index a');
  expect(() => parseJsonPath('(')).toThrow('unrecognized character');
});
