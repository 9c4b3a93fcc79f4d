import type { RowSelectionState, SortingState } from '@tanstack/react-table';
import { useCallback, useDeferredValue, useMemo, useRef, useState } from 'react';
import { type KubeObject, keyOf } from '../../../kubernetes/machinery/meta.ts';
import { useUsage } from '../../hooks/use-usage.ts';
import { useLive } from '../../live/use-live.ts';
import type { KindView } from '../../pages/view.ts';
import { namespaceFilter } from '../../state/namespace-filter.ts';
import { useStore } from '../../state/store.ts';
import { confirmDelete } from '../delete/confirm-delete.tsx';
import { resolveColumns, searchText } from './columns.tsx';
import { ResourceGrid } from './ResourceGrid.tsx';
import classes from './ResourceTable.module.css';
import { StaleBanner, TableState } from './TableState.tsx';
import { TableToolbar } from './TableToolbar.tsx';
import { filterObjects } from './table-model.ts';
import { useResourceRows } from './use-table.ts';

interface Props {
  cluster: string;
  view: KindView;
  /** The object whose details are open. */
  openKey?: string | undefined;
  onOpen(object: KubeObject): void;
  /** Only these objects of the kind; the rest does not exist for this table. */
  only?(object: KubeObject): boolean;
  /** Inside a drawer: no title, no namespace choice. */
  embedded?: boolean;
}

/** A live list of one kind with everything a list needs: search, namespaces, sorting, selection, keys, and its states. */
export function ResourceTable({ cluster, view, openKey, onOpen, only, embedded = false }: Props) {
  const live = useLive(cluster, view.resource);
  const usage = useUsage(cluster, view.resource);
  const [search, setSearch] = useState('');
  const namespaces = useStore(namespaceFilter(cluster));
  const [sorting, setSorting] = useState<SortingState>([{ id: view.sort?.column ?? 'name', desc: view.sort?.descending ?? false }]);
  const [selection, setSelection] = useState<RowSelectionState>({});
  const searchRef = useRef<HTMLInputElement>(null);

  const columns = useMemo(() => resolveColumns(view), [view]);
  const context = useMemo(() => ({ cluster, usageOf: usage }), [cluster, usage]);
  const all = useMemo(() => (only ? live.items.filter(only) : live.items), [live.items, only]);
  const deferredSearch = useDeferredValue(search);
  const shown = useMemo(
    () =>
      filterObjects(all, { search: deferredSearch, namespaces: embedded ? [] : namespaces }, (object) =>
        searchText(object, columns, context),
      ),
    [all, deferredSearch, namespaces, columns, context, embedded],
  );
  const table = useResourceRows(shown, columns, context, {
    sorting,
    onSortingChange: setSorting,
    selection,
    onSelectionChange: setSelection,
  });
  const selected = useMemo(() => shown.filter((object) => selection[keyOf(object)]), [shown, selection]);

  const clearFilter = useCallback(() => {
    setSearch('');
    namespaceFilter(cluster).set([]);
  }, [cluster]);
  const deleteSelected = () => confirmDelete({ cluster, resource: view.resource, objects: selected, onDone: () => setSelection({}) });

  return (
    <section className={classes.page} aria-label={view.title}>
      <TableToolbar
        cluster={cluster}
        view={view}
        embedded={embedded}
        search={search}
        onSearch={setSearch}
        searchRef={searchRef}
        shown={shown.length}
        total={all.length}
        phase={live.phase}
        selected={selected.length}
        onDeleteSelected={deleteSelected}
        onClearSelection={() => setSelection({})}
      />
      {live.phase === 'stale' ? <StaleBanner /> : null}
      <ResourceGrid
        label={view.title}
        table={table}
        columns={columns}
        context={context}
        openKey={openKey}
        onOpen={onOpen}
        onDelete={view.deletable === false ? undefined : deleteSelected}
        onSearch={() => searchRef.current?.focus()}
        selectable={view.deletable !== false && !embedded}
        loading={live.phase === 'loading'}
        empty={<TableState cluster={cluster} view={view} live={live} total={all.length} onClearFilter={clearFilter} />}
      />
    </section>
  );
}
