import { useElementSize } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { KubeObject } from '../../../kubernetes/machinery/meta.ts';
import type { CellContext } from '../../pages/view.ts';
import type { ResolvedColumn } from './columns.tsx';
import { GridHeader } from './GridHeader.tsx';
import { GridRow, rowId } from './GridRow.tsx';
import classes from './ResourceTable.module.css';
import { DEFAULT_WIDTH, fittingColumns, leastWidth } from './table-model.ts';
import { useGridKeys } from './use-grid-keys.ts';
import type { ResourceRows } from './use-table.ts';

const ROW_HEIGHT = 34;
const SELECT_WIDTH = 36;

interface Props {
  label: string;
  table: ResourceRows;
  columns: readonly ResolvedColumn[];
  context: CellContext;
  openKey: string | undefined;
  onOpen(object: KubeObject): void;
  onDelete: (() => void) | undefined;
  onSearch(): void;
  selectable: boolean;
  loading: boolean;
  empty: ReactNode;
}

/** The rows: only those in sight exist in the page, however many there are. One tab stop; arrows move inside. */
export function ResourceGrid(props: Props) {
  const { label, table, columns, context, openKey, onOpen, selectable, loading } = props;
  const { t } = useTranslation();
  const id = useId();
  const scrollRef = useRef<HTMLDivElement>(null);
  const { ref: sizeRef, width } = useElementSize<HTMLDivElement>();
  const { rows } = table.getRowModel();
  const [activeKey, setActiveKey] = useState<string | undefined>(openKey);
  const fitting = useMemo(
    () => fittingColumns(columns, (width || 1400) - (selectable ? SELECT_WIDTH : 0) - 24),
    [columns, width, selectable],
  );
  const tracks = useMemo(
    () => [...(selectable ? [`${SELECT_WIDTH}px`] : []), ...fitting.map((column) => column.width ?? DEFAULT_WIDTH)].join(' '),
    [fitting, selectable],
  );
  const getItemKey = useCallback((index: number) => rows[index]?.id ?? index, [rows]);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    getItemKey,
  });
  const keys = useGridKeys({ ...props, rows, activeKey, onActivate: setActiveKey, scrollTo: (index) => virtualizer.scrollToIndex(index) });

  useEffect(() => {
    if (openKey) setActiveKey(openKey);
  }, [openKey]);

  const showEmpty = !loading && rows.length === 0;
  return (
    <div ref={sizeRef} className={classes.gridFrame}>
      <div
        ref={scrollRef}
        id={id}
        className={classes.grid}
        role="grid"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        aria-multiselectable={selectable || undefined}
        aria-busy={loading}
        aria-activedescendant={activeKey && rows.some((row) => row.id === activeKey) ? rowId(id, activeKey) : undefined}
        tabIndex={0}
        onKeyDown={keys}
        style={{ '--tracks': tracks, '--least': `${leastWidth(fitting) + SELECT_WIDTH + 24}px` } as React.CSSProperties}
      >
        <GridHeader table={table} columns={fitting} selectable={selectable} />
        {showEmpty ? null : (
          <div
            role="rowgroup"
            className={classes.rows}
            style={{ height: loading && rows.length === 0 ? undefined : virtualizer.getTotalSize() }}
          >
            {loading && rows.length === 0
              ? SKELETONS.map((index) => <SkeletonRow key={index} columns={fitting} selectable={selectable} index={index} />)
              : virtualizer.getVirtualItems().map((item) => {
                  const row = rows[item.index];
                  return row ? (
                    <GridRow
                      key={item.key}
                      gridId={id}
                      object={row.original}
                      rowKey={row.id}
                      index={item.index}
                      top={item.start}
                      columns={fitting}
                      context={context}
                      selectable={selectable}
                      selected={row.getIsSelected()}
                      onSelect={(next) => row.toggleSelected(next)}
                      active={row.id === activeKey}
                      open={row.id === openKey}
                      onOpen={onOpen}
                      onActivate={setActiveKey}
                    />
                  ) : null;
                })}
          </div>
        )}
      </div>
      {showEmpty ? <div className={classes.state}>{props.empty}</div> : null}
      {loading ? (
        <span className="visually-hidden" role="status">
          {t('table.loading', { what: label })}
        </span>
      ) : null}
    </div>
  );
}

const SKELETONS = Array.from({ length: 12 }, (_, index) => index);

/** A row that is not here yet; as tall as one that is. */
function SkeletonRow({ columns, selectable, index }: { columns: readonly ResolvedColumn[]; selectable: boolean; index: number }) {
  return (
    <div className={classes.skeletonRow} role="row" style={{ opacity: 1 - index * 0.07 }}>
      {selectable ? (
        <div role="gridcell">
          <input type="checkbox" className={classes.check} disabled aria-hidden="true" tabIndex={-1} />
        </div>
      ) : null}
      {columns.map((column) => (
        <div role="gridcell" key={column.id}>
          <span className={classes.bone} />
        </div>
      ))}
    </div>
  );
}
