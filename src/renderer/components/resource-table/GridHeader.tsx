import { ArrowDown, ArrowUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ResolvedColumn } from './columns.tsx';
import classes from './ResourceTable.module.css';
import type { ResourceRows } from './use-table.ts';

interface Props {
  table: ResourceRows;
  columns: readonly ResolvedColumn[];
  selectable: boolean;
}

export function GridHeader({ table, columns, selectable }: Props) {
  const { t } = useTranslation();
  return (
    <div role="rowgroup" className={classes.head}>
      <div role="row" aria-rowindex={1} className={classes.headRow}>
        {selectable ? (
          <div role="columnheader" className={classes.selectCell}>
            <input
              ref={(box) => {
                if (box) box.indeterminate = table.getIsSomeRowsSelected();
              }}
              type="checkbox"
              className={classes.check}
              aria-label={t('table.selectAll')}
              checked={table.getIsAllRowsSelected()}
              onChange={() => table.toggleAllRowsSelected()}
            />
          </div>
        ) : null}
        {columns.map((column) => (
          <HeaderCell key={column.id} column={column} table={table} />
        ))}
      </div>
    </div>
  );
}

function HeaderCell({ column, table }: { column: ResolvedColumn; table: ResourceRows }) {
  const [sorted] = table.state.sorting.filter((each) => each.id === column.id);
  const Arrow = sorted?.desc ? ArrowDown : ArrowUp;
  const sort = () => {
    const descending = sorted ? !sorted.desc : (column.descending ?? false);
    table.setSorting([{ id: column.id, desc: descending }]);
  };
  return (
    <div
      role="columnheader"
      className={classes.headCell}
      data-align={column.align}
      aria-sort={sorted ? (sorted.desc ? 'descending' : 'ascending') : undefined}
    >
      <button type="button" className={classes.headButton} onClick={sort}>
        <span className="truncate">{column.label}</span>
        {sorted ? <Arrow size={12} aria-hidden="true" /> : null}
      </button>
    </div>
  );
}
