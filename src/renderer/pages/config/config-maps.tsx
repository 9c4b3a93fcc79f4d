import { FileSliders } from 'lucide-react';
import type { ConfigMap } from '../../../kubernetes/api/generated/core-v1.ts';
import { configMaps } from '../../../kubernetes/api/resources.ts';
import { t } from '../../i18n/index.ts';
import { textColumn } from '../common-columns.tsx';
import { defineView } from '../view.ts';
import { ConfigMapSummary } from './ConfigMapSummary.tsx';

export const configMapsView = defineView<ConfigMap>({
  resource: configMaps,
  title: t('kinds.configMaps'),
  icon: FileSliders,
  group: 'config',
  columns: [
    'name',
    textColumn(t('columns.keys'), ({ data, binaryData }) => [...Object.keys(data ?? {}), ...Object.keys(binaryData ?? {})].join(', '), {
      width: 'minmax(140px, 2fr)',
    }),
    'namespace',
    'age',
  ],
  Summary: ConfigMapSummary,
});
