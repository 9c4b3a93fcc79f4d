import type { Pod } from '../../kubernetes/api/generated/core-v1.ts';
import { type KubeObject, keyOf } from '../../kubernetes/machinery/meta.ts';
import { StatusMark } from '../components/common/StatusMark.tsx';
import { t } from '../i18n/index.ts';
import { formatBytes, formatCores } from '../kube/format.ts';
import type { Standing } from '../kube/standing.ts';
import type { ColumnSpec } from './view.ts';

/** Shape and word, sorted by word. */
export function statusColumn<T extends KubeObject>(standingOf: (object: T) => Standing, width = 'minmax(120px, 1fr)'): ColumnSpec<T> {
  return {
    label: t('columns.status'),
    value: (object) => standingOf(object).word,
    render: (object) => <StatusMark standing={standingOf(object)} />,
    width,
  };
}

/** A number, right-aligned. */
export function countColumn<T extends KubeObject>(
  label: string,
  value: (object: T) => number | undefined,
  options: Partial<ColumnSpec<T>> = {},
): ColumnSpec<T> {
  return { label, value, align: 'right', width: '86px', descending: true, ...options };
}

/** `2/3`, sorted by how much is missing. */
export function ratioColumn<T extends KubeObject>(label: string, ratio: (object: T) => { ready: number; total: number }): ColumnSpec<T> {
  return {
    label,
    value: (object) => ratio(object).ready - ratio(object).total,
    render: (object) => {
      const { ready, total } = ratio(object);
      return (
        <span className="num">
          {ready}/{total}
        </span>
      );
    },
    align: 'right',
    width: '72px',
  };
}

/** CPU and memory as last measured. */
export function usageColumns<T extends KubeObject>(): ColumnSpec<T>[] {
  const column = (label: string, field: 'cpu' | 'memory', format: (value: number) => string, drop: number): ColumnSpec<T> => ({
    label,
    value: (object, { usageOf }) => usageOf(keyOf(object))?.[field],
    render: (object, { usageOf }) => {
      const use = usageOf(keyOf(object));
      return use ? <span className="num">{format(use[field])}</span> : <span className="dim">–</span>;
    },
    align: 'right',
    width: '82px',
    descending: true,
    drop,
  });
  return [column(t('columns.cpu'), 'cpu', formatCores, 4), column(t('columns.memory'), 'memory', formatBytes, 3)];
}

/** Images of a pod template, without registry paths that say nothing in a list. */
export function imagesColumn<T extends KubeObject>(templateOf: (object: T) => { spec?: Pod['spec'] } | undefined): ColumnSpec<T> {
  const imagesOf = (object: T) => (templateOf(object)?.spec?.containers ?? []).map((container) => container.image ?? '').join(', ');
  return { label: t('columns.images'), value: imagesOf, width: 'minmax(120px, 1.6fr)', drop: 5 };
}

/** A plain text column. */
export function textColumn<T extends KubeObject>(
  label: string,
  value: (object: T) => string | undefined,
  options: Partial<ColumnSpec<T>> = {},
): ColumnSpec<T> {
  return { label, value, ...options };
}
