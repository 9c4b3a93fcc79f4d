import type { KubeObject } from '../../../kubernetes/machinery/meta.ts';
import { t } from '../../i18n/index.ts';
import type { CellContext, ColumnSpec, KindView, StandardColumn } from '../../pages/view.ts';
import { Age } from '../common/Age.tsx';

export interface ResolvedColumn extends ColumnSpec {
  /** Stable: sorting refers to it. */
  id: string;
}

const STANDARD: Record<StandardColumn, () => ResolvedColumn> = {
  name: () => ({
    id: 'name',
    label: t('columns.name'),
    value: (object) => object.metadata.name,
    render: (object) => <strong className="truncate">{object.metadata.name}</strong>,
    width: 'minmax(150px, 2.2fr)',
  }),
  namespace: () => ({
    id: 'namespace',
    label: t('columns.namespace'),
    value: (object) => object.metadata.namespace,
    width: 'minmax(90px, 1fr)',
    drop: 2,
  }),
  age: () => ({
    id: 'age',
    label: t('columns.age'),
    // Sorted as age, so the youngest is the smallest.
    value: (object) => -Date.parse(object.metadata.creationTimestamp ?? ''),
    render: (object) => <Age since={object.metadata.creationTimestamp} />,
    align: 'right',
    width: '72px',
  }),
};

export function resolveColumns(view: KindView): ResolvedColumn[] {
  return view.columns.map((column) => (typeof column === 'string' ? STANDARD[column]() : { ...column, id: column.label }));
}

const searched = new WeakMap<KubeObject, string>();

/** Everything a search looks through: the columns' words and the labels. */
export function searchText(object: KubeObject, columns: readonly ResolvedColumn[], context: CellContext): string {
  let text = searched.get(object);
  if (text === undefined) {
    const words = columns.filter((column) => column.id !== 'age').map((column) => column.value(object, context));
    const labels = Object.entries(object.metadata.labels ?? {}).map(([key, value]) => `${key}=${value}`);
    text = [...words, ...labels]
      .filter((word) => word !== undefined)
      .join('\n')
      .toLowerCase();
    searched.set(object, text);
  }
  return text;
}
