import { Network } from 'lucide-react';
import type { Service } from '../../../kubernetes/api/generated/core-v1.ts';
import { services } from '../../../kubernetes/api/resources.ts';
import { t } from '../../i18n/index.ts';
import { textColumn } from '../common-columns.tsx';
import { defineView } from '../view.ts';
import { portText } from './port-text.ts';
import { ServiceSummary } from './ServiceSummary.tsx';

export const servicesView = defineView<Service>({
  resource: services,
  title: t('kinds.services'),
  icon: Network,
  group: 'network',
  columns: [
    'name',
    textColumn(t('columns.type'), ({ spec }) => spec?.type, { width: '110px' }),
    textColumn(t('columns.clusterIp'), ({ spec }) => spec?.clusterIP, { width: '116px' }),
    textColumn(t('columns.ports'), ({ spec }) => spec?.ports?.map(portText).join(', '), { width: 'minmax(120px, 1.4fr)' }),
    textColumn(
      t('columns.selector'),
      ({ spec }) =>
        Object.entries(spec?.selector ?? {})
          .map(([key, value]) => `${key}=${value}`)
          .join(', '),
      { width: 'minmax(120px, 1.4fr)', drop: 3 },
    ),
    'namespace',
    'age',
  ],
  Summary: ServiceSummary,
});
