import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { KubeObject } from '../../../kubernetes/machinery/meta.ts';
import type { CellContext } from '../../pages/view.ts';
import type { ResolvedColumn } from './columns.tsx';
import classes from './ResourceTable.module.css';

interface Props {
  gridId: string;
  object: KubeObject;
  rowKey: string;
  index: number;
  top: number;
  columns: readonly ResolvedColumn[];
  context: CellContext;
  selectable: boolean;
  selected: boolean;
  onSelect(selected: boolean): void;
  active: boolean;
  open: boolean;
  onOpen(object: KubeObject): void;
  onActivate(key: string): void;
}

export const rowId = (gridId: string, key: string) => `${gridId}-${key}`;

/** One object. Redrawn only when it, its place or the columns change. */
export const GridRow = memo(function GridRow(props: Props) {
  const { object, rowKey, index, top, columns, context, selected, active, open } = props;
  const { t } = useTranslation();
  return (
    // The grid itself takes the keys (aria-activedescendant); the pointer lands here.
    <div
      id={rowId(props.gridId, rowKey)}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={props.selectable ? selected : undefined}
      className={classes.row}
      data-active={active || undefined}
      data-open={open || undefined}
      data-selected={selected || undefined}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => {
        props.onActivate(rowKey);
        props.onOpen(object);
      }}
    >
      {props.selectable ? (
        <div role="gridcell" className={classes.selectCell} onClick={(event) => event.stopPropagation()}>
          <input
            type="checkbox"
            className={classes.check}
            tabIndex={-1}
            aria-label={t('table.selectRow', { name: object.metadata.name ?? '' })}
            checked={selected}
            onChange={(event) => props.onSelect(event.currentTarget.checked)}
          />
        </div>
      ) : null}
      {columns.map((column) => (
        <div key={column.id} role="gridcell" className={classes.cell} data-align={column.align}>
          <CellContent column={column} object={object} context={context} />
        </div>
      ))}
    </div>
  );
}, sameRow);

/** `onSelect` is made anew with every table row, yet does the same. */
function sameRow(before: Props, after: Props): boolean {
  return (
    before.object === after.object &&
    before.top === after.top &&
    before.columns === after.columns &&
    before.context === after.context &&
    before.selected === after.selected &&
    before.active === after.active &&
    before.open === after.open &&
    before.onOpen === after.onOpen
  );
}

function CellContent({ column, object, context }: { column: ResolvedColumn; object: KubeObject; context: CellContext }) {
  if (column.render) return column.render(object, context);
  const value = column.value(object, context);
  if (value === undefined || value === '') return null;
  return (
    <span className={column.align === 'right' ? 'num truncate' : 'truncate'} title={String(value)}>
      {value}
    </span>
  );
}
