import {
  createSortedRowModel,
  type RowSelectionState,
  rowSelectionFeature,
  rowSortingFeature,
  type SortingState,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useMemo } from 'react';
import { type KubeObject, keyOf } from '../../../kubernetes/machinery/meta.ts';
import type { CellContext } from '../../pages/view.ts';
import type { ResolvedColumn } from './columns.tsx';
import { compareCells } from './table-model.ts';

const features = tableFeatures({ rowSortingFeature, rowSelectionFeature, sortedRowModel: createSortedRowModel() });

export interface TableState {
  sorting: SortingState;
  onSortingChange(next: SortingState): void;
  selection: RowSelectionState;
  onSelectionChange(next: RowSelectionState): void;
}

/** Sorting and selection of a list page, by TanStack Table. */
export function useResourceRows(
  objects: readonly KubeObject[],
  columns: readonly ResolvedColumn[],
  context: CellContext,
  state: TableState,
) {
  const defs = useMemo(
    () =>
      columns.map((column) => ({
        id: column.id,
        accessorFn: (object: KubeObject) => column.value(object, context),
        sortFn: (a: { getValue(id: string): unknown }, b: { getValue(id: string): unknown }, id: string) =>
          compareCells(a.getValue(id) as string | number | undefined, b.getValue(id) as string | number | undefined),
        sortUndefined: 'last' as const,
      })),
    [columns, context],
  );
  const data = objects as KubeObject[];
  return useTable({
    features,
    columns: defs,
    data,
    getRowId: keyOf,
    enableSortingRemoval: false,
    state: { sorting: state.sorting, rowSelection: state.selection },
    onSortingChange: (next) => state.onSortingChange(typeof next === 'function' ? next(state.sorting) : next),
    onRowSelectionChange: (next) => state.onSelectionChange(typeof next === 'function' ? next(state.selection) : next),
  });
}

export type ResourceRows = ReturnType<typeof useResourceRows>;
export type ResourceRow = ReturnType<ResourceRows['getRowModel']>['rows'][number];
