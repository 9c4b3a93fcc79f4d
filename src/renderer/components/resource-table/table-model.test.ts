import { expect, test } from 'vitest';
import type { KubeObject } from '../../../kubernetes/machinery/meta.ts';
import { compareCells, filterObjects, fittingColumns, leastWidth } from './table-model.ts';

const object = (name: string, namespace?: string): KubeObject => ({ metadata: { name, ...(namespace ? { namespace } : {}) } });
const objects = [object('web-1', 'shop'), object('web-2', 'blog'), object('node-1')];
const find = (search: string, namespaces: string[] = []) =>
  filterObjects(objects, { search, namespaces }, (each) => `${each.metadata.name} ${each.metadata.namespace}`).map(
    (each) => each.metadata.name,
  );

test.each([
  { name: 'no filter', search: '', namespaces: [], found: ['web-1', 'web-2', 'node-1'] },
  { name: 'one word', search: 'WEB', namespaces: [], found: ['web-1', 'web-2'] },
  { name: 'all words must occur', search: 'web blog', namespaces: [], found: ['web-2'] },
  { name: 'namespaces leave what has none', search: '', namespaces: ['shop'], found: ['web-1', 'node-1'] },
  { name: 'both', search: '1', namespaces: ['blog'], found: ['node-1'] },
])('$name', ({ search, namespaces, found }) => {
  expect(find(search, namespaces)).toEqual(found);
});

test('nothing filtered out is the same array, so nothing is drawn anew', () => {
  expect(filterObjects(objects, { search: ' ', namespaces: [] }, () => '')).toBe(objects);
});

test('cells are ordered as people count, nothing comes last', () => {
  expect(['web-10', undefined, 'web-9', 'api'].sort(compareCells)).toEqual(['api', 'web-9', 'web-10', undefined]);
  expect([10, 9, 100].sort(compareCells)).toEqual([9, 10, 100]);
});

test('columns leave by their drop until the rest fits', () => {
  const columns = [
    { id: 'name', width: 'minmax(200px, 2fr)' },
    { id: 'ip', width: '100px', drop: 2 },
    { id: 'node', width: '100px', drop: 1 },
    { id: 'age', width: '60px' },
  ];
  const keptAt = (width: number) => fittingColumns(columns, width).map((column) => column.id);
  expect(keptAt(460)).toEqual(['name', 'ip', 'node', 'age']);
  expect(keptAt(459)).toEqual(['name', 'node', 'age']);
  expect(keptAt(100)).toEqual(['name', 'age']);
  expect(leastWidth(columns)).toBe(460);
});
