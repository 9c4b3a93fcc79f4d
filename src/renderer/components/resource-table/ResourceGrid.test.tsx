// @vitest-environment jsdom

import type { RowSelectionState } from '@tanstack/react-table';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { configMaps } from '../../../kubernetes/api/resources.ts';
import type { KubeObject } from '../../../kubernetes/machinery/meta.ts';
import '../../i18n/index.ts';
import type { CellContext, KindView } from '../../pages/view.ts';
import { resolveColumns } from './columns.tsx';
import { ResourceGrid } from './ResourceGrid.tsx';
import { useResourceRows } from './use-table.ts';

const COLUMNS = resolveColumns({ resource: configMaps, title: 'ConfigMaps', columns: ['name', 'namespace', 'age'] } as unknown as KindView);
const CONTEXT: CellContext = { cluster: 'dev', usageOf: () => undefined };
const OBJECTS: KubeObject[] = ['b-2', 'b-10', 'a'].map((name) => ({ metadata: { name, namespace: 'ns', uid: name } }));

beforeAll(() => {
  // jsdom lays nothing out; without a height no row would be in sight.
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(1200);
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
  HTMLElement.prototype.scrollTo = () => {};
});
afterEach(cleanup);

function Grid({ heard }: { heard: { opened: string[]; searches: number; deletes: number } }) {
  const [sorting, onSortingChange] = useState([{ id: 'name', desc: false }]);
  const [selection, onSelectionChange] = useState<RowSelectionState>({});
  const table = useResourceRows(OBJECTS, COLUMNS, CONTEXT, { sorting, onSortingChange, selection, onSelectionChange });
  return (
    <ResourceGrid
      label="ConfigMaps"
      table={table}
      columns={COLUMNS}
      context={CONTEXT}
      openKey={undefined}
      onOpen={(object) => heard.opened.push(object.metadata.name ?? '')}
      onDelete={() => {
        heard.deletes += 1;
      }}
      onSearch={() => {
        heard.searches += 1;
      }}
      selectable
      loading={false}
      empty={null}
    />
  );
}

function setUp() {
  const heard = { opened: [] as string[], searches: 0, deletes: 0 };
  render(<Grid heard={heard} />);
  const grid = screen.getByRole('grid', { name: 'ConfigMaps' });
  const names = () =>
    screen
      .getAllByRole('row')
      .slice(1)
      .map((row) => row.querySelector('strong')?.textContent);
  const selected = () =>
    screen
      .getAllByRole('row')
      .slice(1)
      .filter((row) => row.ariaSelected === 'true')
      .map((row) => row.querySelector('strong')?.textContent);
  const press = (...keys: string[]) => {
    for (const key of keys) fireEvent.keyDown(grid, { key });
  };
  return { heard, names, selected, press };
}

test('rows are sorted as people count, and the other way round on request', () => {
  const { names } = setUp();
  expect(names()).toEqual(['a', 'b-2', 'b-10']);
  fireEvent.click(screen.getByRole('button', { name: 'Name' }));
  expect(names()).toEqual(['b-10', 'b-2', 'a']);
});

test('by keyboard: arrows move, Space selects, Enter opens, Delete deletes what is selected, / searches', () => {
  const { heard, selected, press } = setUp();
  press('Delete');
  expect(heard.deletes).toBe(0);
  press('ArrowDown', ' ', 'End', ' ');
  expect(selected()).toEqual(['a', 'b-10']);
  press('Enter', 'Delete');
  fireEvent.keyDown(document.body, { key: '/' });
  expect(heard).toEqual({ opened: ['b-10'], searches: 1, deletes: 1 });
});

test('by pointer: a box selects without opening, the row opens, the head selects all', () => {
  const { heard, selected } = setUp();
  fireEvent.click(screen.getByRole('checkbox', { name: 'Select b-2' }));
  expect(selected()).toEqual(['b-2']);
  expect(heard.opened).toEqual([]);
  fireEvent.click(screen.getByText('a'));
  expect(heard.opened).toEqual(['a']);
  fireEvent.click(screen.getByRole('checkbox', { name: 'Select all' }));
  expect(selected()).toHaveLength(3);
});
