import type { KubeObject } from '../../../kubernetes/machinery/meta.ts';
import { ObjectLink } from '../../components/common/ObjectLink.tsx';
import { t } from '../../i18n/index.ts';
import type { ColumnSpec } from '../view.ts';

/** Whoever controls the object. */
export function ownerColumn<T extends KubeObject>(): ColumnSpec<T> {
  const ownerOf = (object: T) => object.metadata.ownerReferences?.find((owner) => owner.controller);
  return {
    label: t('columns.controlledBy'),
    value: (object) => ownerOf(object)?.name,
    render: (object, { cluster }) => {
      const owner = ownerOf(object);
      return owner ? <ObjectLink cluster={cluster} namespace={object.metadata.namespace} {...owner} /> : null;
    },
    width: 'minmax(110px, 1fr)',
    drop: 4,
  };
}
